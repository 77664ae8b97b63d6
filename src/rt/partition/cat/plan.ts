/** Cache allocation (CAT): which ways of which cache each guest has for itself, and what is left to all others. */
import type { Topology } from '../../topology/model.js';
import { ofGuest, planError, planNote } from '../diagnostics.js';
import { byName } from '../guests/demand.js';
import type { CacheGroup, GuestRequest, PartitionRequest, PlacedGuest, PlanDiagnostic } from '../model.js';
import { candidateOf, type Candidate } from './candidate.js';
import { cacheControls, groupLimit } from './domains.js';
import { CachePlanner } from './planner.js';

export interface CachePlan {
  /** Guests' groups, then the default one (name ''); none where the machine cannot allocate cache or nobody asks. */
  readonly groups: readonly CacheGroup[];
  readonly diagnostics: readonly PlanDiagnostic[];
}

function none(topology: Topology, asking: readonly GuestRequest[]): CachePlan {
  const known = topology.rdtFlags.some((flag) => /^cat_l[23]$/.test(flag));
  const why = known
    ? 'the CPU can allocate cache, and resctrl is not mounted'
    : 'the kernel offers no cache allocation (resctrl) on this machine';
  const hint = known
    ? 'Mount it: mount -t resctrl resctrl /sys/fs/resctrl'
    : "Remove rt_guest.cache; keep other work off the guest's package instead.";
  if (asking.length === 0)
    return {
      groups: [],
      diagnostics: [planNote('CAT_NONE', ['host'], { message: `No cache isolation: ${why}.` })],
    };
  return {
    groups: [],
    diagnostics: asking.map(({ name }) =>
      planError('CAT_NONE', ofGuest(name, 'cache'), { message: `${name} asks for cache, and ${why}`, hint }),
    ),
  };
}

/** Groups beyond the number that the hardware has are refused, in the order in which they would be placed. */
function withinLimit(
  candidates: readonly Candidate[],
  limit: number,
  foreign: number,
): { readonly kept: readonly Candidate[]; readonly diagnostics: readonly PlanDiagnostic[] } {
  const room = Math.max(limit - 1 - foreign, 0);
  const others = foreign === 0 ? '' : `, ${foreign} of other programs`;
  const diagnostics = candidates.slice(room).map(({ name }) =>
    planError('CAT_CLOSID', ofGuest(name, 'cache'), {
      message: `${name}: the hardware has ${limit} groups, the default one${others} included, and ${candidates.length} guests ask for one`,
      hint: 'Remove rt_guest.cache of a guest, or mount resctrl without cdp, which takes two for each.',
    }),
  );
  return { kept: candidates.slice(0, room), diagnostics };
}

function notes(candidates: readonly Candidate[]): readonly PlanDiagnostic[] {
  return candidates
    .filter(({ quantity }) => quantity.data === 1)
    .map(({ name }) =>
      planNote('CAT_ONE_WAY', ofGuest(name, 'cache'), {
        message: `${name} has one way: addresses that fall together push each other out (conflict misses)`,
        hint: 'Ask for two ways or more.',
      }),
    );
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
    return where === undefined ? [] : [candidateOf(guest, where, control, request)];
  });
  const planner = new CachePlanner(controls, resctrl);
  const foreign = planner.reserveForeign(request.guests);
  const good = read.flatMap((one) => ('code' in one ? [] : [one]));
  const rank = (one: Candidate): number => (planner.keeps(one) ? 0 : one.wish.kind === 'mask' ? 1 : 2);
  const ranks = new Map(good.map((one) => [one, rank(one)]));
  const ordered = [...good].sort(
    (a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0) || b.demand - a.demand || byName(a, b),
  );
  const { kept, diagnostics } = withinLimit(ordered, groupLimit(resctrl), foreign);
  kept.forEach((candidate) => planner.place(candidate));
  const groups = planner.groups();
  return {
    groups,
    diagnostics: [
      ...read.flatMap((one) => ('code' in one ? [one] : [])),
      ...diagnostics,
      ...planner.diagnostics,
      ...notes(kept),
    ],
  };
}
