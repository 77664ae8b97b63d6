/** The CPUs of each vCPU, from the cores that the guest has. */
import { subtractCpus, type CpuSet } from '../../cpus/cpu-list.js';
import { nodesByDistance, type Machine, type MachineCore } from '../machine.js';
import type { GuestRequest, PlacedVcpu } from '../model.js';

/** Housekeeping CPUs of the nodes, else of the nearest node that has some, else (no node knows them) all. */
export function housekeepingNear(machine: Machine, housekeeping: CpuSet, nodes: readonly number[]): CpuSet {
  const on = (ids: readonly number[]): CpuSet =>
    housekeeping.filter((cpu) => {
      const node = machine.coreOf.get(cpu)?.node;
      return node !== undefined && ids.includes(node);
    });
  const near = on(nodes);
  if (near.length > 0) return near;
  const others = nodesByDistance(machine, nodes[0] ?? -1).map(({ id }) => on([id]));
  return others.find((cpus) => cpus.length > 0) ?? housekeeping;
}

/** The CPUs for vCPUs with one of their own, in their order: the lowest thread of each core, or its lowest two. */
export function ownCpus(cores: readonly MachineCore[], threads: 1 | 2): readonly number[] {
  return cores.flatMap(({ cpus }) => cpus.slice(0, threads));
}

/**
 * Housekeeping vCPUs are the guest's first ones. With `placement: isolated` they have the lowest of its cores, with `shared` they
 * run on the housekeeping CPUs of the host.
 */
export function placedVcpus(
  { vcpus, pins }: GuestRequest,
  own: readonly number[],
  shared: CpuSet,
): readonly PlacedVcpu[] {
  const sharing = vcpus.placement === 'shared' ? vcpus.housekeeping : 0;
  const total = vcpus.housekeeping + vcpus.rt;
  const cpus = pins ?? own;
  return Array.from({ length: total }, (_, vcpu): PlacedVcpu => {
    const role = vcpu < vcpus.housekeeping ? 'housekeeping' : 'rt';
    if (vcpu < sharing) return { vcpu, role, cpus: shared, shared: true };
    const cpu = cpus[vcpu - sharing];
    return { vcpu, role, cpus: cpu === undefined ? [] : [cpu], shared: false };
  });
}

/** CPUs of the guest's cores that none of its vCPUs runs on. They stay isolated. */
export function idleSiblings(cores: readonly MachineCore[], vcpus: readonly PlacedVcpu[]): CpuSet {
  const used = vcpus.filter(({ shared }) => !shared).flatMap(({ cpus }) => cpus);
  return subtractCpus(
    cores.flatMap(({ cpus }) => cpus).sort((a, b) => a - b),
    used,
  );
}
