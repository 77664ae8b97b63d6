/** Made-up machines: packages × cores × threads, with nodes, caches and memory as a test wants them. */
import { parseCpuList, CpuListFault, type CpuSet } from '../../src/rt/cpus/cpu-list.js';
import type { GuestRequest, HostRequest, PartitionRequest } from '../../src/rt/partition/model.js';
import type {
  Cache,
  CacheResource,
  Core,
  NumaNode,
  PciDevice,
  Resctrl,
  Topology,
} from '../../src/rt/topology/model.js';

export interface MachineShape {
  readonly packages?: number;
  /** Of each package. */
  readonly cores: number;
  readonly threads?: number;
  /** `far`: the second threads are numbered after all first ones; `near`: beside the first. */
  readonly siblings?: 'far' | 'near';
  /** Nodes of each package, or 'one' for the whole machine. Default 1. */
  readonly nodes?: number | 'one';
  /** Cores that share an L3; default: a package; 0: there is no L3. */
  readonly coresPerL3?: number;
  /** Of each node; one number for all. Default 64 GiB. */
  readonly memoryBytes?: number | readonly number[];
  /** CPUs that are offline now: numbers as if all were online. */
  readonly offline?: CpuSet;
  readonly cpuIds?: number;
  readonly capacity?: (cpu: number) => number;
  readonly pmu?: (cpu: number) => 'core' | 'atom';
  readonly devices?: readonly PciDevice[];
  readonly smt?: Topology['smt'];
  /** Of each L3. Default 32 MiB. */
  readonly cacheBytes?: number;
  /** The kernel's ids of the L3s; default: from 0. */
  readonly cacheIds?: readonly (number | undefined)[];
  /** Each core has an L2 of its own, of so many bytes. Default: none. */
  readonly l2Bytes?: number;
  readonly resctrl?: Resctrl;
  readonly rdtFlags?: readonly string[];
}

/** A mounted resctrl; `groups`: schemata by the name of the group. */
export function resctrl(
  resources: readonly CacheResource[],
  groups: Readonly<Record<string, string>> = {},
): Resctrl {
  return {
    path: '/sys/fs/resctrl',
    cdpL3: resources.some(({ name }) => name === 'L3CODE'),
    cdpL2: resources.some(({ name }) => name === 'L2CODE'),
    closids: Math.min(...resources.map(({ closids }) => closids)),
    resources,
    groups: Object.entries(groups).map(([name, schemata]) => ({ name, schemata, cpus: [] })),
  };
}

/** As the kernel shows the L3 of a Xeon Silver 4108: 11 ways, the upper two of which devices use too. */
export function cacheResource(name = 'L3', more: Partial<CacheResource> = {}): CacheResource {
  return { name, maskBits: 11, minBits: 1, closids: 16, shareable: 0x600n, sparse: false, ...more };
}

export const GiB = 1024 ** 3;
export const MiB = 1024 ** 2;

interface Whole {
  readonly core: Core;
  readonly all: CpuSet;
  readonly cache: number;
  readonly node: number;
}

function wholeCores(shape: MachineShape): readonly Whole[] {
  const { packages = 1, cores, threads = 1, siblings = 'far', nodes = 1, coresPerL3 = cores } = shape;
  const total = packages * cores;
  const nodesEach = nodes === 'one' ? 1 : nodes;
  return Array.from({ length: total }, (_, index): Whole => {
    const [pkg, within] = [Math.floor(index / cores), index % cores];
    const all = Array.from({ length: threads }, (_none, thread) =>
      siblings === 'far' ? index + thread * total : index * threads + thread,
    );
    const node = nodes === 'one' ? 0 : pkg * nodesEach + Math.floor(within / Math.ceil(cores / nodesEach));
    const cache =
      coresPerL3 === 0 ? -1 : pkg * Math.ceil(cores / coresPerL3) + Math.floor(within / coresPerL3);
    const cpus = all.filter((cpu) => !(shape.offline ?? []).includes(cpu));
    const first = cpus[0] ?? 0;
    const capacity = shape.capacity?.(first);
    const pmu = shape.pmu?.(first);
    const core = {
      cpus,
      package: pkg,
      node,
      ...(capacity === undefined ? {} : { capacity }),
      ...(pmu === undefined ? {} : { pmu }),
    };
    return { core, all, cache, node };
  });
}

function nodesOf(shape: MachineShape, cores: readonly Whole[]): readonly NumaNode[] {
  const ids = [...new Set(cores.map(({ node }) => node))];
  const memory = shape.memoryBytes ?? 64 * GiB;
  return ids.map((id) => {
    const memoryBytes = typeof memory === 'number' ? memory : (memory[id] ?? 0);
    const cpus = cores.filter((core) => core.node === id).flatMap(({ core }) => core.cpus);
    return {
      id,
      cpus: cpus.sort((a, b) => a - b),
      memoryBytes,
      normalMemory: memoryBytes > 0,
      distances: new Map(ids.map((other) => [other, other === id ? 10 : 20 + Math.abs(other - id)])),
      hugePages: [],
    };
  });
}

function cacheOf(level: number, sizeBytes: number, id: number | undefined, cores: readonly Whole[]): Cache {
  const cpus = cores.flatMap(({ core }) => core.cpus).sort((a, b) => a - b);
  return { level, type: 'Unified', sizeBytes, cpus, ...(id === undefined ? {} : { id }) };
}

function cachesOf(shape: MachineShape, cores: readonly Whole[]): readonly Cache[] {
  const { l2Bytes, cacheIds, cacheBytes = 32 * MiB } = shape;
  const ids = [...new Set(cores.map(({ cache }) => cache))].filter((id) => id >= 0);
  return [
    ...(l2Bytes === undefined ? [] : cores.map((core, index) => cacheOf(2, l2Bytes, index, [core]))),
    ...ids.map((id, index) =>
      cacheOf(
        3,
        cacheBytes,
        cacheIds === undefined ? id : cacheIds[index],
        cores.filter(({ cache }) => cache === id),
      ),
    ),
  ];
}

export function machine(shape: MachineShape): Topology {
  const whole = wholeCores(shape);
  const present = whole.flatMap(({ all }) => all).sort((a, b) => a - b);
  const offline = present.filter((cpu) => (shape.offline ?? []).includes(cpu));
  const online = present.filter((cpu) => !offline.includes(cpu));
  const there = whole.filter(({ core }) => core.cpus.length > 0);
  return {
    cpuIds: shape.cpuIds ?? present.length,
    present,
    online,
    offline,
    bootCpu: online[0] ?? 0,
    smt: shape.smt ?? {},
    cores: there.map(({ core }) => core).sort((a, b) => (a.cpus[0] ?? 0) - (b.cpus[0] ?? 0)),
    caches: cachesOf(shape, there),
    nodes: nodesOf(shape, there),
    devices: shape.devices ?? [],
    interrupts: [],
    rdtFlags: shape.rdtFlags ?? [],
    ...(shape.resctrl === undefined ? {} : { resctrl: shape.resctrl }),
    notes: [],
    sources: {},
  };
}

/** CPUs of a list that the test wrote. */
export function cpus(text: string): CpuSet {
  const set = parseCpuList(text);
  if (set instanceof CpuListFault) throw new Error(`${text}: ${set.message}`);
  return set;
}

/** A guest with so many cores of its own: one housekeeping vCPU, the rest real-time, all isolated. */
export function guest(name: string, cores: number, more: Partial<GuestRequest> = {}): GuestRequest {
  return {
    name,
    vcpus: { rt: cores - 1, housekeeping: 1, placement: 'isolated' },
    threads: 1,
    pageBytes: GiB,
    node: { kind: 'auto' },
    devices: [],
    priority: 1,
    iothreads: 0,
    ...more,
  };
}

export const host: HostRequest = {
  housekeeping: { kind: 'auto' },
  isolation: 'auto',
  smt: 'whole_core',
  memoryReserveBytes: 6 * GiB,
  strictDevices: false,
};

export function request(
  guests: readonly GuestRequest[],
  more: Partial<PartitionRequest> = {},
): PartitionRequest {
  return { host, guests, reservations: [], former: [], found: [], ...more };
}
