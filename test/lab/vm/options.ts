import { createHash } from 'node:crypto';

export type Boot = 'bios' | 'uefi' | 'lvm';
export type ImageKind = 'stock' | 'rt';

/** What a machine is built of. All of it is part of the name of a warm start's snapshot. */
export interface MachineOptions {
  /** BIOS and UEFI with ext4 as root, or BIOS with the root (and /boot) on LVM (bios). */
  readonly boot: Boot;
  /** `rt` has the PREEMPT_RT kernel installed as well; both boot Debian's own (stock). */
  readonly image: ImageKind;
  readonly cpus: 2 | 4;
  /** Hardware threads of each core (1). */
  readonly threads: 1 | 2;
  readonly numaNodes: 1 | 2;
  readonly memoryMb: number;
  /** An i6300esb that resets the machine when nobody feeds it (true). */
  readonly watchdog: boolean;
}

export const defaultMachine: MachineOptions = {
  boot: 'bios',
  image: 'stock',
  cpus: 2,
  threads: 1,
  numaNodes: 1,
  memoryMb: 2048,
  watchdog: true,
};

/** Sockets are the NUMA nodes, as on a server. */
function topology({ cpus, threads, numaNodes }: MachineOptions): string {
  const cores = cpus / threads / numaNodes;
  if (!Number.isInteger(cores) || cores < 1)
    throw new Error(`${cpus} CPUs cannot be ${numaNodes} node(s) of cores with ${threads} thread(s)`);
  return `cpus=${cpus},sockets=${numaNodes},cores=${cores},threads=${threads}`;
}

function numa({ cpus, numaNodes, memoryMb }: MachineOptions): readonly string[] {
  return Array.from({ length: numaNodes }, (_, node) => {
    const [first, last] = [(cpus / numaNodes) * node, (cpus / numaNodes) * (node + 1) - 1];
    return [
      ...['-object', `memory-backend-ram,id=mem${node},size=${memoryMb / numaNodes}M`],
      ...['-numa', `node,nodeid=${node},cpus=${first}-${last},memdev=mem${node}`],
    ];
  }).flat();
}

/**
 * AMD's SVM is what TCG has of virtualization, so that kvm_amd loads. But it tells guests of hardware threads as Intel's
 * processors do only, not as AMD's (topoext).
 */
function cpuModel({ threads }: MachineOptions): string {
  return threads === 2 ? 'Skylake-Server,-hle,-rtm' : 'EPYC,+svm';
}

/** The arguments of QEMU that the guest can see, and that a snapshot is bound to. */
export function hardware(options: MachineOptions): readonly string[] {
  return [
    ...['-no-user-config', '-nodefaults', '-display', 'none'],
    ...['-machine', 'q35', '-accel', 'tcg,thread=multi'],
    ...['-cpu', cpuModel(options), '-smp', topology(options), '-m', `${options.memoryMb}M`],
    ...numa(options),
    ...['-vga', 'std', '-rtc', 'base=utc'],
    ...['-device', 'virtio-rng-pci'],
    // The chipset's own watchdog (iTCO_wdt) resets as well, so that it does not matter which of the two a host takes.
    ...(options.watchdog
      ? ['-device', 'i6300esb', '-action', 'watchdog=reset', '-global', 'ICH9-LPC.noreboot=false']
      : []),
  ];
}

/** Names a kind of machine: the same for all machines that may be restored from one snapshot. */
export function optionsKey(options: MachineOptions, more: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([hardware(options), options.boot, ...more]))
    .digest('hex')
    .slice(0, 12);
}
