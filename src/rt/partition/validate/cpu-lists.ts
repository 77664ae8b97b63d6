/**
 * Housekeeping and isolated CPUs: each online CPU in exactly one list, whole cores, the boot CPU with housekeeping. The kernel
 * drops CPUs that are not there without a word, and keeps time on the boot CPU (kernel/sched/isolation.c).
 */
import { formatCpuList, intersectCpus, subtractCpus, unionCpus, type CpuSet } from '../../cpus/cpu-list.js';
import { counted, cpusText, listed, ofPartition, planError, planNote, planWarning } from '../diagnostics.js';
import { coresNeeded } from '../guests/demand.js';
import type { MachineCore } from '../machine.js';
import type { Origin, PlanDiagnostic } from '../model.js';
import type { Judged } from './judged.js';

interface Lists {
  readonly housekeeping: Origin;
  readonly isolated: Origin;
}

function origins({ request }: Judged): Lists {
  const explicit = request.host.housekeeping.kind === 'lists';
  return {
    housekeeping: explicit ? ['host', 'rt_housekeeping_cpus'] : ofPartition('housekeeping'),
    isolated: explicit ? ['host', 'rt_isolated_cpus'] : ofPartition('housekeeping'),
  };
}

/** CPUs that a list names and that are not there, or not online. */
function missing(judged: Judged, cpus: CpuSet, origin: Origin, what: string): readonly PlanDiagnostic[] {
  const { topology, online } = judged.machine;
  const absent = subtractCpus(cpus, topology.present);
  const offline = intersectCpus(subtractCpus(cpus, online), topology.present);
  const diagnostics: PlanDiagnostic[] = [];
  if (absent.length > 0) {
    const message = `the ${what} name ${cpusText(absent)}, and the machine has ${cpusText(topology.present)} only`;
    const hint = 'Remove them: the kernel drops such CPUs without a message.';
    diagnostics.push(planError('CPU_ABSENT', origin, { message, hint }));
  }
  if (offline.length > 0) {
    const threads = intersectCpus(offline, topology.online).length > 0;
    const why = threads ? 'offline with smt: off (only the lowest thread of each core counts)' : 'offline';
    const message = `the ${what} name ${cpusText(offline)}, which ${offline.length === 1 ? 'is' : 'are'} ${why}; online are ${cpusText(online)}`;
    const hint = threads
      ? 'Remove them, or remove smt: off.'
      : 'Bring them online, or remove them from the list.';
    diagnostics.push(planError('CPU_OFFLINE', origin, { message, hint }));
  }
  return diagnostics;
}

function members(judged: Judged, lists: Lists): readonly PlanDiagnostic[] {
  const { housekeeping, isolated } = judged.plan;
  const { online, bootCpu } = judged.machine;
  const diagnostics: PlanDiagnostic[] = [];
  const both = intersectCpus(housekeeping, isolated);
  if (both.length > 0) {
    const message = `${cpusText(both)} ${both.length === 1 ? 'is' : 'are'} both housekeeping and isolated`;
    const hint = 'Remove them from one of the two lists.';
    diagnostics.push(planError('CPU_OVERLAP', lists.isolated, { message, hint }));
  }
  const neither = subtractCpus(online, unionCpus(housekeeping, isolated));
  if (neither.length > 0) {
    const message = `${cpusText(neither)} ${neither.length === 1 ? 'is' : 'are'} in neither list: ${counted(online.length, 'CPU')} are online (${formatCpuList(online)})`;
    const hint = `Add ${cpusText(neither)} to rt_housekeeping_cpus or to rt_isolated_cpus: a forgotten CPU gets both kinds of work.`;
    diagnostics.push(planError('CPU_UNCOVERED', lists.housekeeping, { message, hint }));
  }
  if (!housekeeping.includes(bootCpu)) {
    const message = `CPU ${bootCpu}, on which the machine boots, is not housekeeping (${housekeeping.length === 0 ? 'none is' : `these are: ${formatCpuList(housekeeping)}`})`;
    const hint = `Add CPU ${bootCpu} to the housekeeping CPUs: the kernel keeps time there and puts it back into some masks.`;
    diagnostics.push(planError('CPU_BOOT_ISOLATED', lists.housekeeping, { message, hint }));
  }
  return diagnostics;
}

function splitCores(judged: Judged, lists: Lists): readonly PlanDiagnostic[] {
  const { housekeeping, isolated } = judged.plan;
  const [ours, theirs] = [new Set(housekeeping), new Set(isolated)];
  const split = judged.machine.cores.filter(
    ({ cpus }) => cpus.some((cpu) => ours.has(cpu)) && cpus.some((cpu) => theirs.has(cpu)),
  );
  if (split.length === 0) return [];
  const shown = split.slice(0, 8).map(({ cpus }) => formatCpuList(cpus));
  const more = split.length > shown.length ? [`${split.length - shown.length} more`] : [];
  const message = `${counted(split.length, 'core')} would do both housekeeping and real-time work: the threads ${listed([...shown, ...more])}`;
  const whole = split.reduce<CpuSet>((all, { cpus }) => unionCpus(all, cpus), housekeeping);
  const hint = `List whole cores, for example ${formatCpuList(whole)} as housekeeping: a housekeeping thread halves the speed of its sibling at any moment.`;
  return [planError('SMT_SPLIT', lists.isolated, { message, hint })];
}

/** CPUs that a boot may bring back. With `nosmt` in effect, siblings are offline on purpose, and nothing distinguishes them from others. */
function returning(judged: Judged, lists: Lists): readonly PlanDiagnostic[] {
  const { offline, smt } = judged.machine.topology;
  const byNosmt =
    judged.plan.smt === 'off' &&
    (smt.control === 'off' || smt.control === 'forceoff' || smt.active === false);
  if (offline.length === 0 || byNosmt) return [];
  const message = `${cpusText(offline)} ${offline.length === 1 ? 'is' : 'are'} offline now, and may be online after a reboot: then in neither list`;
  const hint =
    'Bring them online before planning, or keep them off in the firmware or with nosmt or maxcpus=.';
  return [planWarning('CPU_RETURNS', lists.housekeeping, { message, hint })];
}

function emptyIsolation(judged: Judged, lists: Lists): readonly PlanDiagnostic[] {
  const { plan, machine, request } = judged;
  const users = request.guests.filter((guest) => coresNeeded(guest) > 0).length + request.reservations.length;
  // One core alone is refused as such.
  if (plan.isolated.length > 0 || users === 0 || machine.cores.length < 2) return [];
  const message = `no CPU is isolated, and ${counted(users, 'user')} of isolated CPUs are planned; all ${counted(machine.online.length, 'CPU')} are housekeeping`;
  const hint = 'Give housekeeping fewer cores: an empty isolcpus= means nothing to the kernel.';
  return [planError('LIST_EMPTY', lists.isolated, { message, hint })];
}

function nodesWithout(judged: Judged, lists: Lists): readonly PlanDiagnostic[] {
  const ours = new Set(judged.plan.housekeeping);
  // Half a core counts here: SMT_SPLIT refuses it.
  const serves = ({ cpus }: MachineCore): boolean => cpus.some((cpu) => ours.has(cpu));
  const { nodes, cores } = judged.machine;
  const without = nodes
    .map(({ id }) => ({ id, own: cores.filter(({ node }) => node === id) }))
    .filter(({ own }) => own.length > 0 && !own.some(serves))
    .map(({ id }) => String(id));
  if (without.length === 0) return [];
  const which = without.length === 1 ? 'Node' : 'Nodes';
  const message = `${which} ${listed(without)} of ${nodes.length} ${without.length === 1 ? 'has' : 'have'} no housekeeping core: emulator threads of guests there run on the nearest node that has one`;
  const hint = 'Nothing has to be done; rt_partition.housekeeping can list a core of each node.';
  return [planNote('HK_NODE_NONE', lists.housekeeping, { message, hint })];
}

export function cpuListFaults(judged: Judged): readonly PlanDiagnostic[] {
  const lists = origins(judged);
  const { housekeeping, isolated } = judged.plan;
  const { kind } = judged.request.host.housekeeping;
  return [
    ...missing(judged, housekeeping, lists.housekeeping, 'housekeeping CPUs'),
    ...(kind === 'lists' ? missing(judged, isolated, lists.isolated, 'isolated CPUs') : []),
    ...members(judged, lists),
    ...splitCores(judged, lists),
    ...emptyIsolation(judged, lists),
    ...returning(judged, lists),
    ...nodesWithout(judged, lists),
  ];
}
