/** Cache allocation (CAT): which ways of which cache each guest has for itself, and what is left to all others. */
import type { Resctrl, Topology } from '../../topology/model.js';
import { ofGuest, planError, planNote } from '../diagnostics.js';
import { byName } from '../guests/demand.js';
import type { CacheGroup, GuestRequest, PartitionRequest, PlacedGuest, PlanDiagnostic } from '../model.js';
import type { Allocation, Place, Share } from './allocation.js';
import { candidateOf, type Candidate } from './candidate.js';
import { cacheControls, type CacheControl } from './domains.js';
import { foreignGroups, foreignMasks } from './foreign.js';
import { Prediction } from './libvirt.js';
import { hex } from './mask.js';
import { foreignFault } from './no-room.js';
import { placeAll, type Offer, type Placed } from './planner.js';
import { leavesEnough } from './position.js';
import type { Quantity } from './quantity.js';
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

function placesOf(controls: readonly CacheControl[]): readonly Place[] {
  return controls.flatMap((control) => control.domains.map((domain) => ({ control, domain })));
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
  const smaller = placesOf(controls).some((place) => prediction.isSmallerDefault(place));
  const rest: CacheGroup = {
    name: '',
    cpus: [],
    mode: 'shareable',
    by: 'resctrl',
    masks: masksOf([], controls, prediction),
    why: [
      smaller
        ? 'as small as it is now: libvirt gives a guest that starts only ways that no group has'
        : 'the longest run that is left, with the bits that devices use too',
    ],
  };
  return [...groups.sort(byName), rest];
}

/** Why no cache can be allocated, and what to do about it. */
function whyNone({ resctrl, rdtFlags }: Topology): { readonly why: string; readonly hint: string } {
  const isAble = rdtFlags.some((flag) => /^cat_l[23]$/.test(flag));
  if (isAble && resctrl === undefined)
    return {
      why: 'the CPU can allocate it, but resctrl is not mounted',
      hint: 'Mount it: mount -t resctrl resctrl /sys/fs/resctrl',
    };
  if (isAble)
    return {
      why: 'the CPU can allocate it, but the mounted resctrl offers no cache',
      hint: 'Remove rt_guest.cache, or look for rdt=!l3cat among the kernel arguments and remove that.',
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

/** ` for code` where that has ways of its own. */
function oneWayFor({ data, code }: Quantity): string {
  if (code === 0) return '';
  if (data === code) return ' for data and one for code';
  return data === 1 ? ' for data' : ' for code';
}

function notes(placed: readonly Placed[]): readonly PlanDiagnostic[] {
  return placed
    .filter(({ candidate: { quantity } }) => quantity.data === 1 || quantity.code === 1)
    .map(({ candidate: { name, quantity } }) =>
      planNote('CAT_ONE_WAY', ofGuest(name, 'cache'), {
        message: `${name} has one way${oneWayFor(quantity)}: addresses that fall together push each other out (conflict misses)`,
        hint: 'Ask for two ways or more.',
      }),
    );
}

/** The order in which guests of a plan are placed: by cores, then by name. */
function inOrder(candidates: readonly Candidate[]): readonly Candidate[] {
  return [...candidates].sort((a, b) => b.demand - a.demand || byName(a, b));
}

function offerOf(
  controls: readonly CacheControl[],
  resctrl: Resctrl,
  asking: readonly GuestRequest[],
): Offer {
  const everywhere = placesOf(controls);
  const foreign = foreignGroups(resctrl, asking);
  return {
    everywhere,
    limit: {
      groups: resctrl.closids,
      cdp: controls.some(({ cdp }) => cdp),
      foreign: foreign.map(({ name }) => name),
    },
    foreign: foreignMasks(foreign, everywhere),
  };
}

/** Where other programs leave the default group too little: then nothing can be given to a guest. */
function tooSmall({ everywhere }: Offer, before: Allocation): Place | undefined {
  return everywhere.find(
    (place) => before.taken(place) !== 0n && !leavesEnough(place.control, before.taken(place)),
  );
}

/** Groups for wishes that have no fault by themselves. */
function allocate(
  candidates: readonly Candidate[],
  controls: readonly CacheControl[],
  resctrl: Resctrl,
  asking: readonly GuestRequest[],
): CachePlan {
  const offer = offerOf(controls, resctrl, asking);
  const planner = placeAll(offer, inOrder(candidates));
  const small = tooSmall(offer, planner.before);
  if (small !== undefined)
    return {
      groups: [],
      diagnostics: candidates.map((candidate) => foreignFault(candidate, small, planner.before)),
    };
  const current = resctrl.groups.find(({ name }) => name === '')?.schemata ?? '';
  const prediction = new Prediction(planner.placed, planner.allocation, current);
  return {
    groups: groupsOf(controls, prediction),
    diagnostics: [...planner.diagnostics(), ...prediction.diagnostics, ...notes(prediction.placed)],
  };
}

/** The order of guests in `placed` does not matter. */
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
    return [candidateOf(guest, guest.cache, where, control, request, resctrl.groups)];
  });
  const candidates = read.flatMap((one) => ('code' in one ? [] : [one]));
  const { groups, diagnostics } = allocate(candidates, controls, resctrl, asking);
  return { groups, diagnostics: [...read.flatMap((one) => ('code' in one ? [one] : [])), ...diagnostics] };
}
