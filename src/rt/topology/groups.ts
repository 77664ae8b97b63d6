/** Sets that overlap are one set: what is made of files that contradict each other. */
import { cpuSet, type CpuSet } from '../cpus/cpu-list.js';

export interface Grouped {
  /** Ascending by their lowest CPU; each CPU is in exactly one. */
  readonly groups: readonly CpuSet[];
  /** Lowest CPUs of the groups that were made of sets which differ. */
  readonly merged: ReadonlySet<number>;
}

/** Joins the sets that overlap. */
export function groupOverlapping(sets: readonly CpuSet[]): Grouped {
  const parent = new Map<number, number>();
  const rootOf = (cpu: number): number => {
    let root = cpu;
    for (let up = parent.get(root); up !== undefined && up !== root; up = parent.get(root)) root = up;
    for (let at = cpu; at !== root;) {
      const up = parent.get(at) ?? root;
      parent.set(at, root);
      at = up;
    }
    return root;
  };
  for (const cpus of sets) {
    for (const cpu of cpus) {
      if (!parent.has(cpu)) parent.set(cpu, cpu);
      const [a, b] = [rootOf(cpus[0] ?? cpu), rootOf(cpu)];
      parent.set(Math.max(a, b), Math.min(a, b));
    }
  }
  const members = new Map<number, number[]>();
  for (const cpu of cpuSet(parent.keys())) {
    const root = rootOf(cpu);
    const group = members.get(root);
    if (group === undefined) members.set(root, [cpu]);
    else group.push(cpu);
  }
  const merged = new Set<number>();
  for (const cpus of sets) {
    const [first] = cpus;
    if (first === undefined) continue;
    const root = rootOf(first);
    if (members.get(root)?.length !== cpus.length) merged.add(root);
  }
  return { groups: [...members.values()], merged };
}
