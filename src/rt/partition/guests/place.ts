/** Puts guests and then reservations on the isolated cores. */
import type { CpuSet } from '../../cpus/cpu-list.js';
import { ofGuest } from '../diagnostics.js';
import type { Machine, MachineCore } from '../machine.js';
import type { FoundPins, Origin, PartitionRequest, PlanDiagnostic } from '../model.js';
import { choicesFor } from './choices.js';
import type { Claim, Placement } from './claim.js';
import { searchContext, type SearchContext } from './context.js';
import { byName } from './demand.js';
import { fixedPlaces, type Fixed, type Wanted } from './fixed.js';
import { refusalText } from './refusal.js';
import { roomOf, withoutMemory, type Room } from './room.js';
import { placeClaims, type Placed } from './search.js';
import { wantedGuests, wantedReservations, type WantedGuest, type WantedReservation } from './wanted.js';

export interface Assigned<Item extends Wanted> {
  readonly wanted: Item;
  /** Ascending. */
  readonly cores: readonly MachineCore[];
  /** Ascending. */
  readonly nodes: readonly number[];
  readonly why: readonly string[];
  readonly kept: boolean;
}

export interface Assignment {
  /** In the order of the inventory's guests. */
  readonly guests: readonly Assigned<WantedGuest>[];
  readonly reservations: readonly Assigned<WantedReservation>[];
  readonly foreign: readonly FoundPins[];
  readonly diagnostics: readonly PlanDiagnostic[];
}

export interface HostRoles {
  readonly housekeeping: CpuSet;
  readonly isolated: CpuSet;
}

/** Whole cores that are isolated. One that the lists split or name twice serves nobody. */
export function isolatedCores(machine: Machine, roles: HostRoles): readonly MachineCore[] {
  const [isolated, housekeeping] = [new Set(roles.isolated), new Set(roles.housekeeping)];
  return machine.cores.filter(({ cpus }) => cpus.every((cpu) => isolated.has(cpu) && !housekeeping.has(cpu)));
}

/** Memory that guests with a place have. */
function chargeMemory(context: SearchContext, room: Room, fixed: Fixed): Room {
  let left = room;
  for (const [{ claim }, { nodes }] of fixed.places) {
    for (const node of nodes) {
      left = withoutMemory(left, context.memoryNodes.get(node), claim.memoryBytes / nodes.length);
    }
  }
  return left;
}

/** Those that can stay on their former cores, or keep all of them while they grow; without cores, on their former node. */
function staysPut(context: SearchContext, claim: Claim, room: Room): boolean {
  if (claim.old.length === 0 && claim.oldNodes.length === 0) return false;
  const [first] = choicesFor(context, claim, room);
  if (first === undefined) return false;
  if (claim.cores === 0) return first.nodes.every((node) => claim.oldNodes.includes(node));
  const common = claim.old.filter((core) => first.cores.includes(core)).length;
  return common === Math.min(claim.old.length, claim.cores);
}

/** The largest first, names break ties; but those that stay where they are come before all. */
function inOrder(context: SearchContext, claims: readonly Claim[], room: Room): readonly Claim[] {
  const stays = new Set(claims.filter((claim) => staysPut(context, claim, room)));
  return [...claims].sort(
    (a, b) => Number(stays.has(b)) - Number(stays.has(a)) || b.cores - a.cores || byName(a, b),
  );
}

function placeWanted(
  context: SearchContext,
  wanted: readonly Wanted[],
  fixed: Fixed,
  room: Room,
): Placed & { readonly ofClaim: ReadonlyMap<Claim, Wanted> } {
  const ofClaim = new Map(
    wanted
      .filter((one) => !fixed.places.has(one))
      .map((one) => {
        const { cores = [], nodes = [] } = fixed.old.get(one) ?? {};
        const former = one.claim.cores === 0 ? { old: [], oldNodes: nodes } : { old: cores, oldNodes: [] };
        return [{ ...one.claim, ...former }, one] as const;
      }),
  );
  return { ...placeClaims(context, inOrder(context, [...ofClaim.keys()], room), room), ofClaim };
}

function assigned<Item extends Wanted>(
  items: readonly Item[],
  fixed: Fixed,
  placements: ReadonlyMap<Wanted | undefined, Placement>,
): readonly Assigned<Item>[] {
  return items.flatMap((wanted): readonly Assigned<Item>[] => {
    const place = fixed.places.get(wanted);
    if (place) {
      const { cores, nodes, why } = place;
      return [{ wanted, cores, nodes, why: [why], kept: wanted.pins === undefined }];
    }
    const placement = placements.get(wanted);
    if (placement === undefined) return [];
    const { cores, nodes, why } = placement;
    return [{ wanted, cores, nodes, why, kept: false }];
  });
}

interface Attempt {
  readonly guests: readonly Assigned<WantedGuest>[];
  readonly reservations: readonly Assigned<WantedReservation>[];
  readonly fixed: Fixed;
  readonly context: SearchContext;
  readonly refused: readonly (Placed['refused'][number] & { readonly wanted: Wanted })[];
}

interface Items {
  readonly guests: readonly WantedGuest[];
  readonly reservations: readonly WantedReservation[];
}

function attempt(machine: Machine, roles: HostRoles, request: PartitionRequest, items: Items): Attempt {
  const usable = isolatedCores(machine, roles);
  const fixed = fixedPlaces(machine, usable, [...items.guests, ...items.reservations], request);
  const claims = [...items.guests, ...items.reservations].map(({ claim }) => claim);
  const context = searchContext(machine, roles.housekeeping, claims);
  const free = usable.filter((core) => !fixed.taken.has(core));
  const empty = roomOf(machine, free, request.host.memoryReserveBytes);
  const guests = placeWanted(context, items.guests, fixed, chargeMemory(context, empty, fixed));
  const reservations = placeWanted(context, items.reservations, fixed, guests.room);
  const placements = new Map(
    [guests, reservations].flatMap(({ placements: list, ofClaim }) =>
      list.map((placement) => [ofClaim.get(placement.claim), placement] as const),
    ),
  );
  const refused = [guests, reservations].flatMap(({ refused: list, ofClaim }) =>
    list.flatMap((one) => {
      const wanted = ofClaim.get(one.claim);
      return wanted === undefined ? [] : [{ ...one, wanted }];
    }),
  );
  return {
    guests: assigned(items.guests, fixed, placements),
    reservations: assigned(items.reservations, fixed, placements),
    fixed,
    context,
    refused,
  };
}

function originOf(wanted: WantedGuest | WantedReservation): Origin {
  return wanted.kind === 'guest' ? ofGuest(wanted.claim.name) : ['host', 'rt_reservations', wanted.index];
}

export function assign(machine: Machine, roles: HostRoles, request: PartitionRequest): Assignment {
  const { wanted, diagnostics } = wantedGuests(machine, request.guests);
  const items = { guests: wanted, reservations: wantedReservations(request.reservations) };
  const done = attempt(machine, roles, request, items);
  const keptAny = [...done.guests, ...done.reservations].some(({ kept }) => kept);
  const again =
    done.refused.length > 0 && keptAny
      ? attempt(machine, roles, { ...request, replan: true }, items).refused
      : undefined;
  const all: readonly (WantedGuest | WantedReservation)[] = [...items.guests, ...items.reservations];
  const refusals = done.refused.flatMap((one) => {
    const item = all.find((candidate) => candidate === one.wanted);
    if (item === undefined) return [];
    const { claim, proven, room } = one;
    const guest = item.kind === 'guest' ? { guest: item.guest } : {};
    const replan = again === undefined ? {} : { replanHelps: again.length === 0 };
    return [refusalText(done.context, { claim, proven, room, origin: originOf(item), ...guest, ...replan })];
  });
  return {
    guests: done.guests,
    reservations: done.reservations,
    foreign: done.fixed.foreign,
    diagnostics: [...diagnostics, ...refusals],
  };
}
