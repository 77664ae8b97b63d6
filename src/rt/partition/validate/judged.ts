/** What the rules look at. */
import type { Machine } from '../machine.js';
import type { GuestRequest, PartitionPlan, PartitionRequest, PlacedGuest } from '../model.js';

export interface Judged {
  readonly machine: Machine;
  readonly request: PartitionRequest;
  /** Its diagnostics are not looked at. */
  readonly plan: PartitionPlan;
}

/** Guests that have a place, with what was asked. */
export function placedWith({ plan, request }: Judged): readonly (readonly [PlacedGuest, GuestRequest])[] {
  return plan.guests.flatMap((placed) => {
    const guest = request.guests.find(({ name }) => name === placed.name);
    return guest === undefined ? [] : [[placed, guest] as const];
  });
}
