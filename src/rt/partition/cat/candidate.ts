/** A guest that asks for cache: where its cache lies, how many ways it takes, and what is wrong with the wish wherever it would lie. */
import { cpuSet, intersectCpus, type CpuSet } from '../../cpus/cpu-list.js';
import { ofGuest, planError, sizeText } from '../diagnostics.js';
import type {
  CacheOptions,
  CacheWish,
  GuestRequest,
  PartitionRequest,
  PlacedGuest,
  PlanDiagnostic,
} from '../model.js';
import type { Resctrl } from '../../topology/model.js';
import type { CacheControl, CacheDomain } from './domains.js';
import { runningSchemata } from './foreign.js';
import { quantityOf, waysSize, type Quantity } from './quantity.js';
import { cacheName, sizeFault, wishFault, type Asked } from './refusals.js';

export interface Candidate extends Asked {
  /** The CPUs of its own cores; empty: it is bound by task. */
  readonly cpus: CpuSet;
  /** Schemata of its group in the former plan; of libvirt's group while the guest runs. */
  readonly former?: string;
  /** Cores of its own. */
  readonly demand: number;
}

/** The schemata that a guest's group has from libvirt, or had in the former plan; with --replan they do not count. */
function formerMasks(
  name: string,
  { by }: CacheOptions,
  request: PartitionRequest,
  groups: Resctrl['groups'],
): string | undefined {
  if (request.replan === true) return undefined;
  const running = by === 'libvirt' ? runningSchemata(groups, name) : undefined;
  return running ?? request.former.find((one) => one.name === name && one.kind !== 'reservation')?.cacheMask;
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
  groups: Resctrl['groups'],
): Candidate | PlanDiagnostic {
  const cpus = cpuSet(placed.cores.flat());
  const runsOn = cpus.length > 0 ? cpus : cpuSet(placed.vcpus.flatMap((vcpu) => vcpu.cpus));
  const domains = control.domains.filter(({ cache }) => intersectCpus(cache.cpus, runsOn).length > 0);
  const places = domains.map((domain) => ({ control, domain }));
  const unknown = sizeFault({ name, wish }, places);
  if (unknown !== undefined) return unknown;
  const quantity = mostOf(domains.map((domain) => quantityOf(wish, control, domain)));
  if (quantity === undefined)
    return planError('CAT_NONE', ofGuest(name, 'cache'), {
      message: `${name}: the kernel gives no id for the L${control.level} cache of its CPUs, so nothing can be allocated there`,
      hint: 'Remove rt_guest.cache.',
    });
  const former = formerMasks(name, wish, request, groups);
  const candidate: Candidate = {
    name,
    wish,
    cpus,
    places,
    quantity,
    demand: placed.cores.length,
    ...(former === undefined ? {} : { former }),
  };
  return wishFault(candidate, control) ?? libvirtFault(candidate, request) ?? candidate;
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
  const { bitBytes, nodes } = uneven.domain;
  return fault(
    `libvirt takes only whole ways of ${cacheName(uneven)}, each of ${sizeText(bitBytes / nodes)}`,
    wholeWaysHint(quantity, uneven.domain),
  );
}

/** The wish in whole ways: as sizes where the inventory can write them. `ways` has no part for code. */
function wholeWaysHint({ data, code }: Quantity, domain: CacheDomain): string {
  const [dataSize, codeSize] = [waysSize(data, domain), waysSize(code, domain)];
  if (code === 0) return `Ask for ${dataSize === undefined ? '' : `bytes: ${dataSize}, or `}ways: ${data}.`;
  return dataSize === undefined || codeSize === undefined
    ? `Remove rt_guest.cache.code, and ask for ways: ${data + code}.`
    : `Ask for bytes: ${dataSize} with code: ${codeSize}.`;
}
