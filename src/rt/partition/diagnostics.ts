/** Making diagnostics of the plan, and the words that they share. */
import { formatCpuList, type CpuSet } from '../cpus/cpu-list.js';
import type { Origin, PlanDiagnostic } from './model.js';

/** A message, and how to repair what it says. */
export interface Words {
  readonly message: string;
  readonly hint?: string;
}

function diagnostic(
  severity: PlanDiagnostic['severity'],
  code: string,
  origin: Origin,
  words: Words,
): PlanDiagnostic {
  return { code, severity, origin, ...words };
}

export function planError(code: string, origin: Origin, words: Words): PlanDiagnostic {
  return diagnostic('error', code, origin, words);
}

export function planWarning(code: string, origin: Origin, words: Words): PlanDiagnostic {
  return diagnostic('warning', code, origin, words);
}

export function planNote(code: string, origin: Origin, words: Words): PlanDiagnostic {
  return diagnostic('note', code, origin, words);
}

/** A path below a guest's `rt_guest`. */
export function ofGuest(name: string, ...path: Origin): Origin {
  return [`guest:${name}`, 'rt_guest', ...path];
}

/** A path below the host's `rt_partition`. */
export function ofPartition(...path: Origin): Origin {
  return ['host', 'rt_partition', ...path];
}

/** `CPU 3`, `CPUs 3-5`. */
export function cpusText(cpus: CpuSet): string {
  return `CPU${cpus.length === 1 ? '' : 's'} ${formatCpuList(cpus)}`;
}

/** What these CPUs are called when they are meant again. */
export function pronoun(cpus: CpuSet): 'it' | 'them' {
  return cpus.length === 1 ? 'it' : 'them';
}

/** `1 core`, `3 cores`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

const units = ['', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `16 GiB`, `7.7 GiB`: the largest unit in which the size is at least 1, with one digit after the point where it is not whole. */
export function sizeText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  const digits = Number.isInteger(value) ? String(value) : (Math.floor(value * 10) / 10).toFixed(1);
  return unit === 0 ? `${digits} bytes` : `${digits} ${units[unit] ?? ''}`;
}

/** `1G`, `2M`, `64K`: a page size as the kernel's arguments have it. */
export function pageText(bytes: number): string {
  if (bytes % 1024 ** 3 === 0) return `${bytes / 1024 ** 3}G`;
  return bytes % 1024 ** 2 === 0 ? `${bytes / 1024 ** 2}M` : `${bytes / 1024}K`;
}
