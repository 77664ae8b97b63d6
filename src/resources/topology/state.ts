/** What a machine's topology is read from. Plain JSON. */
export interface TopologyState {
  /** Texts of sysfs and procfs by their paths; `parseTopology` of rt/topology makes typed data of them. */
  readonly files: Readonly<Record<string, string>>;
  readonly guests: readonly GuestProcess[];
  readonly domains: readonly FoundDomain[];
}

/** A QEMU process that runs now. */
export interface GuestProcess {
  readonly pid: number;
  /** From its `-name`; empty where it has none. */
  readonly name: string;
  readonly threads: readonly GuestThread[];
}

export interface GuestThread {
  readonly tid: number;
  /** `CPU 0/KVM`, under emulation `CPU 0/TCG`; `IO iothread1`; the main thread has the program's name. */
  readonly comm: string;
  /** `Cpus_allowed_list` of its status. */
  readonly allowed: string;
  /** sched(7): 0 OTHER, 1 FIFO, 2 RR. */
  readonly policy: number;
  /** 1 to 99 with FIFO and RR. */
  readonly priority: number;
}

/** A domain that libvirt knows, running or only defined, with the pins of its XML. */
export interface FoundDomain {
  readonly name: string;
  readonly running: boolean;
  /** CPU lists of <vcpupin> and of <emulatorpin>, as they stand there. */
  readonly vcpuPins: readonly string[];
  readonly emulatorPins: readonly string[];
  readonly cachetune: boolean;
}

declare module '../resource.js' {
  interface StateByKind {
    readonly topology: TopologyState;
  }
}
