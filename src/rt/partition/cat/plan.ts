/** Cache allocation (CAT): which ways of which cache each guest has for itself, and what is left to all others. */
import type { Topology } from '../../topology/model.js';
import { ofGuest, planError, planNote } from '../diagnostics.js';
import { byName } from '../guests/demand.js';
import type { CacheGroup, GuestRequest, PartitionRequest, PlacedGuest, PlanDiagnostic } from '../model.js';
import { Allocation, type Place, type Share } from './allocation.js';
import { candidateOf, type Candidate } from './candidate.js';
import { cacheControls, type CacheControl } from './domains.js';
import { foreignGroups, reserveForeign } from './foreign.js';
import { Prediction } from './libvirt.js';
import { hex } from './mask.js';
import { GroupPlanner, type Placed } from './planner.js';
import { cacheName } from './refusals.js';

export interface CachePlan {
  /** Guests' groups, then the default one (name ''); none where the machine cannot allocate cache or nobody asks. */
  readonly groups: readonly CacheGroup[];
  readonly diagnostics: readonly PlanDiagnostic[];
}

/** The masks of one group in all caches: its own, elsewhere what the default group has. */
function masksOf(
  own: readonly Share[],
  controls: readonly CacheControl[],
  prediction: Prediction,
): CacheGroup['masks'] {
  const maskOf = (place: Place, index: number): bigint => {
    const share = own.find((one) => one.place.domain === place.domain);
    if (share === undefined) return prediction.defaultMask(place);
    return index === 0 ? share.data : share.code;
  };
  return Object.fromEntries(
    controls.flatMap((control) =>
      control.names.map((name, index) => [
        name,
        new Map(control.domains.map((domain) => [domain.id, maskOf({ control, domain }, index)] as const)),
      ]),
    ),
  );
}

function groupsOf(controls: readonly CacheControl[], prediction: Prediction): readonly CacheGroup[] {
  if (prediction.placed.length === 0) return [];
  const groups = prediction.placed.map(({ candidate, shares, elsewhere }: Placed): CacheGroup => {
    const { name, wish, quantity, cpus } = candidate;
    const where = shares.map(({ place, data, code }) => `${cacheName(place)} bits ${hex(data | code)}`);
    return {
      name,
      cpus,
      mode: wish.exclusive === true ? 'exclusive' : 'shareable',
      by: wish.by ?? 'resctrl',
      masks: masksOf([...shares, ...elsewhere], controls, prediction),
      why: [quantity.why, where.join(', ')],
    };
  });
  const rest: CacheGroup = {
    name: '',
    cpus: [],
    mode: 'shareable',
    by: 'resctrl',
    masks: masksOf([], controls, prediction),
    why: ['the longest run that is left, with the bits that devices use too'],
  };
  return [...groups.sort(byName), rest];
}

/** Why no cache can be allocated, and what to do about it. */
function whyNone({ resctrl, rdtFlags }: Topology): { readonly why: string; readonly hint: string } {
  if (resctrl === undefined && rdtFlags.some((flag) => /^cat_l[23]$/.test(flag)))
    return {
      why: 'the CPU can allocate it, but resctrl is not mounted',
      hint: 'Mount it: mount -t resctrl resctrl /sys/fs/resctrl',
    };
  return {
    why: 'the kernel offers no cache allocation (resctrl) on this machine',
    hint: "Remove rt_guest.cache; keep other work off the guest's package instead.",
  };
}

function none(topology: Topology, asking: readonly GuestRequest[]): CachePlan {
  const { why, hint } = whyNone(topology);
  if (asking.length === 0)
    return {
      groups: [],
      diagnostics: [planNote('CAT_NONE', ['host'], { message: `No cache is isolated: ${why}.` })],
    };
  return {
    groups: [],
    diagnostics: asking.map(({ name }) =>
      planError('CAT_NONE', ofGuest(name, 'cache'), { message: `${name} asks for cache; ${why}`, hint }),
    ),
  };
}

function notes(placed: readonly Placed[]): readonly PlanDiagnostic[] {
  return placed
    .filter(({ candidate: { quantity } }) => quantity.data === 1 || quantity.code === 1)
    .map(({ candidate: { name } }) =>
      planNote('CAT_ONE_WAY', ofGuest(name, 'cache'), {
        message: `${name} has one way: addresses that fall together push each other out (conflict misses)`,
        hint: 'Ask for two ways or more.',
      }),
    );
}

/** The order in which guests of a plan are placed: by cores, then by name. */
function inOrder(candidates: readonly Candidate[]): readonly Candidate[] {
  return [...candidates].sort((a, b) => b.demand - a.demand || byName(a, b));
}

/** Guests in `placed` order do not matter: former groups first, then explicit masks, then by cores and name. */
export function planCache(
  topology: Topology,
  request: PartitionRequest,
  placed: readonly PlacedGuest[],
): CachePlan {
  const asking = request.guests.filter(({ cache }) => cache !== undefined);
  const { resctrl } = topology;
  const controls = resctrl === undefined ? [] : cacheControls(topology, resctrl);
  const [control] = controls;
  if (resctrl === undefined || control === undefined) return none(topology, asking);
  const read = asking.flatMap((guest) => {
    const where = placed.find(({ name }) => name === guest.name);
    if (where === undefined || guest.cache === undefined) return [];
    return [candidateOf(guest, guest.cache, where, control, request)];
  });
  const candidates = inOrder(read.flatMap((one) => ('code' in one ? [] : [one])));
  const everywhere = controls.flatMap((one) => one.domains.map((domain) => ({ control: one, domain })));
  const allocation = new Allocation();
  const foreign = foreignGroups(resctrl, request.guests);
  reserveForeign(foreign, everywhere, allocation);
  const planner = new GroupPlanner(everywhere, allocation, {
    groups: resctrl.closids,
    foreign: foreign.length,
    asking: candidates.length,
  });
  const fresh = candidates.filter((candidate) => !planner.keep(candidate));
  const explicit = fresh.filter(({ wish }) => wish.kind === 'mask');
  for (const candidate of [...explicit, ...fresh.filter(({ wish }) => wish.kind !== 'mask')])
    planner.place(candidate);
  const current = resctrl.groups.find(({ name }) => name === '')?.schemata ?? '';
  const prediction = new Prediction(planner.placed, allocation, current);
  return {
    groups: groupsOf(controls, prediction),
    diagnostics: [
      ...read.flatMap((one) => ('code' in one ? [one] : [])),
      ...planner.diagnostics,
      ...prediction.diagnostics,
      ...notes(prediction.placed),
    ],
  };
}
