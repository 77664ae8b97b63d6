/** From cores to vCPUs, emulator and memory: what the plan says of a guest or a reservation. */
import type { CpuSet } from '../../cpus/cpu-list.js';
import type { Machine } from '../machine.js';
import type { PlacedGuest, PlacedReservation } from '../model.js';
import { pagesNeeded } from './demand.js';
import type { Assigned } from './place.js';
import { memoryNodeOf } from './room.js';
import { housekeepingNear, idleSiblings, ownCpus, placedVcpus } from './vcpus.js';
import type { WantedGuest, WantedReservation } from './wanted.js';

export function placedGuest(
  machine: Machine,
  housekeeping: CpuSet,
  { wanted, cores, nodes, why, kept }: Assigned<WantedGuest>,
): PlacedGuest {
  const { guest, demand } = wanted;
  const near = housekeepingNear(machine, housekeeping, nodes);
  const vcpus = placedVcpus(guest, ownCpus(cores, guest.threads), near);
  const memoryNodes = new Set(nodes.flatMap((node) => memoryNodeOf(machine, node) ?? []));
  const pages = pagesNeeded(guest);
  return {
    name: guest.name,
    demand,
    vcpus,
    cores: cores.map(({ cpus }) => cpus),
    idleSiblings: idleSiblings(cores, vcpus),
    emulator: guest.emulator ?? near,
    threads: guest.threads,
    nodes,
    memoryNodes: [...memoryNodes].sort((a, b) => a - b),
    ...(guest.memoryBytes === undefined ? {} : { memoryBytes: guest.memoryBytes }),
    pageBytes: guest.pageBytes,
    ...(pages === undefined ? {} : { pages }),
    priority: guest.priority,
    iothreads: guest.iothreads,
    why,
    kept,
  };
}

export function placedReservation({
  wanted,
  cores,
  nodes,
  why,
  kept,
}: Assigned<WantedReservation>): PlacedReservation {
  const { name, for: user } = wanted.reservation;
  return {
    name,
    for: user,
    demand: wanted.demand,
    cpus: cores.map((core) => core.name),
    cores: cores.map(({ cpus }) => cpus),
    idleSiblings: cores.flatMap(({ cpus }) => cpus.slice(1)).sort((a, b) => a - b),
    node: nodes[0] ?? 0,
    why,
    kept,
  };
}
