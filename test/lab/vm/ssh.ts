import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { attempt, type Finished } from '../process.js';

/** How a machine's sshd is reached. */
export interface Access {
  readonly port: number;
  readonly keyPath: string;
  readonly knownHostsPath: string;
}

export interface SshOptions {
  readonly user?: 'root' | 'ops' | 'opspw';
  readonly input?: string;
  readonly timeoutMs?: number;
}

export function sshOptions({ keyPath, knownHostsPath }: Access): readonly string[] {
  const options = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    `UserKnownHostsFile=${knownHostsPath}`,
    'GlobalKnownHostsFile=/dev/null',
    'StrictHostKeyChecking=yes',
    // Emulated processors take their time for a key exchange.
    'ConnectTimeout=30',
  ];
  return ['-i', keyPath, ...options.flatMap((option) => ['-o', option])];
}

/** Runs a shell command through OpenSSH, as any client would. */
export function ssh(access: Access, command: string, options: SshOptions = {}): Promise<Finished> {
  const { user = 'root', input, timeoutMs } = options;
  const target = ['-p', String(access.port), '-l', user, '127.0.0.1', command];
  return attempt('ssh', [...sshOptions(access), ...target], {
    ...(input === undefined ? {} : { input }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

/** As `ssh`: a command that must succeed: returns what it said. */
export async function sshMust(access: Access, command: string, timeoutMs = 600_000): Promise<string> {
  const done = await ssh(access, command, { timeoutMs });
  if (done.code === 0) return done.stdout.trim();
  throw new Error(`${command}: exit code ${done.code}\n${(done.stderr + done.stdout).trim().slice(-2000)}`);
}

/** Whether sshd greets. A connection alone says nothing: QEMU accepts it before the guest has booted. */
export function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 2000 });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (data) => end(data.toString().startsWith('SSH-'))());
    for (const event of ['error', 'timeout', 'close']) socket.once(event, end(false));
  });
}

/**
 * Waits until sshd lets a login in, on a boot whose id is another than `notBootId`; returns the boot's id. `isRunning` ends
 * the wait early when there is nobody left to wait for.
 */
export async function waitSsh(
  access: Access,
  timeoutMs: number,
  isRunning: () => boolean,
  notBootId?: string,
): Promise<string> {
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    if (!isRunning()) throw new Error('the machine is off');
    if (await greets(access.port)) {
      const left = Math.max(5000, Math.min(60_000, end - Date.now()));
      const done = await ssh(access, 'cat /proc/sys/kernel/random/boot_id', { timeoutMs: left });
      const id = done.stdout.trim();
      if (done.code === 0 && id !== '' && id !== notBootId) return id;
      if (done.code === 255 && /verification failed|Permission denied/.test(done.stderr))
        throw new Error(done.stderr.trim());
    }
    await sleep(300);
  }
  throw new Error(
    `sshd does not answer${notBootId === undefined ? '' : ' on a new boot'}: not within ${timeoutMs} ms`,
  );
}

/** A line of known_hosts for a machine behind a port of this one. */
export function knownHostsLine(port: number, hostKey: string): string {
  return `[127.0.0.1]:${port} ${hostKey}\n`;
}
