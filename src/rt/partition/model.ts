/**
 * What a partition plan is asked for and what it answers: the contract between the inventory, the planner, the drawing and
 * the templates. Sizes are bytes, CPU sets ascending lists of CPU numbers.
 */
import type { CpuSet } from '../cpus/cpu-list.js';

/** Variable of the inventory (and path in it) that a wish came from, for diagnostics. */
export type Origin = readonly (string | number)[];

export type Housekeeping =
  | { readonly kind: 'auto' }
  | { readonly kind: 'per-package'; readonly cores: number }
  /** `rt_partition.housekeeping: LIST`: all other online CPUs are isolated. */
  | { readonly kind: 'list'; readonly cpus: CpuSet }
  /** `rt_housekeeping_cpus` and `rt_isolated_cpus`. */
  | { readonly kind: 'lists'; readonly housekeeping: CpuSet; readonly isolated: CpuSet };

export interface HostRequest {
  readonly housekeeping: Housekeeping;
  readonly isolation: 'auto' | 'boot' | 'cgroup';
  /** `off` means `nosmt`: only the lowest thread of each core counts. */
  readonly smt: 'whole_core' | 'off';
  /** What is left for the host itself on each NUMA node. */
  readonly memoryReserveBytes: number;
  /** `rt_strict_devices`: a device that disturbs real-time work is an error, not a warning. */
  readonly strictDevices: boolean;
}

export type CacheWish =
  | { readonly kind: 'bytes'; readonly bytes: number; readonly codeBytes?: number }
  | { readonly kind: 'ways'; readonly ways: number }
  | { readonly kind: 'percent'; readonly percent: number };

export type NodeWish =
  | { readonly kind: 'auto' }
  | { readonly kind: 'node'; readonly node: number }
  | { readonly kind: 'nodes'; readonly nodes: readonly number[] }
  | { readonly kind: 'near'; readonly device: string };

export interface GuestRequest {
  readonly name: string;
  readonly vcpus: {
    readonly rt: number;
    readonly housekeeping: number;
    readonly placement: 'isolated' | 'shared';
  };
  readonly threads: 1 | 2;
  readonly memoryBytes?: number;
  readonly pageBytes: number;
  readonly node: NodeWish;
  readonly cache?: CacheWish & { readonly exclusive?: boolean };
  readonly devices: readonly string[];
  /** FIFO priority of its real-time vCPUs on the host. */
  readonly priority: number;
  readonly iothreads: number;
}

/** Another user of isolated CPUs. */
export interface ReservationRequest {
  readonly name: string;
  readonly cpus: number;
  readonly for: 'unit' | 'slice' | 'irq';
  readonly node?: number;
}

/** CPUs that a domain which is not in the inventory is pinned to, or that a running guest of ours has now. */
export interface FoundPins {
  readonly domain: string;
  readonly running: boolean;
  readonly cpus: CpuSet;
}

/** What the former plan knew of a guest or reservation: enough to keep it where it is. */
export interface FormerPlace {
  readonly name: string;
  /** The demand that led to the place; a changed demand is placed anew. */
  readonly demand: string;
  readonly cpus: CpuSet;
  readonly cacheMask?: string;
}

export interface PartitionRequest {
  readonly host: HostRequest;
  readonly guests: readonly GuestRequest[];
  readonly reservations: readonly ReservationRequest[];
  readonly former: readonly FormerPlace[];
  readonly found: readonly FoundPins[];
}

/** A rule of the plan that is broken. `error` refuses; the rest of the plan is made all the same. */
export interface PlanDiagnostic {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  /** What, with numbers. */
  readonly message: string;
  /** How to repair it. */
  readonly hint?: string;
  /** The inventory variable to change. Its first element is `guest:NAME` for a guest's, `host` for the host's variables. */
  readonly origin: Origin;
}

export interface PlacedVcpu {
  readonly vcpu: number;
  readonly role: 'rt' | 'housekeeping';
  /** One CPU for a vCPU with a CPU of its own; several for a shared one. */
  readonly cpus: CpuSet;
  readonly shared: boolean;
}

export interface PlacedGuest {
  readonly name: string;
  readonly vcpus: readonly PlacedVcpu[];
  /** Whole cores that are the guest's alone, idle siblings included. */
  readonly cores: readonly CpuSet[];
  readonly idleSiblings: CpuSet;
  /** Where emulator, I/O and vhost threads run. */
  readonly emulator: CpuSet;
  readonly threads: 1 | 2;
  readonly nodes: readonly number[];
  readonly memoryNodes: readonly number[];
  readonly memoryBytes?: number;
  readonly pageBytes: number;
  readonly pages?: number;
  readonly priority: number;
  readonly iothreads: number;
  /** Why it stands there, a short sentence a step (`--explain`). */
  readonly why: readonly string[];
  /** Kept from the former plan, or placed by this one. */
  readonly kept: boolean;
}

export interface PlacedReservation {
  readonly name: string;
  readonly for: 'unit' | 'slice' | 'irq';
  readonly cpus: CpuSet;
  readonly why: readonly string[];
  readonly kept: boolean;
}

/** Schemata of one group: for each cache resource (`L3`, `L3CODE`, ...) the mask of each cache id. */
export interface CacheGroup {
  /** '' is the default group. */
  readonly name: string;
  readonly cpus: CpuSet;
  readonly mode: 'shareable' | 'exclusive';
  readonly masks: Readonly<Record<string, ReadonlyMap<number, bigint>>>;
  readonly why: readonly string[];
}

export interface HugePages {
  readonly pageBytes: number;
  /** Number of pages for each NUMA node that gets any. */
  readonly nodes: ReadonlyMap<number, number>;
}

export interface PartitionPlan {
  readonly housekeeping: CpuSet;
  readonly isolated: CpuSet;
  /** Why each core is housekeeping or isolated, by its lowest CPU. */
  readonly why: ReadonlyMap<number, string>;
  readonly guests: readonly PlacedGuest[];
  readonly reservations: readonly PlacedReservation[];
  /** CPUs of domains that are not in the inventory. */
  readonly foreign: readonly FoundPins[];
  readonly cacheGroups: readonly CacheGroup[];
  readonly hugePages: readonly HugePages[];
  readonly isolation: 'boot' | 'cgroup';
  /** One argument an item, in the order of the command line. */
  readonly kernelArguments: readonly string[];
  readonly diagnostics: readonly PlanDiagnostic[];
}
