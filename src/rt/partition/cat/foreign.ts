/** Groups of resctrl that other programs made. They keep their ways. */
import type { Resctrl } from '../../topology/model.js';
import type { GuestRequest } from '../model.js';
import type { Allocation, Place } from './allocation.js';
import { bitsIn } from './mask.js';
import { parseSchemata } from './schemata.js';

const ours = 'rtprov-';

/**
 * libvirt's own group of a domain: `qemu-3-plc1-vcpus_0-3`. Its name for the machine leaves out what a host name cannot have
 * (virDomainDriverGenerateMachineName() in src/hypervisor/domain_driver.c), so letters and digits alone are compared.
 */
function isOfDomain(folder: string, guests: readonly GuestRequest[]): boolean {
  const [, machine] = /^qemu-\d+-(.+)-vcpus_[\d,-]+$/.exec(folder) ?? [];
  if (machine === undefined) return false;
  const plain = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '');
  return guests.some(({ name }) => plain(name) === plain(machine));
}

/** Groups that are neither ours (also of guests that are gone) nor libvirt's of a guest of the inventory. */
export function foreignGroups({ groups }: Resctrl, guests: readonly GuestRequest[]): Resctrl['groups'] {
  return groups.filter(({ name }) => name !== '' && !name.startsWith(ours) && !isOfDomain(name, guests));
}

/** Takes their ways, unless they have the whole cache, as a new group does. */
export function reserveForeign(
  groups: Resctrl['groups'],
  places: readonly Place[],
  allocation: Allocation,
): void {
  for (const { schemata } of groups) {
    const masks = parseSchemata(schemata);
    for (const place of places) {
      const { control, domain } = place;
      const mask = control.names.reduce((bits, name) => bits | (masks[name]?.get(domain.id) ?? 0n), 0n);
      if (bitsIn(mask) < control.maskBits - bitsIn(control.shareable))
        allocation.take(place, mask & ~control.shareable);
    }
  }
}
