/** One partition plan from what the machine is and what it must carry. */
import type { Topology } from '../topology/model.js';
import { kernelArguments, kernelAtLeast, threadPriorities } from './arguments/kernel-arguments.js';
import { planCache } from './cat/plan.js';
import { planWarning } from './diagnostics.js';
import { assign } from './guests/place.js';
import { placedGuest, placedReservation } from './guests/placed.js';
import { rolesOf } from './housekeeping/roles.js';
import { machineOf } from './machine.js';
import { hugePagesOf } from './memory/huge-pages.js';
import type { PartitionPlan, PartitionRequest } from './model.js';
import { validatePlan } from './validate/validate.js';

/**
 * `auto` is `boot`: it holds from the first instruction on, and with every kernel. A cgroup partition is made by a unit, and
 * needs files that not every kernel has.
 */
function isolationOf(wish: PartitionRequest['host']['isolation']): 'boot' | 'cgroup' {
  return wish === 'cgroup' ? 'cgroup' : 'boot';
}

/** Pure: the same input gives the same plan, whatever the order of guests. What is refused is a diagnostic; the rest is planned. */
export function planPartition(topology: Topology, request: PartitionRequest): PartitionPlan {
  const { host, facts = {} } = request;
  const machine = machineOf(topology, host.smt);
  const roles = rolesOf(machine, host.housekeeping);
  const { housekeeping, isolated } = roles;
  const assignment = assign(machine, roles, request);
  const guests = assignment.guests.map((one) => placedGuest(machine, housekeeping, one));
  const cache = planCache(topology, request, guests);
  const hugePages = hugePagesOf(guests);
  const isolation = isolationOf(host.isolation);
  const mergedNodes = topology.notes.some(({ code }) => code === 'CPU_IN_SEVERAL_NODES');
  const pagesAtBoot =
    host.bootManaged !== false && (mergedNodes || kernelAtLeast(facts.kernelRelease, 5, 16) !== false);
  const plan: PartitionPlan = {
    cpuIds: topology.cpuIds,
    smt: host.smt,
    housekeeping,
    isolated,
    why: roles.why,
    guests,
    reservations: assignment.reservations.map(placedReservation),
    foreign: assignment.foreign,
    cacheGroups: cache.groups,
    hugePages,
    isolation,
    kernelArguments: kernelArguments(
      {
        housekeeping,
        isolated,
        isolation,
        smt: host.smt,
        hugePages,
        pagesAtBoot,
        mergedNodes,
        rcuPriority: threadPriorities(host).rcu,
      },
      host.otherArguments ?? [],
    ),
    diagnostics: [],
  };
  const rules = validatePlan({ machine, request, plan });
  const firmware = topology.notes.map(({ code, text, path }) =>
    planWarning(code, ['host'], { message: `${text} (${path})` }),
  );
  return {
    ...plan,
    diagnostics: [
      ...firmware,
      ...roles.diagnostics,
      ...assignment.diagnostics,
      ...rules,
      ...cache.diagnostics,
    ],
  };
}
