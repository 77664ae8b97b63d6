/** A guest that asks for cache: where its cache lies, how many ways it takes, and what is wrong with the wish wherever it would lie. */
import { cpuSet, intersectCpus, type CpuSet } from '../../cpus/cpu-list.js';
import { ofGuest, planError } from '../diagnostics.js';
import type {
  CacheOptions,
  CacheWish,
  GuestRequest,
  PartitionRequest,
  PlacedGuest,
  PlanDiagnostic,
} from '../model.js';
import type { Place } from './allocation.js';
import type { CacheControl } from './domains.js';
import { quantityOf, waysBytes, type Quantity } from './quantity.js';
import { cacheName, wishFault, type Asked } from './refusals.js';

export interface Candidate extends Asked {
  /** The CPUs of its own cores; empty: it is bound by task. */
  readonly cpus: CpuSet;
  readonly places: readonly Place[];
  readonly quantity: Quantity;
  /** Schemata of its group in the former plan. */
  readonly former?: string;
  /** Cores of its own. */
  readonly demand: number;
}

/** The schemata that a guest's group had in the former plan; with --replan they do not count. */
function formerMasks(name: string, request: PartitionRequest): string | undefined {
  if (request.replan === true) return undefined;
  return request.former.find((one) => one.name === name && one.kind !== 'reservation')?.cacheMask;
}

/** Caches of one machine may differ in what a bit is worth: the one in which the wish takes most ways counts. */
function mostOf(quantities: readonly Quantity[]): Quantity | undefined {
  const ways = ({ data, code }: Quantity): number => data + code;
  return quantities.reduce<Quantity | undefined>(
    (most, one) => (most === undefined || ways(one) > ways(most) ? one : most),
    undefined,
  );
}

/** Where a guest's cache lies: the caches of its own cores; without own cores those of the CPUs that it shares. */
export function candidateOf(
  { name }: GuestRequest,
  wish: CacheWish & CacheOptions,
  placed: PlacedGuest,
  control: CacheControl,
  request: PartitionRequest,
): Candidate | PlanDiagnostic {
  const cpus = cpuSet(placed.cores.flat());
  const runsOn = cpus.length > 0 ? cpus : cpuSet(placed.vcpus.flatMap((vcpu) => vcpu.cpus));
  const domains = control.domains.filter(({ cache }) => intersectCpus(cache.cpus, runsOn).length > 0);
  const quantity = mostOf(domains.map((domain) => quantityOf(wish, control, domain)));
  if (quantity === undefined)
    return planError('CAT_NONE', ofGuest(name, 'cache'), {
      message: `${name}: the kernel gives no id for the L${control.level} cache of its CPUs, so nothing can be allocated there`,
      hint: 'Remove rt_guest.cache.',
    });
  const former = formerMasks(name, request);
  const candidate: Candidate = {
    name,
    wish,
    cpus,
    places: domains.map((domain) => ({ control, domain })),
    quantity,
    demand: placed.cores.length,
    ...(former === undefined ? {} : { former }),
  };
  return wishFault(candidate, control, quantity) ?? libvirtFault(candidate, request) ?? candidate;
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
  if (wish.kind !== 'bytes') return undefined;
  const sizes = [wish.bytes, ...(wish.codeBytes === undefined ? [] : [wish.codeBytes])];
  const uneven = places.find(({ domain }) =>
    sizes.some((bytes) => (bytes * domain.nodes) % domain.bitBytes !== 0),
  );
  if (uneven === undefined) return undefined;
  const part = waysBytes(1, uneven.domain);
  const code = quantity.code === 0 ? '' : `, and ${quantity.code * part} bytes for code: ${quantity.code}`;
  return fault(
    `libvirt takes only multiples of ${part} bytes of ${cacheName(uneven)}`,
    `Ask for ${quantity.data * part} bytes: ${quantity.data} ways${code}.`,
  );
}
