/** Guests that ask for cache: where their cache lies, and what is wrong with a wish by itself. */
import { cpuSet, intersectCpus, type CpuSet } from '../../cpus/cpu-list.js';
import { ofGuest, planError } from '../diagnostics.js';
import type { GuestRequest, PartitionRequest, PlacedGuest, PlanDiagnostic } from '../model.js';
import type { Place } from './allocation.js';
import type { CacheControl } from './domains.js';
import { quantityOf, type Quantity } from './quantity.js';
import { cacheName, wishFault, type Asked } from './refusals.js';

/** A guest that asks for cache, with where it stands. */
export interface Candidate extends Asked {
  readonly cpus: CpuSet;
  readonly places: readonly Place[];
  readonly quantity: Quantity;
  readonly former?: string;
  readonly demand: number;
}

/** Where a guest's cache lies: the caches of its own cores; without own cores those of the CPUs that it shares. */
export function candidateOf(
  guest: GuestRequest,
  placed: PlacedGuest,
  control: CacheControl,
  request: PartitionRequest,
): Candidate | PlanDiagnostic {
  const wish = guest.cache ?? { kind: 'ways', ways: 0 };
  const cpus = cpuSet(placed.cores.flat());
  const runsOn = cpus.length > 0 ? cpus : cpuSet(placed.vcpus.flatMap((vcpu) => vcpu.cpus));
  const domains = control.domains.filter(({ cache }) => intersectCpus(cache.cpus, runsOn).length > 0);
  const [first] = domains;
  if (first === undefined)
    return planError('CAT_NONE', ofGuest(guest.name, 'cache'), {
      message: `${guest.name}: the kernel gives no id for the L${control.level} cache of its CPUs, so nothing can be allocated there`,
      hint: 'Remove rt_guest.cache.',
    });
  const former = request.former.find(({ name, kind }) => name === guest.name && kind !== 'reservation');
  const candidate: Candidate = {
    name: guest.name,
    wish,
    cpus,
    places: domains.map((domain) => ({ control, domain })),
    quantity: quantityOf(wish, control, first),
    demand: placed.cores.length,
    ...(former?.cacheMask === undefined || request.replan === true ? {} : { former: former.cacheMask }),
  };
  return wishFault(candidate, control, candidate.quantity) ?? libvirtFault(candidate, request) ?? candidate;
}

/** What libvirt's cachetune cannot do. */
function libvirtFault(
  { name, wish, places, quantity }: Candidate,
  request: PartitionRequest,
): PlanDiagnostic | undefined {
  const fault = (message: string, hint: string): PlanDiagnostic =>
    planError('CAT_LIBVIRT', ofGuest(name, 'cache'), { message: `${name}: ${message}`, hint });
  if (wish.by !== 'libvirt') {
    const tuned = request.found.some((found) => found.domain === name && found.cachetune === true);
    return tuned
      ? fault(
          'its domain has a cachetune, and the plan makes a group of its own for it',
          'Remove <cachetune> from the domain, or set rt_guest.cache.by to libvirt.',
        )
      : undefined;
  }
  if (wish.exclusive === true || wish.kind === 'mask')
    return fault(
      'libvirt chooses the mask by itself and has no exclusive groups',
      'Remove rt_guest.cache.by.',
    );
  const uneven = places.find(({ domain }) => wish.kind === 'bytes' && wish.bytes % domain.bitBytes !== 0);
  if (uneven === undefined) return undefined;
  return fault(
    `libvirt takes only multiples of ${uneven.domain.bitBytes} bytes of ${cacheName(uneven)}`,
    `Ask for ${quantity.data * uneven.domain.bitBytes} bytes: ${quantity.data} ways.`,
  );
}
