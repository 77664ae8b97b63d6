/** ansible_connection=local: the same contract through child processes on this machine. */
import { connect as connectTcp, type Socket } from 'node:net';
import { homedir, userInfo } from 'node:os';
import type { Shell } from '../shell/shell.js';
import { spawnLocal } from './local-process.js';
import type { RemoteProcess } from './process.js';
import { SessionPool } from './shell/session-pool.js';
import { tracedProbe } from './trace.js';
import type { BecomeOptions, ConnectOptions, Connection, ConnectionStats, RunOptions } from './types.js';

export class LocalConnection implements Connection {
  readonly hostName: string;
  private readonly at: string;
  private readonly pool: SessionPool;
  private readonly processes: RemoteProcess[] = [];

  constructor(
    private readonly options: Pick<
      ConnectOptions,
      'hostName' | 'shell' | 'maxOutputBytes' | 'readTimeoutMs' | 'trace'
    >,
  ) {
    this.hostName = options.hostName;
    const { username } = userInfo();
    this.at = `this machine as ${username}`;
    this.pool = new SessionPool({
      at: this.at,
      shell: options.shell ?? 'sh',
      maxOutputBytes: options.maxOutputBytes,
      readTimeoutMs: options.readTimeoutMs,
      trace: options.trace,
      loginUser: () => Promise.resolve(username),
      spawn: async (command) => this.counted(await spawnLocal(command, homedir())),
    });
  }

  async session(become?: BecomeOptions) {
    return await this.pool.session(become);
  }

  async run(script: Shell, options?: RunOptions & { readonly become?: BecomeOptions }) {
    return await this.pool.run(script, options);
  }

  probePort(host: string, port: number, timeoutMs: number): Promise<boolean> {
    return tracedProbe(this.options.trace, this.at, host, port, () => this.probe(host, port, timeoutMs));
  }

  private probe(host: string, port: number, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connectTcp({ host, port });
      const finish = (accepted: boolean) => {
        socket.destroy();
        resolve(accepted);
      };
      socket.setTimeout(timeoutMs, () => finish(false));
      socket.once('connect', () => finish(true));
      socket.once('error', () => finish(false));
    });
  }

  reconnect(): Promise<void> {
    this.pool.closeShells();
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.pool.close();
    return Promise.resolve();
  }

  get stats(): ConnectionStats {
    return {
      roundTrips: this.pool.roundTrips,
      connects: this.pool.shellStarts,
      bytesSent: this.count((process) => [process.stdin], 'bytesWritten'),
      bytesReceived: this.count((process) => [process.stdout, process.stderr], 'bytesRead'),
    };
  }

  private counted(process: RemoteProcess): RemoteProcess {
    this.processes.push(process);
    return process;
  }

  private count(
    streams: (process: RemoteProcess) => readonly unknown[],
    counter: 'bytesRead' | 'bytesWritten',
  ): number {
    // A child's stdio are sockets, which count.
    return this.processes
      .flatMap(streams)
      .reduce((sum: number, stream) => sum + ((stream as Partial<Socket>)[counter] ?? 0), 0);
  }
}
