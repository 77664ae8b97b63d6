/** GRUB's own programs (Debian: grub-common), as the judges of what is written for it. */
import { spawnSync } from 'node:child_process';

/** Runs one with the text on its standard input; fails when it is not installed (CONTRIBUTING.md: no test is skipped in silence). */
export function grubTool(
  program: 'grub-script-check' | 'grub-editenv',
  args: readonly string[],
  input = '',
): string {
  const done = spawnSync(program, args, { input, encoding: 'utf8' });
  if (done.error)
    throw new Error(`${program} is needed for this test: apt-get install grub-common`, { cause: done.error });
  if (done.status !== 0) throw new Error(`${program}: ${done.stderr}${done.stdout}`);
  return done.stdout;
}
