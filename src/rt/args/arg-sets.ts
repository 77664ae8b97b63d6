/** Kernel arguments as a set: what makes room for what, with the meanings of repeated-args.ts. */
import { argsNamed, canonicalName, sameArg, type KernelArg } from './kernel-args.js';
import { meaningOf } from './repeated-args.js';

/** What is taken out of a line: all arguments of a name (`quiet`), or those with just this value (`console=tty0`). */
export interface Removal {
  readonly name: string;
  readonly value?: string;
  /** With a value: also those that go on after it with this character (`ttyS0` and `,`: `console=ttyS0,115200`). */
  readonly goesOn?: string;
  /** Only the one without a value. */
  readonly bare?: true;
  /** In place of all that: the pairs `hugepagesz=`, `hugepages=` of these sizes, which are one size as it may be written. */
  readonly sizes?: readonly string[];
}

/** True when arguments of this name are, or may be, beside earlier ones of it. */
export function isRepeatable(name: string): boolean {
  return meaningOf(name).type !== 'last';
}

/** A size of pages in bytes, as the kernel's memparse() reads it: it skips what comes after the unit. Undefined: not a size. */
function bytesOf(size: string): number | undefined {
  const [, digits, unit = ''] = /^([0-9]+)([kKmMgG]?)B?$/.exec(size) ?? [];
  return digits === undefined
    ? undefined
    : Number(digits) * ({ k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[unit.toLowerCase()] ?? 1);
}

/** All that a size of pages may be written as, the given text first; only '' for the default size, which is nowhere. */
function spellings(size: string): readonly string[] {
  const bytes = bytesOf(size);
  if (bytes === undefined) return [size];
  const written = ['K', 'M', 'G'].flatMap((letter, power) => {
    const count = bytes / 1024 ** (power + 1);
    const units = [letter, letter.toLowerCase()];
    return Number.isInteger(count) && count > 0
      ? units.flatMap((unit) => [`${count}${unit}`, `${count}${unit}B`])
      : [];
  });
  return [...new Set([size, `${bytes}`, ...written])];
}

/** For each argument the size that `hugepages=` counts there: that of the last `hugepagesz=`, '' before any. */
function poolSizes(args: readonly KernelArg[]): readonly string[] {
  let size = '';
  return args.map(({ name, value }) => {
    if (canonicalName(name) === 'hugepagesz') size = value ?? size;
    return size;
  });
}

/** What parts and rows of the table make of a value: what it is about. */
function aboutOf({ name, value }: KernelArg): Removal {
  const { arg } = meaningOf(name);
  if (value === undefined) return { name, bare: true };
  if (arg?.key === undefined || arg.whole?.test(value) === true) return { name, value };
  return { name, value: value.split(arg.key, 1)[0] ?? value, goesOn: arg.key };
}

/** The values that answer the same question as this one. */
function rowOf({ name, value }: KernelArg): readonly string[] {
  return meaningOf(name).arg?.instead?.find((row) => value !== undefined && row.includes(value)) ?? [];
}

/** The kind of the value, where the table has kinds for the name. */
function kindOf({ name, value }: KernelArg): string | undefined {
  const kinds = meaningOf(name).arg?.kinds;
  return kinds === undefined || value === undefined ? undefined : kinds.of(value);
}

/** Of arguments of one name, the values that a wanted one of a kind takes the place of. */
function hidden(wanted: KernelArg, present: readonly KernelArg[]): readonly Removal[] {
  const { name } = wanted;
  const kind = kindOf(wanted) ?? '';
  const over = [kind, ...(meaningOf(name).arg?.kinds?.over[kind] ?? [])];
  return [wanted, ...argsNamed(present, name)].flatMap((arg) =>
    arg.value !== undefined && over.includes(kindOf(arg) ?? '') ? [{ name, value: arg.value }] : [],
  );
}

/**
 * A text that two arguments share of which only one can count. `among` says whether it is among arguments of one owner, who may set an
 * unknown name several times.
 */
function identities(args: readonly KernelArg[], among: 'one owner' | 'owners'): readonly string[] {
  const sizes = poolSizes(args);
  return args.map((arg, index) => {
    const name = canonicalName(arg.name);
    const { type } = meaningOf(name);
    if (type === 'pool') return `${name} of ${bytesOf(sizes[index] ?? '') ?? sizes[index] ?? ''}`;
    if (type === 'last' || (type === 'unknown' && among === 'owners')) return name;
    const kind = kindOf(arg);
    if (kind !== undefined) return `${name} ${kind}`;
    const row = rowOf(arg);
    const { value, bare } = aboutOf(arg);
    return `${name}=${bare ? '' : row.length > 0 ? row.join('/') : `=${value ?? ''}`}`;
  });
}

/** Which of the arguments are taken out, in their order. */
export function taken(args: readonly KernelArg[], removals: readonly Removal[]): readonly boolean[] {
  const sizes = poolSizes(args);
  return args.map((arg, index) =>
    removals.some(({ name, value, goesOn, bare, sizes: pool }) => {
      const own = canonicalName(arg.name);
      if (pool !== undefined) {
        const isPool = own === 'hugepages' || (own === 'hugepagesz' && arg.value !== undefined);
        return isPool && pool.includes(sizes[index] ?? '');
      }
      if (canonicalName(name) !== own) return false;
      if (bare) return arg.value === undefined;
      if (value === undefined || value === arg.value) return true;
      return goesOn !== undefined && arg.value?.startsWith(`${value}${goesOn}`) === true;
    }),
  );
}

export function removeArgs(args: readonly KernelArg[], removals: readonly Removal[]): readonly KernelArg[] {
  const gone = taken(args, removals);
  return args.filter((_, index) => gone[index] !== true);
}

/**
 * What makes room for `wanted` on a line that has `present`: all others of a name of which the last one counts; where each counts, those
 * about the same thing; pairs of pages of the same size. An unknown name that the line has several times keeps them.
 */
export function replacedBy(
  wanted: readonly KernelArg[],
  present: readonly KernelArg[] = [],
): readonly Removal[] {
  const sizes = poolSizes(wanted);
  const removals = wanted.flatMap((arg, index): readonly Removal[] => {
    const name = canonicalName(arg.name);
    const { type } = meaningOf(name);
    if (type === 'pool') return [{ name: 'hugepages', sizes: spellings(sizes[index] ?? '') }];
    const several = argsNamed(present, name).length > 1;
    if (type === 'last' || (type === 'unknown' && !several)) return [{ name }];
    const { value } = arg;
    if (kindOf(arg) !== undefined) return hidden({ ...arg, name }, present);
    const row = rowOf(arg).map((other) => ({ name, value: other }));
    if (row.length > 0) return row;
    const about = type === 'each' ? aboutOf(arg) : value === undefined ? { bare: true as const } : { value };
    return [{ ...about, name }];
  });
  return [...new Map(removals.map((removal) => [JSON.stringify(removal), removal])).values()];
}

/** The arguments that the kernel reads: those before a lone `--`, after which the words for init begin. */
export function kernelPart(args: readonly KernelArg[]): readonly KernelArg[] {
  const end = args.findIndex(({ name, value }) => name === '--' && value === undefined);
  return end < 0 ? args : args.slice(0, end);
}

/**
 * Puts `wanted` at the end of the kernel's part, in their order, in place of what they make room for. Where `wanted` itself has two of which only one can count,
 * the last one stays, as the kernel would obey it.
 */
export function setArgs(args: readonly KernelArg[], wanted: readonly KernelArg[]): readonly KernelArg[] {
  const ours = kernelPart(args);
  return [...removeArgs(ours, replacedBy(wanted, ours)), ...lastOfEach(wanted), ...args.slice(ours.length)];
}

/** The arguments without those that a later one takes the place of. */
export function lastOfEach(wanted: readonly KernelArg[]): readonly KernelArg[] {
  const ids = identities(wanted, 'one owner');
  let pair = 0;
  // A pair goes as a whole.
  const pairs = wanted.map(({ name }) => (canonicalName(name) === 'hugepagesz' ? (pair += 1) : pair));
  return wanted.filter((arg, index) => {
    if (meaningOf(arg.name).type !== 'pool') return !ids.includes(ids[index] ?? '', index + 1);
    const size = (ids[index] ?? '').replace(/^.* of /, '');
    return !wanted.some((other, later) => {
      if (later <= index || meaningOf(other.name).type !== 'pool') return false;
      if (pairs[later] === pairs[index]) return sameArg(other, arg);
      return ids[later]?.endsWith(` of ${size}`) === true;
    });
  });
}

/** Pairs of arguments, one of each list, of which only one can count and which do not say the same. */
export function clashes(
  left: readonly KernelArg[],
  right: readonly KernelArg[],
): readonly { readonly left: KernelArg; readonly right: KernelArg }[] {
  const [ours, theirs] = [identities(left, 'owners'), identities(right, 'owners')];
  return right.flatMap((arg, index) => {
    const at = ours.lastIndexOf(theirs[index] ?? '');
    const other = left[at];
    return other === undefined || sameArg(other, arg) ? [] : [{ left: other, right: arg }];
  });
}
