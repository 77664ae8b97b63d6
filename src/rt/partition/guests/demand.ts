/** What a guest or a reservation asks of the isolated cores. */
import type { GuestRequest, NodeWish, ReservationRequest } from '../model.js';

/** vCPUs with a CPU of their own. */
export function ownVcpus({ vcpus }: GuestRequest): number {
  return vcpus.rt + (vcpus.placement === 'isolated' ? vcpus.housekeeping : 0);
}

/** Whole cores that a guest needs: one for each vCPU of its own, or for each two with `threads: 2`. */
export function coresNeeded(guest: GuestRequest): number {
  return Math.ceil(ownVcpus(guest) / guest.threads);
}

/** Pages of the guest's memory, rounded up; undefined without `memory`. */
export function pagesNeeded({ memoryBytes, pageBytes }: GuestRequest): number | undefined {
  return memoryBytes === undefined ? undefined : Math.ceil(memoryBytes / pageBytes);
}

/** The nodes that a guest is spread over by its own wish. */
export function spreadNodes({ node }: GuestRequest): readonly number[] | undefined {
  if (node.kind !== 'nodes') return undefined;
  const nodes = [...new Set(node.nodes)].sort((a, b) => a - b);
  return nodes.length > 1 ? nodes : undefined;
}

function nodeText(node: NodeWish): string {
  switch (node.kind) {
    case 'auto':
      return 'auto';
    case 'node':
      return String(node.node);
    case 'nodes':
      return node.nodes.join('+');
    case 'near':
      return `near ${node.device}`;
  }
}

/** What a guest's place follows from. Two plans with the same text give it the same CPUs. */
export function guestDemand(guest: GuestRequest): string {
  const { vcpus, threads, memoryBytes, pageBytes } = guest;
  const memory = memoryBytes === undefined ? 'none' : `${memoryBytes}/${pageBytes}`;
  const pins = guest.pins === undefined ? '' : ` pins=${guest.pins.join(',')}`;
  return `rt=${vcpus.rt} housekeeping=${vcpus.housekeeping} ${vcpus.placement} threads=${threads} node=${nodeText(guest.node)} memory=${memory}${pins}`;
}

/** The memory in such a text, in bytes, with the size of its pages; undefined where the guest names none. */
export function memoryIn(demand: string): { readonly bytes: number; readonly page: number } | undefined {
  const [, bytes, page] = /(?:^| )memory=(\d{1,15})\/(\d{1,15})(?: |$)/.exec(demand) ?? [];
  return bytes === undefined || page === undefined ? undefined : { bytes: Number(bytes), page: Number(page) };
}

export function reservationDemand({ cpus, for: user, node }: ReservationRequest): string {
  return `cpus=${cpus} for=${user} node=${node ?? 'auto'}`;
}

/** Byte order, whatever the language of the machine. */
export function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return Buffer.compare(Buffer.from(left.name), Buffer.from(right.name));
}
