/** What the rules look at. */
import type { Machine } from '../machine.js';
import { ofPartition } from '../diagnostics.js';
import type { GuestRequest, Origin, PartitionPlan, PartitionRequest, PlacedGuest } from '../model.js';

export interface Judged {
  readonly machine: Machine;
  readonly request: PartitionRequest;
  /** Its diagnostics are not looked at. */
  readonly plan: PartitionPlan;
}

/** The variables that housekeeping and isolated CPUs are chosen by. */
export function listOrigins({ request }: Judged): {
  readonly housekeeping: Origin;
  readonly isolated: Origin;
} {
  const explicit = request.host.housekeeping.kind === 'lists';
  return {
    housekeeping: explicit ? ['host', 'rt_housekeeping_cpus'] : ofPartition('housekeeping'),
    isolated: explicit ? ['host', 'rt_isolated_cpus'] : ofPartition('housekeeping'),
  };
}

/** Arguments of the command line for the plan: its own, or what the inventory has in their place. */
export function ownArguments({ plan, request }: Judged): readonly string[] {
  return request.host.ownArguments ?? plan.kernelArguments;
}

/** Guests that have a place, with what was asked. */
export function placedWith({ plan, request }: Judged): readonly (readonly [PlacedGuest, GuestRequest])[] {
  return plan.guests.flatMap((placed) => {
    const guest = request.guests.find(({ name }) => name === placed.name);
    return guest === undefined ? [] : [[placed, guest] as const];
  });
}
