/**
 * Hexadecimal CPU masks, as /proc/irq/N/smp_affinity, /proc/irq/default_smp_affinity and
 * /sys/devices/virtual/workqueue/cpumask have them: groups of 32 bits with commas, the highest first
 * (Documentation/core-api/irq/irq-affinity.rst; bitmap_parse() and `%*pb` of the kernel).
 */
import { cpuSet, CpuListFault, type CpuSet } from './cpu-list.js';

/**
 * The CPUs of a mask. Leading zeros and whole groups of them do not count; a short group has zeros in front, as in the
 * kernel. More than eight digits in a group, and text that is not a mask, are faults; empty text is the empty mask.
 */
export function parseCpuMask(text: string): CpuSet | CpuListFault {
  const cpus: number[] = [];
  const groups = [...text.matchAll(/[^\s,]+/g)].reverse();
  for (const [index, match] of groups.entries()) {
    const [group] = match;
    const wrong = /[^0-9a-fA-F]/.exec(group);
    if (wrong) {
      return new CpuListFault(`"${wrong[0]}" is not a hexadecimal digit`, match.index + wrong.index);
    }
    if (group.length > 8) {
      return new CpuListFault(
        `"${group}" has more than 32 bits; groups of 8 digits are separated by commas`,
        match.index,
      );
    }
    const bits = Number.parseInt(group, 16);
    for (let bit = 0; bit < 32; bit += 1) {
      if (Math.floor(bits / 2 ** bit) % 2 === 1) cpus.push(index * 32 + bit);
    }
  }
  return cpuSet(cpus);
}

/**
 * The mask in the kernel's form. With `lastCpu` it is as wide as the kernel of such a machine prints it (the first group
 * is padded to a whole number of digits for the CPUs it holds: `0000000f,ffffffff` is `f,ffffffff` with 36 CPUs).
 * Without it, the mask is as short as can be; the kernel takes both.
 */
export function formatCpuMask(cpus: CpuSet, options: { readonly lastCpu?: number } = {}): string {
  const last = Math.max(cpus.at(-1) ?? 0, options.lastCpu ?? 0);
  const groups = new Array<number>(Math.floor(last / 32) + 1).fill(0);
  for (const cpu of cpus) {
    const group = Math.floor(cpu / 32);
    groups[group] = (groups[group] ?? 0) + 2 ** (cpu % 32);
  }
  const width = Math.floor((last % 32) / 4) + 1;
  return groups
    .map((bits, index) => bits.toString(16).padStart(index === groups.length - 1 ? width : 8, '0'))
    .reverse()
    .join(',');
}
