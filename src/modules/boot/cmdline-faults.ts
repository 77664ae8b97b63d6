/** Which faults of a kernel command line a task brings, and which were there before it and are none of its business. */
import type { Diagnostic } from '../../diagnostics/diagnostic.js';
import { diagnosticText } from '../../diagnostics/text.js';
import type { ArgFault } from '../../rt/args/arg-fault.js';
import { ownerConflicts, withoutOwner, type ArgOwner } from '../../rt/args/arg-owner.js';
import { CpuListFault, parseCpuList } from '../../rt/cpus/cpu-list.js';
import { faultsOf, type LineLimits } from '../../rt/args/kernel-arg-faults.js';
import { canonicalName, formatKernelLine } from '../../rt/args/kernel-args.js';
import { lineArgs } from '../../rt/boot/menu-line.js';
import type { PlanContext } from '../core/module.js';
import { running } from './places.js';

export interface LineFaults {
  readonly errors: string | undefined;
  readonly warnings: readonly string[];
}

/** The highest CPU that the machine can have. */
function lastCpu(context: PlanContext): { readonly lastCpu?: number } {
  const text = context.state('boot', running.name).files['/sys/devices/system/cpu/possible'];
  const cpus = text === undefined ? [] : parseCpuList(text);
  const last = cpus instanceof CpuListFault ? undefined : cpus.at(-1);
  return last === undefined ? {} : { lastCpu: last };
}

const textOf = (fault: Diagnostic): string => diagnosticText([fault]);
const lengthOf = (line: string): number => Buffer.byteLength(formatKernelLine({ args: lineArgs(line) }));

/**
 * `lines` are what comes of the owners, `before` the same lines as they are now. A fault of an argument that `mine` sets is an error, and
 * so is one that no line has yet; any other was there before.
 */
export function lineFaults(
  owners: readonly ArgOwner[],
  mine: ArgOwner | undefined,
  lines: readonly string[],
  before: readonly string[],
  context: PlanContext,
): LineFaults {
  // root=UUID=... ro, which GRUB puts in front.
  const limits: LineLimits = { ...lastCpu(context), reserved: 64, written: mine?.set ?? [] };
  const names = new Set((mine?.set ?? []).map(({ name }) => canonicalName(name)));
  const known = new Set(before.flatMap((line) => faultsOf(lineArgs(line), limits).map(textOf)));
  const isBrought = (fault: ArgFault, line: string): boolean => {
    if (mine === undefined) return false;
    if (fault.code === 'ARG_LINE_TOO_LONG') return !before.some((old) => lengthOf(old) >= lengthOf(line));
    return fault.names.some((name) => names.has(name)) || !known.has(textOf(fault));
  };
  const found = lines.flatMap((line) =>
    faultsOf(lineArgs(line), limits).map((fault) => ({ fault, brought: isBrought(fault, line) })),
  );
  // What other owners have against each other is theirs.
  const theirs = new Set(ownerConflicts(withoutOwner(owners, mine?.owner ?? '')).map(textOf));
  const conflicts = ownerConflicts(owners).map((fault) => ({ fault, brought: !theirs.has(textOf(fault)) }));
  const texts = (brought: boolean): readonly string[] => [
    ...new Set(
      [...conflicts, ...found].filter((one) => one.brought === brought).map(({ fault }) => textOf(fault)),
    ),
  ];
  const errors = texts(true);
  return { errors: errors.length === 0 ? undefined : errors.join('\n'), warnings: texts(false) };
}
