/** The slow way to place guests on a small machine: every set of cores that each could have. */
import type { Core } from '../../../src/rt/topology/model.js';

/** What a guest or a reservation asks for. */
export interface Item {
  readonly name: string;
  readonly cores: number;
  readonly threads: 1 | 2;
  /** Undefined: any one node; one node; several: the same number of cores in each. */
  readonly nodes?: readonly number[];
  readonly memoryGiB: number;
}

export interface Free {
  readonly cores: readonly Core[];
  /** GiB left on each node. */
  readonly memory: ReadonlyMap<number, number>;
}

function* subsets(cores: readonly Core[], count: number): Generator<readonly Core[]> {
  const [first, ...rest] = cores;
  if (count === 0) yield [];
  else if (first !== undefined) {
    for (const more of subsets(rest, count - 1)) yield [first, ...more];
    yield* subsets(rest, count);
  }
}

/** All ways to have a part of the cores and of the memory on each of the nodes. */
function* onNodes(item: Item, nodes: readonly number[], free: Free, parts: number): Generator<Free> {
  const [node, ...others] = nodes;
  if (node === undefined) {
    yield free;
    return;
  }
  const memory = (free.memory.get(node) ?? 0) - item.memoryGiB / parts;
  if (item.memoryGiB > 0 && memory < 0) return;
  const here = free.cores.filter((core) => core.node === node && core.cpus.length >= item.threads);
  for (const taken of subsets(here, item.cores / parts)) {
    const left = {
      cores: free.cores.filter((core) => !taken.includes(core)),
      memory: new Map(free.memory).set(node, memory),
    };
    yield* onNodes(item, others, left, parts);
  }
}

function* ways(item: Item, free: Free): Generator<Free> {
  if (item.nodes !== undefined) {
    yield* onNodes(item, item.nodes, free, item.nodes.length);
    return;
  }
  for (const node of free.memory.keys()) yield* onNodes(item, [node], free, 1);
}

/** Whether all have a place together. */
export function allFit(items: readonly Item[], free: Free, failed = new Set<string>()): boolean {
  const [item, ...rest] = items;
  if (item === undefined) return true;
  const key = JSON.stringify([items.length, free.cores.map(({ cpus }) => cpus[0]), [...free.memory]]);
  if (failed.has(key)) return false;
  for (const left of ways(item, free)) if (allFit(rest, left, failed)) return true;
  failed.add(key);
  return false;
}

/** The names of those that fit beside the accepted ones before them: the largest first, then by name. */
export function accepted(items: readonly Item[], free: Free): readonly string[] {
  const taken: Item[] = [];
  const order = [...items].sort((a, b) => b.cores - a.cores || (a.name < b.name ? -1 : 1));
  for (const item of order) if (allFit([...taken, item], free)) taken.push(item);
  return taken.map(({ name }) => name).sort();
}
