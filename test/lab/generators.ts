import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Generators that have nothing to do in a container: they look for disks and for words of the kernel's command line. systemd runs all of
 * them at every daemon-reload, which is most of what a small package costs.
 */
const idleGenerators = [
  'cryptsetup',
  'debug',
  'gpt-auto',
  'hibernate-resume',
  'integritysetup',
  'run',
  'system-update',
  'veritysetup',
];

/** Masks as systemd.generator(7) has them. They are in /run, which is not a part of what a host is made of. */
export function maskGenerators(dir: string): void {
  if (existsSync(dir)) return;
  mkdirSync(dir, { recursive: true });
  for (const name of idleGenerators) symlinkSync('/dev/null', join(dir, `systemd-${name}-generator`));
}
