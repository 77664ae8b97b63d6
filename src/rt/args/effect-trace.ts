/** What a check of an argument's effect is made of. */
import type { KernelArg } from './kernel-args.js';
import type { Observed, Seen } from './observed.js';

export interface Trace {
  /** Undefined: there is nothing to read it back from. */
  readonly holds: boolean | undefined;
  readonly evidence: string;
}

/** `args` are all wanted ones, in order; the argument in question is at `index`. */
export type Check = (arg: KernelArg, seen: Observed, args: readonly KernelArg[], index: number) => Trace;

export const nothing = (evidence: string): Trace => ({ holds: undefined, evidence });

/** `absent` says what it means that the kernel lacks the file. */
export function inFile(
  path: string,
  text: Seen | undefined,
  holds: (text: string) => boolean | undefined,
  absent?: boolean,
): Trace {
  if (text === undefined) return nothing(`${path} was not read`);
  if (text === null) return { holds: absent, evidence: `this kernel has no ${path}` };
  const said = text.trim();
  return { holds: holds(said), evidence: `${path}: ${said === '' ? '(empty)' : said}` };
}
