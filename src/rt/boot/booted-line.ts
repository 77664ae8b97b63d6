/** Which of the lines that load a kernel in a menu entry was run, as the kernel's own command line shows it. */
import type { LinuxLine, MenuEntry } from './grub-menu.js';
import { sameArg, type KernelArg } from '../args/kernel-args.js';
import { loaderArgs } from './loader-line.js';

/** One line, or `all` where they load the same kernel with the same arguments, so that it does not matter which. */
export type LineChoice = number | 'all';

const fileName = (path: string): string => path.replace(/^.*\//, '');
const without = (left: readonly KernelArg[], right: readonly KernelArg[]): readonly KernelArg[] =>
  left.filter((arg) => !right.some((other) => sameArg(arg, other)));

/** All that distinguishes the two lines speaks for the first. */
function speaksFor(line: LinuxLine, other: LinuxLine, args: readonly KernelArg[]): boolean {
  const [own, others] = [without(line.args, other.args), without(other.args, line.args)];
  return (
    own.length + others.length > 0 &&
    without(own, args).length === 0 &&
    without(others, args).length === others.length
  );
}

/**
 * The line by `procCmdline`, among those whose kernel has `image` as its file name (by default that of BOOT_IMAGE). Undefined where nothing
 * shows: then which branch of an `if` runs is known to GRUB alone.
 */
export function bootedLine(entry: MenuEntry, procCmdline: string, image?: string): LineChoice | undefined {
  const { linux } = entry;
  if (linux.length <= 1) return linux.length === 1 ? 0 : undefined;
  const args = loaderArgs(procCmdline);
  const wanted = image ?? args.find(({ name }) => name === 'BOOT_IMAGE')?.value ?? '';
  const known = linux.filter(({ path }) => fileName(path) === fileName(wanted));
  const winners = known.filter((line) =>
    known.every((other) => other === line || speaksFor(line, other, args)),
  );
  const [winner] = winners;
  if (winner !== undefined && winners.length === 1) return linux.indexOf(winner);
  const [first] = linux;
  const same = linux.every(
    (line) =>
      first !== undefined &&
      line.path === first.path &&
      without(line.args, first.args).length + without(first.args, line.args).length === 0,
  );
  return same && known.length > 0 ? 'all' : undefined;
}
