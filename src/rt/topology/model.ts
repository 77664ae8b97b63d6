/**
 * What a machine is made of, as the kernel shows it: the input of the partition plan. Sources: sysfs
 * (Documentation/ABI/stable/sysfs-devices-system-cpu, sysfs-devices-node, admin-guide/cputopology.rst) and
 * Documentation/filesystems/resctrl.rst. Sizes are bytes, CPU sets ascending lists of CPU numbers.
 */
import type { CpuSet } from '../cpus/cpu-list.js';

/** The online CPUs (hardware threads) that share one core, ascending. The lowest one is the core's name. */
export interface Core {
  readonly cpus: CpuSet;
  /** `physical_package_id`: a label, never an index (-1, 36 and 8442 occur). */
  readonly package: number;
  readonly die?: number;
  readonly cluster?: number;
  /** The NUMA node whose folder lists the core; undefined: no node does. */
  readonly node?: number;
  /** `cpu_capacity` (ARM) of the core's lowest CPU. */
  readonly capacity?: number;
  /** From the PMU lists `/sys/devices/{cpu_core,cpu_atom}/cpus` (x86 hybrid). */
  readonly pmu?: 'core' | 'atom';
}

export interface Cache {
  readonly level: number;
  readonly type: 'Data' | 'Instruction' | 'Unified';
  /** 0: the kernel does not say. */
  readonly sizeBytes: number;
  /** Online CPUs that share it. */
  readonly cpus: CpuSet;
  /** `id`: missing on old kernels and many ARM machines; ids may have gaps. */
  readonly id?: number;
  readonly ways?: number;
}

export interface PagePool {
  readonly pageBytes: number;
  readonly total: number;
  readonly free: number;
}

export interface NumaNode {
  readonly id: number;
  /** Online CPUs only; empty: a node of memory alone. */
  readonly cpus: CpuSet;
  /** MemTotal of the node's meminfo; 0: no memory. */
  readonly memoryBytes: number;
  /** Whether its memory may serve guests: false for movable and persistent memory (not in `has_normal_memory`), and for no memory. */
  readonly normalMemory: boolean;
  /** Distance to each online node by its id. Empty where the kernel's row cannot be used. */
  readonly distances: ReadonlyMap<number, number>;
  readonly hugePages: readonly PagePool[];
}

export interface PciDevice {
  /** `0000:3b:00.0` */
  readonly address: string;
  /** The 24 bits of the class code. */
  readonly class: number;
  /** Undefined: unknown (`numa_node` is -1 or absent). */
  readonly node?: number;
  /** Interrupt numbers from `msi_irqs/`. */
  readonly interrupts: readonly number[];
}

export interface Interrupt {
  readonly number: number;
  /** The handler's name in /proc/interrupts. */
  readonly name: string;
  readonly affinity?: CpuSet;
  readonly effective?: CpuSet;
}

/** One cache resource of `resctrl/info` (`L3`, `L3CODE`, `L3DATA`, `L2`, ...). */
export interface CacheResource {
  readonly name: string;
  /** As a number of bits set from 0: `7ff` has length 11. */
  readonly maskBits: number;
  readonly minBits: number;
  readonly closids: number;
  /** Bits that devices use too. Bit masks are BigInts: 64-bit masks exist. */
  readonly shareable: bigint;
  readonly sparse: boolean;
  /** `bit_usage` as it is: for each cache id a letter a bit, the highest bit first (`0=SSSS0000HH;1=...`). */
  readonly use?: string;
}

export interface Resctrl {
  readonly path: string;
  readonly cdpL3: boolean;
  readonly cdpL2: boolean;
  /** How many groups there may be, the default group included: the smallest num_closids of all resources, memory bandwidth too. */
  readonly closids: number;
  /** None where it is mounted for memory bandwidth or measuring alone. */
  readonly resources: readonly CacheResource[];
  /** Groups that are there now: name, schemata as text and the CPUs of `cpus_list`. The default group has the name ''. */
  readonly groups: readonly { readonly name: string; readonly schemata: string; readonly cpus: CpuSet }[];
}

/** Something in the firmware's tables that the plan has to work around, in words, with the file it was seen in. */
export interface TopologyNote {
  readonly code: string;
  readonly text: string;
  readonly path: string;
}

export interface Topology {
  /** The kernel's nr_cpu_ids: it gives masks their width. */
  readonly cpuIds: number;
  readonly present: CpuSet;
  readonly online: CpuSet;
  /** Present CPUs that are offline now. */
  readonly offline: CpuSet;
  /** CPU 0 if it is online, else the lowest online one. */
  readonly bootCpu: number;
  /** What runs isolated now; undefined: the kernel does not say. */
  readonly isolated?: CpuSet;
  readonly nohzFull?: CpuSet;
  readonly smt: { readonly control?: string; readonly active?: boolean };
  /** Ascending by their lowest CPU. Each online CPU is in exactly one. */
  readonly cores: readonly Core[];
  readonly caches: readonly Cache[];
  /** Online nodes, ascending by id. One node with all CPUs where the firmware lists a CPU twice (then a note says so). */
  readonly nodes: readonly NumaNode[];
  readonly devices: readonly PciDevice[];
  readonly interrupts: readonly Interrupt[];
  /** `rdt_a`, `cat_l3`, ... of /proc/cpuinfo; the kernel's figures in `resctrl` decide. */
  readonly rdtFlags: readonly string[];
  readonly resctrl?: Resctrl;
  readonly notes: readonly TopologyNote[];
  /** The file each kind of value came from, such as `online` → `/sys/devices/system/cpu/online`. */
  readonly sources: Readonly<Record<string, string>>;
}
