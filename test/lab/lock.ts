import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Runs `body` while it holds an exclusive lock on `file`. Node has no flock(2), so util-linux's `flock` holds it and
 * ends with our pipe: the kernel lets go of the lock however this process ends.
 */
export async function withLock<T>(file: string, body: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const holder = spawn('flock', [file, 'sh', '-c', 'echo locked; exec cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    holder.once('error', reject);
    holder.once('exit', (code) => reject(new Error(`flock ${file}: exit code ${String(code)}`)));
    holder.stdout.once('data', () => resolve());
  });
  holder.stdin.on('error', () => undefined);
  try {
    return await body();
  } finally {
    const ended = new Promise((resolve) => holder.once('exit', resolve));
    holder.stdin.end();
    await ended;
  }
}
