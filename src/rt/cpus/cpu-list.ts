/**
 * The kernel's CPU lists, as `isolcpus=`, `nohz_full=` and cpuset files take them.
 * Syntax: Documentation/admin-guide/kernel-parameters.rst ("cpu lists"); what the parser lets pass besides:
 * bitmap_parselist() in lib/bitmap-str.c (lib/bitmap.c before 6.5).
 */

/** CPU numbers, ascending, each once. */
export type CpuSet = readonly number[];

/** Why a text is not a CPU list. */
export class CpuListFault {
  constructor(
    readonly message: string,
    /** Where in the text the fault begins, counted from 0. */
    readonly at: number,
  ) {}
}

export interface CpuListOptions {
  /** What `N` and the end of `all` stand for, and the highest number that is taken. Without it both words are faults. */
  readonly lastCpu?: number;
  /** The highest number that is taken, where that is not `lastCpu`. */
  readonly highest?: number;
}

/** The kernel's NR_CPUS may not exceed this (arch/x86/Kconfig, MAXSMP): a guard against lists that would fill memory. */
export const highestCpu = 8191;

/** Sorts and drops repeats. */
export function cpuSet(cpus: Iterable<number>): CpuSet {
  return [...new Set(cpus)].sort((a, b) => a - b);
}

interface Token {
  readonly value: number;
  readonly end: number;
}

function readNumber(text: string, at: number, options: CpuListOptions): Token | CpuListFault {
  if (text[at] === 'N') {
    if (options.lastCpu === undefined) {
      return new CpuListFault('N means the last CPU, but the number of CPUs is not known here', at);
    }
    return { value: options.lastCpu, end: at + 1 };
  }
  const [digits] = /^[0-9]+/.exec(text.slice(at)) ?? [];
  if (digits === undefined) {
    const found = text[at] === undefined ? 'the text ends' : `"${text[at]}" stands`;
    return new CpuListFault(`${found} where a CPU number is expected`, at);
  }
  const value = Number(digits);
  if (value > 0xffffffff) return new CpuListFault(`${digits} is too large for a number of the list`, at);
  return { value, end: at + digits.length };
}

/** From `first` to `last`, of each `group` CPUs the first `used`. */
interface Region {
  readonly first: number;
  readonly last: number;
  readonly used: number;
  readonly group: number;
  readonly end: number;
}

function readRegion(text: string, start: number, options: CpuListOptions): Region | CpuListFault {
  let first: Token | CpuListFault;
  let last: Token | CpuListFault;
  if (/^all/i.test(text.slice(start))) {
    if (options.lastCpu === undefined) {
      return new CpuListFault('"all" needs the number of CPUs, which is not known here', start);
    }
    first = { value: 0, end: start };
    last = { value: options.lastCpu, end: start + 3 };
  } else {
    first = readNumber(text, start, options);
    if (first instanceof CpuListFault) return first;
    if (text[first.end] !== '-') {
      return { first: first.value, last: first.value, used: 1, group: 1, end: first.end };
    }
    last = readNumber(text, first.end + 1, options);
    if (last instanceof CpuListFault) return last;
  }
  if (first.value > last.value) {
    return new CpuListFault(`the range ${first.value}-${last.value} is reversed`, start);
  }
  if (text[last.end] !== ':') {
    return { first: first.value, last: last.value, used: 1, group: 1, end: last.end };
  }
  const used = readNumber(text, last.end + 1, options);
  if (used instanceof CpuListFault) return used;
  if (text[used.end] !== '/') {
    return new CpuListFault('a stride is written RANGE:USED/GROUP; the / is missing', used.end);
  }
  const group = readNumber(text, used.end + 1, options);
  if (group instanceof CpuListFault) return group;
  if (group.value === 0) return new CpuListFault('a stride over groups of 0 CPUs', used.end + 1);
  if (used.value > group.value) {
    return new CpuListFault(`a stride cannot use ${used.value} CPUs of each ${group.value}`, last.end + 1);
  }
  return { first: first.value, last: last.value, used: used.value, group: group.value, end: group.end };
}

/**
 * The CPUs of a list such as `0-3,8`, `0-11:2/4` (of each four the first two), `2-N`, `all`. As in the kernel, white
 * space separates like a comma, both may be doubled or be at an end, and an empty text is the empty list.
 * With `lastCpu`, a higher number is a fault: the kernel then ignores the whole list.
 */
export function parseCpuList(text: string, options: CpuListOptions = {}): CpuSet | CpuListFault {
  const highest = options.highest ?? options.lastCpu ?? highestCpu;
  const cpus = new Set<number>();
  let at = 0;
  for (;;) {
    while (at < text.length && /[\s,]/.test(text.charAt(at))) at += 1;
    if (at === text.length) return cpuSet(cpus);
    const region = readRegion(text, at, options);
    if (region instanceof CpuListFault) return region;
    if (region.last > highest) {
      const why = highest === highestCpu ? 'no kernel has that many' : `the last one is ${highest}`;
      return new CpuListFault(`there is no CPU ${region.last}: ${why}`, at);
    }
    for (let start = region.first; start <= region.last; start += region.group) {
      const end = Math.min(start + region.used - 1, region.last);
      for (let cpu = start; cpu <= end; cpu += 1) cpus.add(cpu);
    }
    at = region.end;
    if (at < text.length && !/[\s,]/.test(text.charAt(at))) {
      return new CpuListFault(`"${text.charAt(at)}" is not a comma or the end, which is expected here`, at);
    }
  }
}

/** The list as the kernel prints it (`%*pbl`): ascending, neighbours as a range: `0-1,4`. The empty set is empty text. */
export function formatCpuList(cpus: CpuSet): string {
  const parts: string[] = [];
  for (let index = 0; index < cpus.length;) {
    const first = cpus[index] ?? 0;
    let last = first;
    for (index += 1; cpus[index] === last + 1; index += 1) last += 1;
    parts.push(first === last ? String(first) : `${first}-${last}`);
  }
  return parts.join(',');
}

export function unionCpus(...sets: readonly CpuSet[]): CpuSet {
  return cpuSet(sets.flat());
}

export function intersectCpus(left: CpuSet, right: CpuSet): CpuSet {
  const wanted = new Set(right);
  return left.filter((cpu) => wanted.has(cpu));
}

/** The CPUs of `left` that are not in `right`. */
export function subtractCpus(left: CpuSet, right: CpuSet): CpuSet {
  const taken = new Set(right);
  return left.filter((cpu) => !taken.has(cpu));
}

/** The CPUs from 0 to `lastCpu` that are not in the set. Where numbers have gaps, subtract from the present CPUs instead. */
export function complementCpus(cpus: CpuSet, lastCpu: number): CpuSet {
  return subtractCpus(
    Array.from({ length: lastCpu + 1 }, (_, cpu) => cpu),
    cpus,
  );
}

export function equalCpus(left: CpuSet, right: CpuSet): boolean {
  return left.length === right.length && left.every((cpu, index) => cpu === right[index]);
}
