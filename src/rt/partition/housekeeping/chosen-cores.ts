/**
 * The cores that do the housekeeping when the inventory does not list them: whole ones, that of the boot CPU always (the kernel
 * puts it back into some masks), some in each package. Red Hat asks for core 0 too ("Optimizing RHEL for Real Time").
 */
import { counted } from '../diagnostics.js';
import type { Machine, MachineCore } from '../machine.js';

/** Why each chosen core is one, by its lowest CPU. */
export type ChosenCores = ReadonlyMap<number, string>;

/** One for each 16 cores of a package, at most 4. */
export function coresForHousekeeping(cores: number): number {
  return Math.min(Math.max(Math.ceil(cores / 16), 1), 4);
}

function packagesOf(cores: readonly MachineCore[]): ReadonlyMap<number, readonly MachineCore[]> {
  const packages = new Map<number, MachineCore[]>();
  for (const core of cores) {
    const members = packages.get(core.package);
    if (members) members.push(core);
    else packages.set(core.package, [core]);
  }
  return packages;
}

/** The next one: in a cache that has one already, then in such a node, then the lowest. `rest` is ascending. */
function nextOf(rest: readonly MachineCore[], chosen: readonly MachineCore[]): MachineCore | undefined {
  const domains = new Set(chosen.map(({ cacheDomain }) => cacheDomain));
  const nodes = new Set(chosen.flatMap(({ node }) => node ?? []));
  return (
    rest.find(({ cacheDomain }) => domains.has(cacheDomain)) ??
    rest.find(({ node }) => node !== undefined && nodes.has(node)) ??
    rest[0]
  );
}

function inPackage(
  members: readonly MachineCore[],
  first: readonly MachineCore[],
  count: number,
): readonly MachineCore[] {
  const chosen = [...first];
  while (chosen.length < count) {
    const next = nextOf(
      members.filter((core) => !chosen.includes(core)),
      chosen,
    );
    if (next === undefined) break;
    chosen.push(next);
  }
  return chosen;
}

/** All cores of the slower classes and the boot CPU's; in each package more of the fast ones, if so many are asked for. */
function hybridCores(machine: Machine, boot: MachineCore | undefined, perPackage: number): ChosenCores {
  const fast = machine.classNames[0] ?? '';
  const chosen = new Map<number, string>();
  for (const members of packagesOf(machine.cores).values()) {
    const always = members.filter((core) => core === boot || core.coreClass > 0);
    for (const core of inPackage(members, always, perPackage)) {
      const name = machine.classNames[core.coreClass] ?? '';
      const why = core === boot ? 'the core of the boot CPU' : `one of the ${name}`;
      chosen.set(core.name, `housekeeping: ${why}; real-time work gets the ${fast}`);
    }
  }
  return chosen;
}

/** @param perPackage `{cores_per_package: N}`; undefined: as many as the rule says. */
export function housekeepingCores(machine: Machine, perPackage: number | undefined): ChosenCores {
  const boot = machine.coreOf.get(machine.bootCpu);
  if (machine.classNames.length > 1) return hybridCores(machine, boot, perPackage ?? 0);
  const chosen = new Map<number, string>();
  for (const [label, members] of packagesOf(machine.cores)) {
    const first = members.filter((core) => core === boot);
    if (members.length === 1 && first.length === 0) continue;
    const count = perPackage ?? coresForHousekeeping(members.length);
    for (const core of inPackage(members, first, count)) {
      const part = `one of ${Math.max(count, first.length)} for the ${counted(members.length, 'core')} of package ${label}`;
      chosen.set(core.name, `housekeeping: ${core === boot ? `the core of the boot CPU, ${part}` : part}`);
    }
  }
  return chosen;
}
