/** A command on this machine, as the shell session sees a program on a target. */
import { spawn as spawnChild } from 'node:child_process';
import { END_GRACE_MS, type ProcessEnd, type RemoteProcess } from './process.js';
import { quietSleep } from './deadline.js';
import { transportError } from './errors.js';

export function spawnLocal(command: string, cwd: string): Promise<RemoteProcess> {
  const child = spawnChild('/bin/sh', ['-c', command], { stdio: ['pipe', 'pipe', 'pipe'], cwd });
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.on('close', (code, signal) => resolve(toEnd(code, signal)));
    child.on(
      'exit',
      (code, signal) => void quietSleep(END_GRACE_MS).then(() => resolve(toEnd(code, signal))),
    );
    child.on('error', (cause) =>
      resolve({ lost: transportError('SHELL_DIED', `cannot start /bin/sh: ${cause.message}`, { cause }) }),
    );
  });
  child.stdin.on('error', () => undefined);
  return Promise.resolve({
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    close: () => {
      child.stdin.end();
      child.stdout.destroy();
      child.stderr.destroy();
    },
  });
}

function toEnd(code: number | null, signal: string | null): ProcessEnd {
  return { ...(code === null ? {} : { code }), ...(signal === null ? {} : { signal }) };
}
