/**
 * What a partition plan is asked for and what it answers: the contract between the inventory, the planner, the drawing and
 * the templates. Sizes are bytes, CPU sets ascending lists of CPU numbers.
 */
import type { CpuSet } from '../cpus/cpu-list.js';

/** Variable of the inventory (and path in it) that a wish came from, for diagnostics. */
export type Origin = readonly (string | number)[];

/** FIFO priorities of the kernel's own threads on isolated CPUs; each has to be above the vCPUs'. */
export interface ThreadPriorities {
  /** ksoftirqd/N and ktimers/N */
  readonly softirq: number;
  /** rcuc/N and rcub/N: `rcutree.kthread_prio=` */
  readonly rcu: number;
  /** irq/N-NAME */
  readonly irq: number;
  /** cyclictest and timerlat */
  readonly tools: number;
}

/** CPUs of a systemd slice (`rt_slice_cpus`, `rt_slice_cpus_host`). */
export interface SliceCpus {
  /** `machine.slice`; `a-b.slice` is a child of `a.slice` (systemd.slice(5)). */
  readonly name: string;
  readonly cpus: CpuSet;
  /** Without the `host` in front: `['rt_slice_cpus', 'machine.slice']`. */
  readonly origin: Origin;
}

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
  /** `rt_boot_manage`; false: GRUB is left alone, so huge pages cannot be had at boot. Default true. */
  readonly bootManaged?: boolean;
  /** `rt_kernel_args` where the inventory has it: what is on the command line in place of the plan's own arguments. */
  readonly ownArguments?: readonly string[];
  /** `rt_kernel_args_extra`: one argument an item. */
  readonly otherArguments?: readonly string[];
  /** Default: 2, 4, 50, 95. */
  readonly priorities?: Partial<ThreadPriorities>;
  /** Default: not judged. */
  readonly slices?: readonly SliceCpus[];
  /** `rt_sysctls`, values as text. Default: not judged. */
  readonly sysctls?: Readonly<Record<string, string>>;
  /** `rt_sysctls_extra`, which is laid over them. */
  readonly sysctlsExtra?: Readonly<Record<string, string>>;
}

/** What is known of the host's kernel. What is not known is not judged. */
export interface HostFacts {
  /** `uname -r` of the kernel that the plan is for. */
  readonly kernelRelease?: string;
  /** The word in brackets of /sys/kernel/security/lockdown. */
  readonly lockdown?: 'none' | 'integrity' | 'confidentiality';
  /** Whether cgroups have the file `cpuset.cpus.exclusive`, as probed. */
  readonly cpusetExclusive?: boolean;
}

export type CacheWish =
  | { readonly kind: 'bytes'; readonly bytes: number; readonly codeBytes?: number }
  | { readonly kind: 'ways'; readonly ways: number }
  | { readonly kind: 'percent'; readonly percent: number }
  /** The mask itself, where the planner shall not choose. */
  | { readonly kind: 'mask'; readonly mask: bigint };

export interface CacheOptions {
  /** Whether the kernel refuses to share the ways with another group. Default false. */
  readonly exclusive?: boolean;
  /** Who makes the group: rtprov, for the guest's CPUs (the default), or libvirt's cachetune. */
  readonly by?: 'resctrl' | 'libvirt';
}

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
  readonly cache?: CacheWish & CacheOptions;
  readonly devices: readonly string[];
  /** FIFO priority of its real-time vCPUs on the host. */
  readonly priority: number;
  readonly iothreads: number;
  /** `rt_guest.pins`: the CPU of each vCPU that has one of its own, in their order, where the planner shall not choose. */
  readonly pins?: readonly number[];
  /** `rt_guest.emulator`: where emulator, I/O and vhost threads run, where the planner shall not choose. */
  readonly emulator?: CpuSet;
  /** `rt_guest.hard_limit`: memory that the QEMU process may use or lock. */
  readonly hardLimitBytes?: number;
  /** The guest's own `rt_housekeeping_cpus` and `rt_isolated_cpus`, in numbers of vCPUs. */
  readonly self?: { readonly housekeeping: CpuSet; readonly isolated: CpuSet };
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
  /** Of its vCPUs. */
  readonly cpus: CpuSet;
  /** Of its other threads, where that is known. */
  readonly emulator?: CpuSet;
  /** Whether its XML has a <cachetune>. */
  readonly cachetune?: boolean;
}

/** What the former plan knew of a guest or reservation: enough to keep it where it is. */
export interface FormerPlace {
  readonly name: string;
  /** Default: guest. */
  readonly kind?: 'guest' | 'reservation';
  /** The demand that led to the place; a changed demand is placed again. */
  readonly demand: string;
  readonly cpus: CpuSet;
  /** Default: those of the CPUs. A guest without a CPU of its own is kept on them. */
  readonly nodes?: readonly number[];
  readonly cacheMask?: string;
}

export interface PartitionRequest {
  readonly host: HostRequest;
  readonly guests: readonly GuestRequest[];
  readonly reservations: readonly ReservationRequest[];
  readonly former: readonly FormerPlace[];
  readonly found: readonly FoundPins[];
  /** Neither the former plan nor the pins of running guests of the inventory hold (`--replan`). Default false. */
  readonly replan?: boolean;
  readonly facts?: HostFacts;
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
  /** What led to the place: FormerPlace.demand of the next plan. */
  readonly demand: string;
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
  /** Why it is there, a short sentence a step (`--explain`). */
  readonly why: readonly string[];
  /** Kept from the former plan, or placed by this one. */
  readonly kept: boolean;
}

export interface PlacedReservation {
  readonly name: string;
  readonly for: 'unit' | 'slice' | 'irq';
  readonly demand: string;
  readonly cpus: CpuSet;
  /** Whole cores that are the reservation's alone, idle siblings included. */
  readonly cores: readonly CpuSet[];
  readonly idleSiblings: CpuSet;
  readonly node: number;
  readonly why: readonly string[];
  readonly kept: boolean;
}

/** Schemata of one group: for each cache resource (`L3`, `L3CODE`, ...) the mask of each cache id. */
export interface CacheGroup {
  /** The guest's name; '' is the default group. */
  readonly name: string;
  /** The CPUs that it is bound to; empty: it is bound by task, because its vCPUs share their CPUs. */
  readonly cpus: CpuSet;
  readonly mode: 'shareable' | 'exclusive';
  readonly by: 'resctrl' | 'libvirt';
  readonly masks: Readonly<Record<string, ReadonlyMap<number, bigint>>>;
  readonly why: readonly string[];
}

export interface HugePages {
  readonly pageBytes: number;
  /** Number of pages for each NUMA node that gets any. */
  readonly nodes: ReadonlyMap<number, number>;
}

export interface PartitionPlan {
  /** The kernel's nr_cpu_ids: the width of masks. */
  readonly cpuIds: number;
  readonly smt: 'whole_core' | 'off';
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
