/**
 * Housekeeping and isolated CPUs: each online CPU in exactly one list, whole cores, the boot CPU with housekeeping. The kernel
 * drops CPUs that are not there without a word, and keeps time on the boot CPU (kernel/sched/isolation.c).
 */
import { formatCpuList, intersectCpus, subtractCpus, unionCpus, type CpuSet } from '../../cpus/cpu-list.js';
import { counted, cpusText, listed, planError, planNote, planWarning, pronoun } from '../diagnostics.js';
import { coresNeeded } from '../guests/demand.js';
import type { MachineCore } from '../machine.js';
import type { Origin, PlanDiagnostic } from '../model.js';
import { listOrigins, type Judged } from './judged.js';

type Lists = ReturnType<typeof listOrigins>;

/** CPUs that a list names and that are not there, or not online. */
function missing(judged: Judged, cpus: CpuSet, origin: Origin, what: string): readonly PlanDiagnostic[] {
  const { topology, online } = judged.machine;
  const absent = subtractCpus(cpus, topology.present);
  const offline = intersectCpus(subtractCpus(cpus, online), topology.present);
  const diagnostics: PlanDiagnostic[] = [];
  if (absent.length > 0) {
    const message = `the ${what} name ${cpusText(absent)}, and the machine has ${cpusText(topology.present)} only`;
    const hint = `Remove ${pronoun(absent)}: the kernel drops such CPUs without a message.`;
    diagnostics.push(planError('CPU_ABSENT', origin, { message, hint }));
  }
  if (offline.length > 0) {
    const threads = intersectCpus(offline, topology.online).length > 0;
    const why = threads ? 'offline with smt: off (only the lowest thread of each core counts)' : 'offline';
    const message = `the ${what} name ${cpusText(offline)}, which ${offline.length === 1 ? 'is' : 'are'} ${why}; online are ${cpusText(online)}`;
    const them = pronoun(offline);
    const hint = threads
      ? `Remove ${them}, or remove smt: off.`
      : `Bring ${them} online, or remove ${them} from the list.`;
    diagnostics.push(planError('CPU_OFFLINE', origin, { message, hint }));
  }
  return diagnostics;
}

interface Sides {
  readonly housekeeping: CpuSet;
  readonly isolated: CpuSet;
  /** Either list may have them. */
  readonly either: CpuSet;
}

/** In which list CPUs have to be so that no core is split and the boot CPU is housekeeping. */
function sidesOf({ machine, plan }: Judged, cpus: CpuSet): Sides {
  const beside = (cpu: number, list: CpuSet): boolean =>
    intersectCpus(machine.coreOf.get(cpu)?.cpus ?? [], subtractCpus(list, cpus)).length > 0;
  const boot = machine.coreOf.get(machine.bootCpu)?.cpus ?? [];
  const housekeeping = cpus.filter((cpu) => boot.includes(cpu) || beside(cpu, plan.housekeeping));
  const others = subtractCpus(cpus, housekeeping);
  const isolated = others.filter((cpu) => beside(cpu, plan.isolated));
  return { housekeeping, isolated, either: subtractCpus(others, isolated) };
}

/** `CPU 8 to A and CPUs 2,10 to B`; what there is none of is left out. */
function cpusAndPlaces(places: readonly (readonly [CpuSet, string])[]): string {
  return listed(
    places.filter(([cpus]) => cpus.length > 0).map(([cpus, place]) => `${cpusText(cpus)} ${place}`),
  );
}

function overlap(judged: Judged, lists: Lists): readonly PlanDiagnostic[] {
  const both = intersectCpus(judged.plan.housekeeping, judged.plan.isolated);
  if (both.length === 0) return [];
  const message = `${cpusText(both)} ${both.length === 1 ? 'is' : 'are'} both housekeeping and isolated`;
  const { housekeeping, isolated, either } = sidesOf(judged, both);
  const which = cpusAndPlaces([
    [housekeeping, 'from rt_isolated_cpus'],
    [isolated, 'from rt_housekeeping_cpus'],
    [either, 'from one of the two lists'],
  ]);
  const hint = `Remove ${which}: a CPU has one use.`;
  return [planError('CPU_OVERLAP', lists.isolated, { message, hint })];
}

function uncovered(judged: Judged, lists: Lists): readonly PlanDiagnostic[] {
  const { online } = judged.machine;
  const neither = subtractCpus(online, unionCpus(judged.plan.housekeeping, judged.plan.isolated));
  if (neither.length === 0) return [];
  const message = `${cpusText(neither)} ${neither.length === 1 ? 'is' : 'are'} in neither list: ${counted(online.length, 'CPU')} ${online.length === 1 ? 'is' : 'are'} online (${formatCpuList(online)})`;
  const { housekeeping, isolated, either } = sidesOf(judged, neither);
  const which = cpusAndPlaces([
    [housekeeping, 'to rt_housekeeping_cpus'],
    [isolated, 'to rt_isolated_cpus'],
    [either, 'to rt_housekeeping_cpus or to rt_isolated_cpus'],
  ]);
  const hint = `Add ${which}: a forgotten CPU gets both kinds of work.`;
  return [planError('CPU_UNCOVERED', lists.housekeeping, { message, hint })];
}

function bootIsolated(judged: Judged, lists: Lists): readonly PlanDiagnostic[] {
  const { machine, plan, request } = judged;
  const { bootCpu } = machine;
  if (plan.housekeeping.includes(bootCpu)) return [];
  const present =
    plan.housekeeping.length === 0 ? 'none is' : `these are: ${formatCpuList(plan.housekeeping)}`;
  const message = `CPU ${bootCpu}, on which the machine boots, is not housekeeping (${present})`;
  const core = machine.coreOf.get(bootCpu)?.cpus ?? [bootCpu];
  const added = cpusText(subtractCpus(core, plan.housekeeping));
  const moved = intersectCpus(core, plan.isolated);
  const explicit = request.host.housekeeping.kind === 'lists';
  const how = !explicit
    ? `Add ${added} to the housekeeping CPUs`
    : moved.length === 0
      ? `Add ${added} to rt_housekeeping_cpus`
      : `Add ${added} to rt_housekeeping_cpus and remove ${cpusText(moved)} from rt_isolated_cpus`;
  const hint = `${how}: the kernel keeps time on CPU ${bootCpu} and puts it back into some masks.`;
  return [planError('CPU_BOOT_ISOLATED', lists.housekeeping, { message, hint })];
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
  const them = pronoun(offline);
  const hint = `Bring ${them} online before planning, or keep ${them} off in the firmware or with nosmt or maxcpus=.`;
  return [planWarning('CPU_RETURNS', lists.housekeeping, { message, hint })];
}

function emptyIsolation(judged: Judged, lists: Lists): readonly PlanDiagnostic[] {
  const { plan, machine, request } = judged;
  const users = request.guests.filter((guest) => coresNeeded(guest) > 0).length + request.reservations.length;
  // One core alone is refused as such.
  if (plan.isolated.length > 0 || users === 0 || machine.cores.length < 2) return [];
  const message = `no CPU is isolated, and ${counted(users, 'user')} of isolated CPUs ${users === 1 ? 'is' : 'are'} planned; all ${counted(machine.online.length, 'CPU')} are housekeeping`;
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
  const lists = listOrigins(judged);
  const { housekeeping, isolated } = judged.plan;
  const { kind } = judged.request.host.housekeeping;
  return [
    ...missing(judged, housekeeping, lists.housekeeping, 'housekeeping CPUs'),
    ...(kind === 'lists' ? missing(judged, isolated, lists.isolated, 'isolated CPUs') : []),
    ...overlap(judged, lists),
    ...uncovered(judged, lists),
    ...bootIsolated(judged, lists),
    ...splitCores(judged, lists),
    ...emptyIsolation(judged, lists),
    ...returning(judged, lists),
    ...nodesWithout(judged, lists),
  ];
}
