/** Groups of resctrl that other programs made. They keep their ways. */
import type { Resctrl } from '../../topology/model.js';
import type { GuestRequest } from '../model.js';
import type { Allocation, Place } from './allocation.js';
import { bitRun } from './mask.js';
import { parseSchemata } from './schemata.js';

const ours = 'rtprov-';

/** What such a group has in one cache. */
export interface ForeignMask {
  readonly group: string;
  readonly place: Place;
  readonly mask: bigint;
}

/**
 * libvirt's own group of a domain: `qemu-3-plc1-vcpus_0-3`. Its name for the machine leaves out what a host name cannot have
 * (virDomainDriverGenerateMachineName() in src/hypervisor/domain_driver.c), so letters and digits alone are compared.
 */
function isOfDomain(folder: string, domain: string): boolean {
  const [, machine] = /^qemu-\d+-(.+)-vcpus_[\d,-]+$/.exec(folder) ?? [];
  if (machine === undefined) return false;
  const plain = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '');
  return plain(domain) === plain(machine);
}

/** What libvirt's group of a running guest has. */
export function runningSchemata(groups: Resctrl['groups'], domain: string): string | undefined {
  return groups.find(({ name }) => isOfDomain(name, domain))?.schemata;
}

/** Groups that are neither ours (also of guests that are gone) nor libvirt's of a guest that asks for cache. */
export function foreignGroups({ groups }: Resctrl, asking: readonly GuestRequest[]): Resctrl['groups'] {
  const isAsking = (folder: string): boolean => asking.some(({ name }) => isOfDomain(folder, name));
  return groups.filter(({ name }) => name !== '' && !name.startsWith(ours) && !isAsking(name));
}

/** What each group has in each cache; code and data count together. */
export function foreignMasks(groups: Resctrl['groups'], places: readonly Place[]): readonly ForeignMask[] {
  return groups.flatMap(({ name, schemata }) => {
    const masks = parseSchemata(schemata);
    return places.map((place): ForeignMask => {
      const { names } = place.control;
      const parts = names.map((resource) => masks[resource]?.get(place.domain.id) ?? 0n);
      return { group: name, place, mask: parts.reduce((bits, part) => bits | part, 0n) };
    });
  });
}

/** A new group has the whole cache. Nobody chose that, so it keeps nobody out; only exclusive groups cannot be beside it. */
export function isWhole({ place, mask }: ForeignMask): boolean {
  return mask === bitRun(0, place.control.maskBits);
}

/** Takes their ways, without the bits that devices use too: no group of ours takes those. */
export function reserveForeign(masks: readonly ForeignMask[], allocation: Allocation): void {
  for (const one of masks) {
    const { group, place, mask } = one;
    const kept = mask & ~place.control.shareable;
    if (!isWhole(one) && kept !== 0n) allocation.take(place, kept, { name: group, foreign: true });
  }
}
