/** A host's plan from the inventory and its topology. */
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { guestVars } from '../../rt/partition/inputs/guest-machine.js';
import { limitsOf } from '../../rt/partition/inputs/cpu-texts.js';
import { readWishes } from '../../rt/partition/inputs/request.js';
import { formerOf } from '../../rt/partition/json/former.js';
import type { FoundPins, HostFacts, PartitionPlan, PlanDiagnostic } from '../../rt/partition/model.js';
import { planPartition } from '../../rt/partition/plan.js';
import type { Topology } from '../../rt/topology/model.js';
import { reportPlan } from './report-plan.js';
import type { Wanted } from './machine-vars.js';

/** What a machine shows of itself. */
export interface Seen {
  readonly topology: Topology;
  readonly found: readonly FoundPins[];
  /** The text of the former plan; empty: there is none. */
  readonly former: string;
  /** What is known of its kernel; a tree of files says nothing of it. */
  readonly kernel?: HostFacts;
}

export interface MadePlan {
  /** Undefined: the host's own variables are wrong. */
  readonly plan?: PartitionPlan;
  /** What is wrong with the variables and what the plan says; it is reported too. */
  readonly found: readonly PlanDiagnostic[];
}

export function makePlan(
  host: string,
  wanted: Wanted,
  { topology, found, former, kernel = {} }: Seen,
  replan: boolean,
  diagnostics: Diagnostics,
): MadePlan {
  const guests = wanted.guestsOf(host, diagnostics);
  const machine = wanted.machine(host);
  // A virtual machine that is named itself: its own CPUs are parted, as the module does it there.
  const vars = wanted.isGuest(host) ? guestVars(machine.vars, topology) : machine.vars;
  const wishes = readWishes({ ...machine, vars }, guests, limitsOf(topology));
  const { places, diagnostics: unread } = formerOf(former, replan);
  const plan =
    wishes.host === undefined
      ? undefined
      : planPartition(topology, {
          host: wishes.host,
          guests: wishes.guests,
          reservations: wishes.reservations,
          former: places,
          found,
          replan,
          facts: kernel,
        });
  const all = [...wishes.diagnostics, ...unread, ...(plan?.diagnostics ?? [])];
  reportPlan(host, all, wanted, diagnostics);
  return { found: all, ...(plan === undefined ? {} : { plan: { ...plan, diagnostics: all } }) };
}
