/** A connection to one host over SSH: made when first needed, made again after it was lost. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import type { Shell } from '../../shell/shell.js';
import { quietSleep } from '../deadline.js';
import { transportError, where } from '../errors.js';
import { openRoute, type Route, targetSettings } from './route.js';
import { SessionPool } from '../shell/session-pool.js';
import { probeThrough, spawnRemote } from './process.js';
import { traced, tracedProbe } from '../trace.js';
import type { BecomeOptions, ConnectOptions, Connection, ConnectionStats, RunOptions } from '../types.js';

const CLOSE_MS = 500;

export class SshConnection implements Connection {
  readonly hostName: string;
  private readonly pool: SessionPool;
  private route: Promise<Route> | undefined;
  private live: Route | undefined;
  private routesMade = 0;
  private sentBefore = 0;
  private receivedBefore = 0;
  private isClosed = false;
  /** A refused password is not sent again: a server may lock the user after a few. */
  private refused: RtprovError | undefined;
  private at: string;

  constructor(private readonly options: ConnectOptions) {
    this.hostName = options.hostName;
    this.at = options.hostName;
    const at = () => this.at;
    this.pool = new SessionPool({
      get at() {
        return at();
      },
      shell: options.shell ?? 'sh',
      maxOutputBytes: options.maxOutputBytes,
      readTimeoutMs: options.readTimeoutMs,
      trace: options.trace,
      loginUser: async () => {
        const settings = await targetSettings(options);
        this.at = where(settings);
        return settings.user;
      },
      spawn: async (command) => await spawnRemote(await this.connected(), command, this.at),
    });
  }

  async session(become?: BecomeOptions) {
    return await this.pool.session(become);
  }

  async run(script: Shell, options?: RunOptions & { readonly become?: BecomeOptions }) {
    return await this.pool.run(script, options);
  }

  async probePort(host: string, port: number, timeoutMs: number): Promise<boolean> {
    const { client } = await this.connected();
    return await tracedProbe(this.options.trace, this.at, host, port, () =>
      probeThrough(client, host, port, timeoutMs, this.at),
    );
  }

  async reconnect(): Promise<void> {
    const route = await this.route?.catch(() => undefined);
    this.pool.closeShells();
    this.route = undefined;
    if (route === undefined) return;
    // Channels are closed in order, then the connection; a peer that does not answer is not waited for.
    route.client.end();
    await Promise.race([route.lost, quietSleep(CLOSE_MS)]);
    route.close();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.pool.close();
    await this.reconnect();
  }

  get stats(): ConnectionStats {
    return {
      roundTrips: this.pool.roundTrips,
      connects: this.routesMade + this.pool.shellStarts,
      bytesSent: this.sentBefore + (this.live?.socket?.bytesWritten ?? 0),
      bytesReceived: this.receivedBefore + (this.live?.socket?.bytesRead ?? 0),
    };
  }

  private async connected(): Promise<Route> {
    if (this.isClosed) {
      throw transportError('CONNECTION_LOST', `the connection to ${this.at} was closed by rtprov itself`);
    }
    if (this.refused !== undefined) throw this.refused;
    const made = (this.route ??= this.connect());
    return await made;
  }

  private connect(): Promise<Route> {
    const { trace } = this.options;
    const opened = traced(
      trace,
      () => ({ operation: 'connect', at: this.at }),
      () => openRoute(this.options),
      () => ({}),
    );
    const route: Promise<Route> = opened.then(
      (open) => {
        this.routesMade += 1;
        this.live = open;
        void open.lost.then(() => {
          this.sentBefore += open.socket?.bytesWritten ?? 0;
          this.receivedBefore += open.socket?.bytesRead ?? 0;
          if (this.live === open) this.live = undefined;
          if (this.route === route) this.route = undefined;
        });
        return open;
      },
      (error: unknown) => {
        if (this.route === route) this.route = undefined;
        if (
          error instanceof RtprovError &&
          error.code === 'AUTH_FAILED' &&
          this.options.password !== undefined
        )
          this.refused = error;
        throw error;
      },
    );
    return route;
  }
}
