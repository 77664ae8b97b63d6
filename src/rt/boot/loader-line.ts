/**
 * The words of a `linux` line in the kernel's command line that GRUB made of them (grub-core/lib/cmdline.c, grub_create_loader_cmdline): a
 * word with a blank gets double quotes around it, and `'`, `"` and `\` get a backslash. Fedora and RHEL let `\xHH` through as it is.
 */
import { argOfText } from './grub-text.js';
import { parseKernelLine, sameArg, type KernelArg } from '../args/kernel-args.js';

const quoted = /"((?:\\[^]|[^"\\])*)"(?=\s|$)/y;
const bare = /(?:\\[^]|[^\s"'\\])+(?=\s|$)/y;

const unescaped = (text: string): string =>
  text.replace(/\\x[0-9A-Fa-f]{2}|\\([^])/g, (all, char: string | undefined) => char ?? all);

/** The word at a place of the line, and where it ends. A word that GRUB did not make is cut as the kernel cuts it. */
function wordAt(line: string, at: number): { readonly arg: KernelArg; readonly end: number } {
  for (const form of [quoted, bare]) {
    form.lastIndex = at;
    const found = form.exec(line);
    if (found !== null) return { arg: argOfText(unescaped(found[1] ?? found[0])), end: form.lastIndex };
  }
  const [arg] = parseKernelLine(line.slice(at)).args;
  return arg === undefined ? { arg: argOfText('--'), end: at + 2 } : { arg, end: at + arg.text.length };
}

/** The words of /proc/cmdline as GRUB's menu says them, BOOT_IMAGE in front and what is for init (from `--` on) at the end. */
export function loaderArgs(procCmdline: string): readonly KernelArg[] {
  const args: KernelArg[] = [];
  for (let at = 0; ;) {
    while (at < procCmdline.length && /\s/.test(procCmdline.charAt(at))) at += 1;
    if (at >= procCmdline.length) return args;
    const { arg, end } = wordAt(procCmdline, at);
    args.push(arg);
    at = end;
  }
}

/** The command line that GRUB makes of the words; `passes` says whether it is one that lets `\xHH` through. */
export function loaderLine(args: readonly KernelArg[], passes: boolean): string {
  return args
    .map(({ name, value }) => {
      const said = value === undefined ? name : `${name}=${value}`;
      const escaped = said.replace(/\\x[0-9A-Fa-f]{2}|['"\\]/g, (text) =>
        passes && text.length > 1 ? text : `\\${text}`,
      );
      return said.includes(' ') ? `"${escaped}"` : escaped;
    })
    .join(' ');
}

/** The first argument that the kernel would read otherwise if GRUB booted with these words; undefined: all come through. */
export function lostArg(args: readonly KernelArg[], procCmdline: string): KernelArg | undefined {
  const { args: runs } = parseKernelLine(procCmdline);
  const lost = [true, false].map((passes) => {
    const { args: again } = parseKernelLine(loaderLine(args, passes));
    const differs = (arg: KernelArg, other: KernelArg | undefined): boolean =>
      other === undefined || !sameArg(arg, other);
    return runs.find((arg, index) => differs(arg, again[index])) ?? again[runs.length];
  });
  return lost.includes(undefined) ? undefined : lost[0];
}
