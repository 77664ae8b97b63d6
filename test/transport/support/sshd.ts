/** A private sshd on 127.0.0.1: own host keys, own configuration, stopped by its pid. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectOptions } from '../../../src/transport/types.js';

export interface TestSshd {
  readonly port: number;
  /** A folder for the test's own files. */
  readonly directory: string;
  /** A private key that root (and every user, see `authorize`) may log in with. */
  readonly keyFile: string;
  /** known_hosts with the server's ed25519 key. */
  readonly knownHosts: string;
  /** An ssh_config that names `knownHosts`, for `sshConfigFile`. */
  readonly configFile: string;
  readonly pid: number;
  /** Public host key line `ssh-ed25519 AAAA...` of a type. */
  hostKey(type: string): string;
  log(): string;
  stop(): void;
}

export interface SshdOptions {
  /** More lines for sshd_config. */
  readonly config?: readonly string[];
  readonly hostKeyTypes?: readonly string[];
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

export async function startSshd(options: SshdOptions = {}): Promise<TestSshd> {
  const directory = mkdtempSync(join(tmpdir(), 'rtprov-sshd-'));
  chmodSync(directory, 0o755);
  const types = options.hostKeyTypes ?? ['ed25519'];
  for (const type of types) {
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', join(directory, `host_${type}`)]);
  }
  const keyFile = join(directory, 'id_ed25519');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', keyFile]);
  const port = await freePort();
  const authorized = join(directory, 'authorized_keys');
  writeFileSync(authorized, readFileSync(`${keyFile}.pub`));
  mkdirSync('/run/sshd', { recursive: true });
  const config = [
    // The first value of a keyword wins, so the test's own lines come first.
    ...(options.config ?? []),
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...types.map((type) => `HostKey ${join(directory, `host_${type}`)}`),
    `PidFile none`,
    `AuthorizedKeysFile ${authorized}`,
    'PermitRootLogin yes',
    'StrictModes no',
    'UsePAM no',
    'LogLevel VERBOSE',
  ];
  writeFileSync(join(directory, 'sshd_config'), `${config.join('\n')}\n`);
  const logFile = join(directory, 'sshd.log');
  const child = spawn('/usr/sbin/sshd', ['-D', '-f', join(directory, 'sshd_config'), '-E', logFile], {
    stdio: 'ignore',
  });
  const hostKey = (type: string) =>
    readFileSync(join(directory, `host_${type}.pub`), 'utf8')
      .trim()
      .split(' ')
      .slice(0, 2)
      .join(' ');
  const knownHosts = join(directory, 'known_hosts');
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${hostKey(types[0] ?? 'ed25519')}\n`);
  const configFile = join(directory, 'ssh_config');
  writeFileSync(
    configFile,
    `Host *\n  UserKnownHostsFile ${knownHosts}\n  GlobalKnownHostsFile none\n  IdentitiesOnly yes\n  IdentityFile ${keyFile}\n  IdentityAgent none\n`,
  );
  await untilListening(port, child, logFile);
  return {
    port,
    directory,
    keyFile,
    knownHosts,
    configFile,
    pid: child.pid ?? 0,
    hostKey,
    log: () => readFileSync(logFile, 'utf8'),
    stop: () => {
      child.kill('SIGTERM');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What every connection to it needs; `user`: whom it logs in as. */
export function toSshd(sshd: TestSshd, user = 'root') {
  return {
    hostName: 'target',
    address: '127.0.0.1',
    port: sshd.port,
    user,
    sshConfigFile: sshd.configFile,
    hostKeyChecking: 'strict',
  } as const satisfies ConnectOptions;
}

async function untilListening(port: number, child: ChildProcess, logFile: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`sshd ended: ${readFileSync(logFile, 'utf8')}`);
    const accepted = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (accepted) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`sshd does not listen: ${readFileSync(logFile, 'utf8')}`);
}
