/** Which CPUs do the housekeeping, and which are isolated. It depends on machine and inventory alone, never on the guests. */
import { subtractCpus, type CpuSet } from '../../cpus/cpu-list.js';
import { counted, ofPartition, planError } from '../diagnostics.js';
import type { Machine, MachineCore } from '../machine.js';
import type { Housekeeping, PlanDiagnostic } from '../model.js';
import { housekeepingCores, type ChosenCores } from './chosen-cores.js';

export interface Roles {
  readonly housekeeping: CpuSet;
  readonly isolated: CpuSet;
  /** Why each core is housekeeping or isolated, by its lowest CPU. */
  readonly why: ReadonlyMap<number, string>;
  readonly diagnostics: readonly PlanDiagnostic[];
}

/** CPUs as the inventory lists them, checked later. */
function listedRoles(machine: Machine, housekeeping: CpuSet, isolated: CpuSet): Roles {
  const role = (core: MachineCore): string => {
    if (core.cpus.every((cpu) => housekeeping.includes(cpu))) return 'housekeeping: listed in the inventory';
    if (core.cpus.some((cpu) => housekeeping.includes(cpu))) return 'split by the lists of the inventory';
    return core.cpus.some((cpu) => isolated.includes(cpu))
      ? 'isolated: not listed as housekeeping'
      : 'in neither list of the inventory';
  };
  const why = new Map(machine.cores.map((core) => [core.name, role(core)]));
  return { housekeeping, isolated, why, diagnostics: [] };
}

function tooSmall(machine: Machine): Roles {
  const message = `the machine has ${counted(machine.cores.length, 'core')} (${counted(machine.online.length, 'CPU')}): housekeeping needs one whole core, and nothing is left to isolate`;
  const hint = 'Use a machine with at least 2 cores: two threads of one core disturb each other.';
  return {
    housekeeping: machine.online,
    isolated: [],
    why: new Map(machine.cores.map(({ name }) => [name, 'housekeeping: the only core'])),
    diagnostics: [planError('PLAN_TOO_SMALL', ofPartition('housekeeping'), { message, hint })],
  };
}

function chosenRoles(machine: Machine, chosen: ChosenCores): Roles {
  const why = new Map(
    machine.cores.map(({ name }) => [name, chosen.get(name) ?? 'isolated: not needed for housekeeping']),
  );
  const housekeeping = machine.cores
    .filter(({ name }) => chosen.has(name))
    .flatMap(({ cpus }) => cpus)
    .sort((a, b) => a - b);
  return { housekeeping, isolated: subtractCpus(machine.online, housekeeping), why, diagnostics: [] };
}

export function rolesOf(machine: Machine, wish: Housekeeping): Roles {
  if (wish.kind === 'lists') return listedRoles(machine, wish.housekeeping, wish.isolated);
  if (wish.kind === 'list') {
    return listedRoles(machine, wish.cpus, subtractCpus(machine.online, wish.cpus));
  }
  if (machine.cores.length < 2) return tooSmall(machine);
  return chosenRoles(machine, housekeepingCores(machine, wish.kind === 'auto' ? undefined : wish.cores));
}
