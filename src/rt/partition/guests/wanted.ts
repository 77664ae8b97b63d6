/** Guests and reservations as claims. */
import type { Machine } from '../machine.js';
import type { GuestRequest, PlanDiagnostic, ReservationRequest } from '../model.js';
import type { NodeRule } from './claim.js';
import { coresNeeded, guestDemand, pagesNeeded, reservationDemand } from './demand.js';
import type { Wanted } from './fixed.js';
import { nodeRule } from './node-rule.js';

export interface WantedGuest extends Wanted {
  readonly kind: 'guest';
  readonly guest: GuestRequest;
}

export interface WantedReservation extends Wanted {
  readonly kind: 'reservation';
  readonly reservation: ReservationRequest;
  /** Its place in `rt_reservations`. */
  readonly index: number;
}

export interface WantedGuests {
  readonly wanted: readonly WantedGuest[];
  readonly diagnostics: readonly PlanDiagnostic[];
}

/** Guests whose wish for nodes this machine cannot meet are left out, with a diagnostic. */
export function wantedGuests(machine: Machine, guests: readonly GuestRequest[]): WantedGuests {
  const diagnostics: PlanDiagnostic[] = [];
  const wanted = guests.flatMap((guest): readonly WantedGuest[] => {
    const ruled = nodeRule(machine, guest);
    diagnostics.push(...ruled.diagnostics);
    if (ruled.rule === undefined) return [];
    const cores = coresNeeded(guest);
    const claim = {
      name: guest.name,
      cores,
      // A claim of no core needs no core with two threads either.
      threads: cores === 0 ? (1 as const) : guest.threads,
      rule: ruled.rule,
      memoryBytes: (pagesNeeded(guest) ?? 0) * guest.pageBytes,
      avoidsHousekeeping: guest.cache === undefined,
      old: [],
      oldNodes: [],
    };
    const pins = guest.pins === undefined ? {} : { pins: guest.pins };
    return [{ kind: 'guest', guest, claim, demand: guestDemand(guest), ...pins }];
  });
  return { wanted, diagnostics };
}

export function wantedReservations(
  reservations: readonly ReservationRequest[],
): readonly WantedReservation[] {
  return reservations.map((reservation, index) => {
    const { name, cpus, node } = reservation;
    const rule: NodeRule = node === undefined ? { kind: 'any' } : { kind: 'one', nodes: [node] };
    const claim = {
      name,
      cores: cpus,
      threads: 1 as const,
      rule,
      memoryBytes: 0,
      avoidsHousekeeping: true,
      old: [],
      oldNodes: [],
    };
    return { kind: 'reservation', reservation, index, claim, demand: reservationDemand(reservation) };
  });
}
