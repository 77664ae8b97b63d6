/** What is wrong with a kernel command line before it is tried. */
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { cpuListArgs, cpusOf, parseIsolcpus } from './arg-lists.js';
import { CpuListFault, equalCpus, formatCpuList, type CpuListOptions, type CpuSet } from './cpu-list.js';
import { unwritable } from './grub-text.js';
import { argsNamed, canonicalName, formatKernelLine, type KernelArg } from './kernel-args.js';

/**
 * COMMAND_LINE_SIZE of x86 (arch/x86/include/asm/setup.h) and arm64 (arch/arm64/include/uapi/asm/setup.h): bytes with the
 * NUL at the end. The kernel drops what is beyond without a word.
 */
export const commandLineSize = 2048;

export interface LineLimits extends CpuListOptions {
  /** Bytes that the line may have, with the NUL. Default: `commandLineSize`. */
  readonly limit?: number;
  /**
   * What the boot loader puts in front, in bytes: `BOOT_IMAGE=/boot/vmlinuz-... root=UUID=... ro`. Default 0, for a whole line.
   */
  readonly reserved?: number;
}

function fault(code: string, summary: string, detail: string, hint: string): Diagnostic {
  return { code, severity: 'error', summary, detail, hint };
}

function charFault(arg: KernelArg): readonly Diagnostic[] {
  const char = unwritable(arg);
  if (char === undefined) return [];
  return [
    fault(
      'ARG_CHARACTER',
      'a kernel argument has a character that GRUB does not pass on',
      `${JSON.stringify(arg.text)} has ${JSON.stringify(char)}. GRUB's shell takes it for itself or puts a backslash in front, which the kernel does not take away.`,
      'leave it out; all printable ASCII characters may be used but \', ", \\, $ and `',
    ),
  ];
}

const isolates = new Set(['isolcpus', 'nohz_full']);

function listFaults(arg: KernelArg, options: CpuListOptions): readonly Diagnostic[] {
  const name = canonicalName(arg.name);
  if (name !== 'isolcpus' && !cpuListArgs.has(name)) return [];
  if (arg.value === undefined) {
    // `rcu_nocbs` alone is allowed since 5.18: CPUs can then be offloaded later.
    return name === 'rcu_nocbs' ? [] : [emptyFault(arg)];
  }
  const cpus = cpusOf(arg, options);
  if (cpus instanceof CpuListFault) {
    return [
      fault(
        'ARG_CPU_LIST',
        'a kernel argument has a CPU list that the kernel does not take',
        `${arg.text}: ${cpus.message} (at character ${cpus.at + 1} of the value). The kernel then ignores the argument or, for rcu_nocbs, takes all CPUs.`,
        `write ranges of present CPUs, such as ${arg.name}=${name === 'isolcpus' ? 'managed_irq,domain,' : ''}2-5,8`,
      ),
    ];
  }
  if (cpus === undefined) return [];
  if (cpus.length === 0) return [emptyFault(arg)];
  return isolates.has(name) ? isolationFaults(arg, cpus, options) : [];
}

function emptyFault(arg: KernelArg): Diagnostic {
  return fault(
    'ARG_EMPTY_LIST',
    'a kernel argument has an empty CPU list',
    `${arg.text} names no CPU, so it does nothing; often a variable with the CPUs was empty.`,
    'name the CPUs, or leave the argument out',
  );
}

function isolationFaults(arg: KernelArg, cpus: CpuSet, { lastCpu }: CpuListOptions): readonly Diagnostic[] {
  if (lastCpu !== undefined && cpus.length === lastCpu + 1) {
    return [
      fault(
        'ARG_ALL_CPUS',
        'a kernel argument isolates all CPUs',
        `${arg.text} leaves no CPU for housekeeping. The kernel keeps the boot CPU out by itself, and all interrupts and threads share it.`,
        'leave at least CPU 0, better a whole core, for housekeeping',
      ),
    ];
  }
  if (!cpus.includes(0)) return [];
  return [
    fault(
      'ARG_BOOT_CPU',
      'a kernel argument isolates CPU 0',
      `${arg.text} has CPU 0, which boots the machine, keeps the time and takes interrupts that cannot be moved: it has to stay a housekeeping CPU.`,
      `leave CPU 0 out: ${arg.name}=${formatCpuList(cpus.filter((cpu) => cpu !== 0))}`,
    ),
  ];
}

/**
 * `isolcpus=nohz,...` and `nohz_full=` set the same housekeeping mask; when they differ the kernel says "Housekeeping:
 * nohz_full= must match isolcpus=" and ignores the second (kernel/sched/isolation.c).
 */
function mismatch(args: readonly KernelArg[], options: CpuListOptions): readonly Diagnostic[] {
  const isolcpus = argsNamed(args, 'isolcpus').at(-1);
  const nohz = argsNamed(args, 'nohz_full').at(-1);
  if (isolcpus?.value === undefined || nohz === undefined) return [];
  const isolated = parseIsolcpus(isolcpus.value, options);
  const tickless = cpusOf(nohz, options);
  if (isolated instanceof CpuListFault || tickless instanceof CpuListFault || tickless === undefined)
    return [];
  if (!isolated.flags.includes('nohz') || equalCpus(isolated.cpus, tickless)) return [];
  return [
    fault(
      'ARG_NOHZ_MISMATCH',
      'isolcpus=nohz and nohz_full name different CPUs',
      `${isolcpus.text} and ${nohz.text}: the kernel takes the first of the two and ignores the other.`,
      'leave the flag nohz out of isolcpus, or name the same CPUs in both',
    ),
  ];
}

/**
 * All faults of a line's arguments, in their order. `lastCpu` is the highest CPU that is possible on the machine
 * (/sys/devices/system/cpu/possible); without it CPUs are not checked for existence, and `N` and `all` are faults.
 */
export function faultsOf(args: readonly KernelArg[], limits: LineLimits = {}): readonly Diagnostic[] {
  const limit = limits.limit ?? commandLineSize;
  const length = Buffer.byteLength(formatKernelLine({ args })) + (limits.reserved ?? 0);
  const tooLong =
    length + 1 > limit
      ? [
          fault(
            'ARG_LINE_TOO_LONG',
            'the kernel command line is too long',
            `It has ${length} bytes and the kernel keeps ${limit - 1}: what is behind would be lost without a word.`,
            'write CPU lists as ranges and take out arguments that are not needed',
          ),
        ]
      : [];
  return [
    ...args.flatMap((arg) => [...charFault(arg), ...listFaults(arg, limits)]),
    ...mismatch(args, limits),
    ...tooLong,
  ];
}
