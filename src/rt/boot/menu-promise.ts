/** What rtprov's file of GRUB's defaults promises of the menu, and whether a line of arguments keeps it. */
import { kernelPart, taken, type Removal } from '../args/arg-sets.js';
import { wantedArgs } from '../args/arg-owner.js';
import type { GrubDefaults } from './grub-defaults.js';
import { argsNamed, canonicalName, sameArg, type KernelArg } from '../args/kernel-args.js';
import { meaningOf } from '../args/repeated-args.js';

export interface MenuPromise {
  readonly has: readonly KernelArg[];
  /** What is not on the line, besides what `has` says. */
  readonly lacks: readonly Removal[];
  /** The default is the saved entry of GRUB's environment block. */
  readonly saved: boolean;
}

export function promiseOf(defaults: GrubDefaults): MenuPromise {
  return {
    has: wantedArgs(defaults.owners),
    lacks: defaults.owners.flatMap(({ remove }) => remove),
    saved: defaults.saved === true,
  };
}

/** Whether the kernel would obey another argument of this name that comes after it. */
function onlyLast(arg: KernelArg, has: readonly KernelArg[]): boolean {
  const { type } = meaningOf(arg.name);
  return type === 'last' || (type === 'unknown' && argsNamed(has, arg.name).length === 1);
}

/** What of the promise a line does not keep, a text each: `lacks nohz_full=2-3`, `has quiet`. */
export function brokenPromises(line: readonly KernelArg[], { has, lacks }: MenuPromise): readonly string[] {
  const args = kernelPart(line);
  const missing = has.flatMap((arg) => {
    const there = argsNamed(args, arg.name);
    const last = there.at(-1);
    if (last === undefined) return [`lacks ${arg.text}`];
    if (onlyLast(arg, has)) return sameArg(last, arg) ? [] : [`has ${last.text} and not ${arg.text}`];
    return there.some((other) => sameArg(other, arg)) ? [] : [`lacks ${arg.text}`];
  });
  const gone = taken(args, lacks);
  const left = args.filter((arg, index) => gone[index] === true && !has.some((own) => sameArg(own, arg)));
  return [...missing, ...left.map(({ text }) => `has ${text}`)];
}

const said = ({ name, value }: KernelArg | Removal): string =>
  canonicalName(name) + (value === undefined ? '' : `=${value}`);

/**
 * The promise for the shell that makes the menu (menu-check.ts), a line each: `last NAME<TAB>WORD`, `any ...`, `lacks NAME<TAB>WORD`, where a
 * WORD without a value in `lacks` means all of that name; `saved`. Values have no tab and no line end (`unwritable`).
 */
export function promiseText(promise: MenuPromise): string {
  const lines = [
    ...promise.has.map(
      (arg) => `${onlyLast(arg, promise.has) ? 'last' : 'any'}\t${canonicalName(arg.name)}\t${said(arg)}`,
    ),
    ...promise.lacks.map((removal) => `lacks\t${canonicalName(removal.name)}\t${said(removal)}`),
    ...(promise.saved ? ['saved'] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
