/**
 * A machine as the planner sees it: the CPUs that count, the cores with the cache and the class that they belong to, and
 * its nodes. Words: a core is the set of CPUs that share one; its name is its lowest CPU.
 */
import type { CpuSet } from '../cpus/cpu-list.js';
import type { Core, NumaNode, Topology } from '../topology/model.js';
import { cacheDomains } from './cache-domains.js';
import { coreClasses } from './core-classes.js';

export interface MachineCore {
  /** Its lowest CPU. */
  readonly name: number;
  /** The CPUs that count, ascending. With `smt: off` the lowest one only. */
  readonly cpus: CpuSet;
  readonly package: number;
  readonly node?: number;
  /** 0 is the class for real-time work; others are slower cores of a hybrid machine. */
  readonly coreClass: number;
  /** The same text for cores that share an L3 (L2 where there is none; without caches: the package) within a node. */
  readonly cacheDomain: string;
}

export interface Machine {
  readonly topology: Topology;
  /** Ascending by name. */
  readonly cores: readonly MachineCore[];
  readonly coreOf: ReadonlyMap<number, MachineCore>;
  /** The CPUs that count: the online ones, with `smt: off` the lowest thread of each core. */
  readonly online: CpuSet;
  readonly bootCpu: number;
  /** Ascending by id. Without NUMA in the kernel: node 0 with all CPUs. */
  readonly nodes: readonly NumaNode[];
  readonly nodeById: ReadonlyMap<number, NumaNode>;
  /** What the core classes are called, by their number. */
  readonly classNames: readonly string[];
}

function nodesOf(topology: Topology): readonly NumaNode[] {
  if (topology.nodes.length > 0) return [...topology.nodes].sort((a, b) => a.id - b.id);
  const only = { id: 0, cpus: topology.online, memoryBytes: 0, normalMemory: false };
  return [{ ...only, distances: new Map(), hugePages: [] }];
}

/**
 * The topology with the wish for SMT put in. The same machine comes out before and after a boot with `nosmt`, because the
 * kernel leaves the lowest thread of each core online.
 */
export function machineOf(topology: Topology, smt: 'whole_core' | 'off'): Machine {
  const kept: readonly Core[] = topology.cores.map((core) =>
    smt === 'off' ? { ...core, cpus: core.cpus.slice(0, 1) } : core,
  );
  const classes = coreClasses(kept);
  const domains = cacheDomains(kept, topology.caches);
  const withoutNuma = topology.nodes.length === 0;
  const cores = kept
    .map((core, index): MachineCore => {
      const node = withoutNuma ? 0 : core.node;
      return {
        name: core.cpus[0] ?? 0,
        cpus: core.cpus,
        package: core.package,
        ...(node === undefined ? {} : { node }),
        coreClass: classes.classOf[index] ?? 0,
        cacheDomain: `${domains[index] ?? ''} node ${node ?? 'none'}`,
      };
    })
    .sort((a, b) => a.name - b.name);
  const online = cores.flatMap(({ cpus }) => cpus).sort((a, b) => a - b);
  const nodes = nodesOf(topology);
  return {
    topology,
    cores,
    coreOf: new Map(cores.flatMap((core) => core.cpus.map((cpu) => [cpu, core] as const))),
    online,
    bootCpu: online[0] ?? 0,
    nodes,
    nodeById: new Map(nodes.map((node) => [node.id, node])),
    classNames: classes.names,
  };
}

/** The nodes by their distance from one: itself first, then the nearest; unknown distances last, ties to the lowest id. */
export function nodesByDistance(machine: Machine, from: number): readonly NumaNode[] {
  const distances = machine.nodeById.get(from)?.distances;
  const distance = (node: NumaNode): number =>
    node.id === from ? -1 : (distances?.get(node.id) ?? Number.MAX_SAFE_INTEGER);
  return [...machine.nodes].sort((a, b) => distance(a) - distance(b) || a.id - b.id);
}

/** Ascending. Cores that no node has are left out. */
export function nodesOfCores(cores: readonly MachineCore[]): readonly number[] {
  return [...new Set(cores.flatMap(({ node }) => node ?? []))].sort((a, b) => a - b);
}

export function hasCpus(machine: Machine, node: number): boolean {
  return machine.cores.some((core) => core.node === node);
}

/** The cores that have any of the CPUs, ascending. CPUs that do not count are left out. */
export function coresWith(machine: Machine, cpus: CpuSet): readonly MachineCore[] {
  const found = new Set(cpus.flatMap((cpu) => machine.coreOf.get(cpu) ?? []));
  return [...found].sort((a, b) => a.name - b.name);
}
