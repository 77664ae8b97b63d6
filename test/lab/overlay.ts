import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { run, attempt } from './process.js';

// Without these a renamed folder or a changed owner leaves an upper entry that refers to the lower one, and the
// fingerprint could not be read from the upper directory alone.
const options = 'redirect_dir=off,metacopy=off,index=off';

export async function mountOverlay(
  lower: readonly string[],
  upper: string,
  work: string,
  root: string,
): Promise<void> {
  for (const dir of [upper, work, root]) mkdirSync(dir, { recursive: true });
  const dirs = `lowerdir=${lower.join(':')},upperdir=${upper},workdir=${work}`;
  await run('mount', ['-t', 'overlay', 'overlay', '-o', `${dirs},${options}`, root]);
}

/** Of read-only layers alone. */
export async function mountLayers(lower: readonly string[], root: string): Promise<void> {
  mkdirSync(root, { recursive: true });
  await run('mount', ['-t', 'overlay', 'overlay', '-o', `ro,lowerdir=${lower.join(':')}`, root]);
}

/** Mount points at or below a folder, deepest first. */
export function mountsBelow(dir: string): readonly string[] {
  return readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((point) => point === dir || point.startsWith(`${dir}/`))
    .sort((a, b) => b.length - a.length);
}

/** Unmounts everything at or below a folder. */
export async function unmountBelow(dir: string): Promise<void> {
  for (const point of mountsBelow(dir)) {
    removeNspawnLock(point);
    // Someone may be in it (a shell, a reader of /proc/PID/root): it then goes when he leaves.
    if ((await attempt('umount', [point])).code !== 0) await attempt('umount', ['-l', point]);
  }
}

/** A killed systemd-nspawn leaves the lock of its root directory behind; it is named by device and inode. */
function removeNspawnLock(root: string): void {
  if (!existsSync(root)) return;
  const { dev, ino } = statSync(root);
  rmSync(`/run/systemd/nspawn/locks/inode-${dev}:${ino}`, { force: true });
}

/** Deletes a folder of the lab, after nothing is mounted below it any more. */
export async function removeTree(dir: string): Promise<void> {
  if (mountsBelow(dir).length > 0) throw new Error(`${dir}: something is still mounted below it`);
  if (existsSync(dir)) await run('rm', ['-rf', '--one-file-system', dir]);
}
