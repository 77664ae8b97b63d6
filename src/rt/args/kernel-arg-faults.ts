/** What is wrong with a kernel command line before it is tried. */
import { argFault, type ArgFault } from './arg-fault.js';
import type { CpuListOptions } from '../cpus/cpu-list.js';
import { cpuArgFaults } from './cpu-arg-faults.js';
import { unwritable } from '../boot/grub-text.js';
import { canonicalName, formatKernelLine, type KernelArg } from './kernel-args.js';

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
  /** Which of the arguments we would write: what others have written may have characters that we cannot. Default: all. */
  readonly written?: readonly KernelArg[];
}

function charFault(arg: KernelArg): readonly ArgFault[] {
  const char = unwritable(arg);
  if (char === undefined) return [];
  const summary = 'a kernel argument has a character that GRUB does not pass on';
  const detail = `${JSON.stringify(arg.text)} has ${JSON.stringify(char)}. GRUB's shell interprets it, or puts a backslash before it, which the kernel does not remove.`;
  const why = 'all printable ASCII characters may be used but \', ", \\ and `';
  return [
    argFault('ARG_CHARACTER', { summary, detail, why }, [canonicalName(arg.name)], {
      remove: [{ name: arg.name }],
    }),
  ];
}

/** The kernel: "hugepages= specified twice without interleaving hugepagesz=, ignoring" (mm/hugetlb.c, hugepages_setup). */
function poolFaults(args: readonly KernelArg[]): readonly ArgFault[] {
  let counted: KernelArg | undefined;
  return args.flatMap((arg) => {
    const name = canonicalName(arg.name);
    if (name === 'hugepagesz') counted = undefined;
    if (name !== 'hugepages') return [];
    const before = counted;
    counted = arg;
    if (before === undefined) return [];
    const summary = 'hugepages is given twice for one page size';
    const detail = `${arg.text} follows ${before.text} without a hugepagesz between them, and the kernel ignores it.`;
    const why = 'put hugepagesz=SIZE before each hugepages';
    const remove = [arg.value === undefined ? { name } : { name, value: arg.value }];
    return [
      argFault('ARG_HUGEPAGES_TWICE', { summary, detail, why }, ['hugepages', 'hugepagesz'], { remove }),
    ];
  });
}

function lengthFaults(args: readonly KernelArg[], limits: LineLimits): readonly ArgFault[] {
  const limit = limits.limit ?? commandLineSize;
  const length = Buffer.byteLength(formatKernelLine({ args })) + (limits.reserved ?? 0);
  if (length + 1 <= limit) return [];
  const fault = argFault(
    'ARG_LINE_TOO_LONG',
    {
      summary: 'the kernel command line is too long',
      detail: `It has ${length} bytes and the kernel keeps ${limit - 1}: the rest would be lost without a message.`,
    },
    [],
    {},
  );
  const over = length + 1 - limit;
  const hint = `remove arguments of ${over} ${over === 1 ? 'byte' : 'bytes'} or more, or write CPU lists as ranges`;
  return [{ ...fault, hint }];
}

/**
 * All faults of a line's arguments, in their order. `lastCpu` is the highest CPU that is possible on the machine
 * (/sys/devices/system/cpu/possible); without it CPUs are not checked for existence, and `N` and `all` are faults.
 */
export function faultsOf(args: readonly KernelArg[], limits: LineLimits = {}): readonly ArgFault[] {
  return [
    ...(limits.written ?? args).flatMap(charFault),
    ...cpuArgFaults(args, limits),
    ...poolFaults(args),
    ...lengthFaults(args, limits),
  ];
}
