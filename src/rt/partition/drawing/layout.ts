/** The machine as it is drawn: packages, NUMA nodes and caches with their cores, and what each CPU is for. */
import { cpuSet, intersectCpus, type CpuSet } from '../../cpus/cpu-list.js';
import type { Core, NumaNode, Topology } from '../../topology/model.js';
import { byName } from '../guests/demand.js';
import type { PartitionPlan, PlacedGuest } from '../model.js';

export type Role =
  | 'housekeeping'
  /** A vCPU of a guest has this CPU for itself. */
  | 'vcpu'
  /** The other thread of a core that is taken: nothing runs there. */
  | 'idle'
  | 'reserved'
  | 'foreign'
  | 'free'
  /** Neither housekeeping nor isolated. */
  | 'uncovered'
  /** Goes offline when the machine boots with nosmt, as `smt: off` wants. */
  | 'nosmt';

export interface DrawnCpu {
  readonly cpu: number;
  readonly role: Role;
  /** `H`, `a0` (guest a, vCPU 0), `a-` (its idle thread), `R1`, `X1`, `.`. */
  readonly mark: string;
  /** Whose it is: the guest's, reservation's or domain's name. */
  readonly owner?: string;
}

export interface DrawnCore {
  readonly core: Core;
  readonly threads: readonly DrawnCpu[];
}

/** The cores of one cache domain within a node of a package. */
export interface DrawnGroup {
  readonly package: number;
  readonly node?: NumaNode;
  /** The L3 (else L2) that the cores share; undefined: the kernel does not say. */
  readonly cache?: { readonly level: number; readonly sizeBytes: number; readonly id?: number };
  readonly cores: readonly DrawnCore[];
}

export interface LegendLine {
  readonly role: Role;
  readonly mark: string;
  readonly owner?: string;
  readonly cpus: CpuSet;
}

export interface Layout {
  readonly groups: readonly DrawnGroup[];
  readonly offline: CpuSet;
  readonly legend: readonly LegendLine[];
}

/** `a` ... `z`, `aa`, `ab`, ...: short names of guests, in their order. */
export function letters(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}

/** Guests in the order of their letters: by name. */
export function drawnGuests(plan: PartitionPlan): readonly PlacedGuest[] {
  return [...plan.guests].sort(byName);
}

/** What each CPU is for, by its number. */
function cpuUses(plan: PartitionPlan, cores: readonly Core[]): ReadonlyMap<number, Omit<DrawnCpu, 'cpu'>> {
  const uses = new Map<number, Omit<DrawnCpu, 'cpu'>>();
  const put = (cpus: CpuSet, use: Omit<DrawnCpu, 'cpu'>): void => cpus.forEach((cpu) => uses.set(cpu, use));
  if (plan.smt === 'off') for (const { cpus } of cores) put(cpus.slice(1), { role: 'nosmt', mark: '/' });
  put(plan.isolated, { role: 'free', mark: '.' });
  put(plan.housekeeping, { role: 'housekeeping', mark: 'H' });
  plan.foreign.forEach(({ domain, cpus }, index) => {
    const taken = cores.filter((core) => intersectCpus(core.cpus, cpus).length > 0);
    put(cpuSet(taken.flatMap((core) => core.cpus)), { role: 'idle', mark: `X${index + 1}-`, owner: domain });
    put(cpus, { role: 'foreign', mark: `X${index + 1}`, owner: domain });
  });
  plan.reservations.forEach(({ name, cpus, idleSiblings }, index) => {
    put(idleSiblings, { role: 'idle', mark: `R${index + 1}-`, owner: name });
    put(cpus, { role: 'reserved', mark: `R${index + 1}`, owner: name });
  });
  drawnGuests(plan).forEach(({ name, vcpus, idleSiblings }, index) => {
    const short = letters(index);
    put(idleSiblings, { role: 'idle', mark: `${short}-`, owner: name });
    for (const { vcpu, cpus, shared } of vcpus) {
      if (!shared) put(cpus, { role: 'vcpu', mark: `${short}${vcpu}`, owner: name });
    }
  });
  return uses;
}

function largestCache(topology: Topology): number | undefined {
  const levels = topology.caches.filter(({ type }) => type !== 'Instruction').map(({ level }) => level);
  return levels.includes(3) ? 3 : levels.includes(2) ? 2 : undefined;
}

/** Cores of the same package, node and cache, in the order of their lowest CPU. */
function groupsOf(topology: Topology, draw: (core: Core) => DrawnCore): readonly DrawnGroup[] {
  const level = largestCache(topology);
  const caches = topology.caches.filter((cache) => cache.level === level && cache.type !== 'Instruction');
  const cacheOf = new Map(caches.flatMap((cache, index) => cache.cpus.map((cpu) => [cpu, index] as const)));
  const nodes = new Map(topology.nodes.map((node) => [node.id, node]));
  const groups = new Map<string, DrawnGroup & { readonly cores: DrawnCore[] }>();
  for (const core of topology.cores) {
    const cacheIndex = cacheOf.get(core.cpus[0] ?? -1);
    const key = `${core.package} ${core.node} ${cacheIndex}`;
    const cache = cacheIndex === undefined ? undefined : caches[cacheIndex];
    const node = core.node === undefined ? undefined : nodes.get(core.node);
    const group = groups.get(key) ?? {
      package: core.package,
      cores: [],
      ...(node === undefined ? {} : { node }),
      ...(cache === undefined ? {} : { cache }),
    };
    group.cores.push(draw(core));
    groups.set(key, group);
  }
  const first = (group: DrawnGroup): number => group.cores[0]?.core.cpus[0] ?? 0;
  const packageFirst = new Map<number, number>();
  for (const group of groups.values())
    packageFirst.set(group.package, Math.min(packageFirst.get(group.package) ?? Infinity, first(group)));
  const order = (group: DrawnGroup): readonly number[] => [
    packageFirst.get(group.package) ?? 0,
    group.node?.id ?? Infinity,
    first(group),
  ];
  return [...groups.values()].sort((left, right) => {
    const [a, b] = [order(left), order(right)];
    const at = a.findIndex((value, index) => value !== b[index]);
    return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
  });
}

/** The groups of each package and node, in their order. */
export function byNode(groups: readonly DrawnGroup[]): readonly (readonly DrawnGroup[])[] {
  const nodes = new Map<string, DrawnGroup[]>();
  for (const group of groups) {
    const key = `${group.package} ${group.node?.id}`;
    nodes.set(key, [...(nodes.get(key) ?? []), group]);
  }
  return [...nodes.values()];
}

function legendOf(
  plan: PartitionPlan,
  uses: ReadonlyMap<number, Omit<DrawnCpu, 'cpu'>>,
  online: CpuSet,
): LegendLine[] {
  const of = (role: Role, owner?: string): CpuSet =>
    [...uses]
      .filter(([, use]) => use.role === role && (owner === undefined || use.owner === owner))
      .map(([cpu]) => cpu)
      .sort((a, b) => a - b);
  const lines: LegendLine[] = [{ role: 'housekeeping', mark: 'H', cpus: plan.housekeeping }];
  drawnGuests(plan).forEach(({ name }, index) =>
    lines.push({ role: 'vcpu', mark: letters(index), owner: name, cpus: of('vcpu', name) }),
  );
  plan.reservations.forEach(({ name, cpus }, index) =>
    lines.push({ role: 'reserved', mark: `R${index + 1}`, owner: name, cpus }),
  );
  plan.foreign.forEach(({ domain, cpus }, index) =>
    lines.push({ role: 'foreign', mark: `X${index + 1}`, owner: domain, cpus }),
  );
  lines.push({ role: 'idle', mark: '-', cpus: of('idle') }, { role: 'free', mark: '.', cpus: of('free') });
  lines.push({ role: 'nosmt', mark: '/', cpus: of('nosmt') });
  const uncovered = online.filter((cpu) => !uses.has(cpu));
  lines.push({ role: 'uncovered', mark: '?', cpus: uncovered });
  return lines.filter(({ owner, cpus }) => owner !== undefined || cpus.length > 0);
}

export function layOut(topology: Topology, plan: PartitionPlan): Layout {
  const uses = cpuUses(plan, topology.cores);
  const groups = groupsOf(topology, (core) => ({
    core,
    threads: core.cpus.map((cpu) => ({ cpu, ...(uses.get(cpu) ?? { role: 'uncovered', mark: '?' }) })),
  }));
  return { groups, offline: topology.offline, legend: legendOf(plan, uses, topology.online) };
}
