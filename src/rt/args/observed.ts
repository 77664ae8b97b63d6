/**
 * What a running machine shows of its kernel arguments: texts of files, as they were read. Undefined means that a file was
 * not looked at; null, that the kernel does not have it.
 */
export type Seen = string | null;

export interface Observed {
  /** /proc/cmdline */
  readonly procCmdline: string;
  /** The text of dmesg; undefined when it may not be read. */
  readonly dmesg?: string;
  /** /sys/devices/system/cpu/possible, present, isolated, nohz_full */
  readonly cpuPossible?: Seen;
  readonly cpuPresent?: Seen;
  readonly cpuIsolated?: Seen;
  readonly cpuNohzFull?: Seen;
  /** /proc/irq/default_smp_affinity */
  readonly defaultSmpAffinity?: Seen;
  /** /sys/devices/virtual/workqueue/cpumask; it decides nothing, but is reported where isolated CPUs are still in it. */
  readonly workqueueMask?: Seen;
  /** CPUs that have a thread rcuop/N or, in kernels without preemption, rcuos/N. */
  readonly rcuOffloadThreads?: readonly number[];
  /** /proc/sys/kernel/watchdog, nmi_watchdog, soft_watchdog, numa_balancing */
  readonly watchdog?: Seen;
  readonly nmiWatchdog?: Seen;
  readonly softWatchdog?: Seen;
  readonly numaBalancing?: Seen;
  /** /sys/devices/system/clocksource/clocksource0/current_clocksource */
  readonly clocksource?: Seen;
  /** /sys/devices/system/cpu/smt/control */
  readonly smtControl?: Seen;
  /** /sys/devices/system/cpu/cpu0/cpufreq/scaling_driver */
  readonly scalingDriver?: Seen;
  /** /sys/devices/system/cpu/cpuidle/current_driver */
  readonly cpuidleDriver?: Seen;
  /** /sys/kernel/mm/transparent_hugepage/enabled */
  readonly transparentHugepage?: Seen;
  /** /sys/devices/system/cpu/vulnerabilities/NAME, by name. */
  readonly vulnerabilities?: Readonly<Record<string, string>>;
  /** `Hugepagesize:` of /proc/meminfo, in kB. */
  readonly defaultHugepageKb?: number;
  /** By page size in kB: /sys/kernel/mm/hugepages/hugepages-NkB/nr_hugepages. A size that the kernel lacks is missing. */
  readonly nrHugepages?: Readonly<Record<number, number>>;
  /** By page size in kB and node: /sys/devices/system/node/nodeN/hugepages/hugepages-NkB/nr_hugepages. */
  readonly nodeHugepages?: Readonly<Record<number, Readonly<Record<number, number>>>>;
  /** By the argument's name (`processor.max_cstate`): /sys/module/MODULE/parameters/NAME. */
  readonly moduleParameters?: Readonly<Record<string, Seen>>;
}
