import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateRoot } from './names.js';

const setting = '/proc/sys/fs/inotify/max_user_instances';
const savedFile = join(stateRoot, 'inotify-before');
const enough = 8192;

/**
 * Each systemd holds about six inotify instances, all of which count as root's: with the kernel's default of 128 the 22nd
 * host does not boot. The machine's own value comes back when the last lab is taken down.
 */
export function raiseLimits(): void {
  const now = readFileSync(setting, 'utf8').trim();
  if (Number(now) >= enough) return;
  mkdirSync(stateRoot, { recursive: true });
  if (!existsSync(savedFile)) writeFileSync(savedFile, now);
  writeFileSync(setting, String(enough));
}

export function restoreLimits(): void {
  if (!existsSync(savedFile)) return;
  writeFileSync(setting, readFileSync(savedFile));
  rmSync(savedFile);
}
