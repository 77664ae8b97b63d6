/** Shorter CPU lists for the kernel's own parser (bitmap_parselist: `RANGE:USED/GROUP`). Tools do not read them. */
import { formatCpuList, type CpuSet } from '../../cpus/cpu-list.js';

/** How many runs of `used` CPUs, each `group` after the one before, begin at `index`. */
function repeats(runs: readonly (readonly [number, number])[], index: number, group: number): number {
  const [start = 0, length = 0] = runs[index] ?? [];
  let count = 1;
  for (;;) {
    const next = runs[index + count];
    if (next === undefined || next[1] !== length || next[0] !== start + count * group) return count;
    count += 1;
  }
}

/** `0-14:2/4,20` for 0-1,4-5,8-9,12-13,20; as the kernel prints it where that is not longer. */
export function formatStrides(cpus: CpuSet): string {
  const runs: [number, number][] = [];
  for (const cpu of cpus) {
    const last = runs.at(-1);
    if (last && last[0] + last[1] === cpu) last[1] += 1;
    else runs.push([cpu, 1]);
  }
  const parts: string[] = [];
  for (let index = 0; index < runs.length;) {
    const [start = 0, length = 0] = runs[index] ?? [];
    const group = (runs[index + 1]?.[0] ?? start) - start;
    const count = group === 0 ? 1 : repeats(runs, index, group);
    const plain = runs
      .slice(index, index + count)
      .map(([first, size]) => (size === 1 ? String(first) : `${first}-${first + size - 1}`))
      .join(',');
    const stride = `${start}-${start + (count - 1) * group + length - 1}:${length}/${group}`;
    if (count > 1 && stride.length < plain.length) {
      parts.push(stride);
      index += count;
    } else {
      parts.push(plain.split(',')[0] ?? '');
      index += 1;
    }
  }
  const strided = parts.join(',');
  const plain = formatCpuList(cpus);
  return strided.length < plain.length ? strided : plain;
}
