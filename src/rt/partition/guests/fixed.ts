/**
 * What has its cores already: domains that are not in the inventory, guests with `pins`, and what the former plan or running
 * guests hold. Nobody else gets these, so adding a guest never moves another.
 */
import { isDeepStrictEqual } from 'node:util';
import { equalCpus, type CpuSet } from '../../cpus/cpu-list.js';
import { coresWith, hasCpus, nodesOfCores, type Machine, type MachineCore } from '../machine.js';
import type { FoundPins, PartitionRequest } from '../model.js';
import type { Claim } from './claim.js';
import { byName } from './demand.js';

/** A claim with what it has to be recognised by. */
export interface Wanted {
  readonly kind: 'guest' | 'reservation';
  readonly claim: Claim;
  readonly demand: string;
  readonly pins?: readonly number[];
}

export interface FixedPlace {
  readonly cores: readonly MachineCore[];
  readonly nodes: readonly number[];
  readonly why: string;
}

/** What of a former place is there now. */
export interface OldPlace {
  readonly cores: readonly MachineCore[];
  readonly nodes: readonly number[];
}

export interface Fixed {
  readonly places: ReadonlyMap<Wanted, FixedPlace>;
  /** Former places that have to change, with the cores that are free. */
  readonly old: ReadonlyMap<Wanted, OldPlace>;
  readonly taken: ReadonlySet<MachineCore>;
  /** Domains of others whose pins hold. */
  readonly foreign: readonly FoundPins[];
}

/** A domain that may run everywhere is not pinned at all. */
export function isPinned(machine: Machine, found: FoundPins): boolean {
  return found.cpus.length > 0 && !machine.online.every((cpu) => found.cpus.includes(cpu));
}

/** Whether nodes are a place for a claim of no core. */
function suitsWithoutCores(machine: Machine, { rule }: Claim, nodes: readonly number[]): boolean {
  if (rule.kind === 'each') return isDeepStrictEqual(nodes, rule.nodes);
  const [node, ...others] = nodes;
  if (node === undefined || others.length > 0 || !hasCpus(machine, node)) return false;
  return rule.kind === 'any' || rule.nodes.includes(node);
}

/** Whether this is a place as the planner would give it now. */
function suits(machine: Machine, claim: Claim, { cores, nodes }: OldPlace): boolean {
  if (claim.cores === 0) return suitsWithoutCores(machine, claim, nodes);
  const [first] = cores;
  if (first === undefined || cores.length !== claim.cores) return false;
  if (cores.some(({ cpus, coreClass }) => cpus.length < claim.threads || coreClass !== first.coreClass))
    return false;
  const { rule } = claim;
  const on = (node: number | undefined): number => cores.filter((core) => core.node === node).length;
  if (rule.kind === 'each') return rule.nodes.every((node) => on(node) === claim.cores / rule.nodes.length);
  if (first.node === undefined || on(first.node) !== cores.length) return false;
  return rule.kind === 'any' || rule.nodes.includes(first.node);
}

interface Former {
  readonly cpus: CpuSet;
  readonly nodes: readonly number[];
  readonly unchanged: boolean;
  readonly why: string;
}

/** What the former plan says of it, else where it runs now. */
function formerOf(
  machine: Machine,
  wanted: Wanted,
  request: PartitionRequest,
  isolated: ReadonlySet<number>,
): Former | undefined {
  if (request.replan === true) return undefined;
  const { claim, kind, demand } = wanted;
  const place = request.former.find((one) => one.name === claim.name && (one.kind ?? 'guest') === kind);
  if (place) {
    const { cpus, nodes = nodesOfCores(coresWith(machine, cpus)) } = place;
    return { cpus, nodes, unchanged: place.demand === demand, why: 'kept where the former plan has it' };
  }
  const running = request.found.find((found) => found.running && found.domain === claim.name);
  if (running === undefined || kind === 'reservation') return undefined;
  // Its shared vCPUs are on housekeeping CPUs.
  const cpus = running.cpus.filter((cpu) => isolated.has(cpu));
  const nodes = isPinned(machine, running) ? nodesOfCores(coresWith(machine, running.cpus)) : [];
  return { cpus, nodes, unchanged: true, why: 'kept where it runs now' };
}

export function fixedPlaces(
  machine: Machine,
  isolatedCores: readonly MachineCore[],
  wanted: readonly Wanted[],
  request: PartitionRequest,
): Fixed {
  const guests = new Set(request.guests.map(({ name }) => name));
  const foreign = request.found.filter((found) => !guests.has(found.domain) && isPinned(machine, found));
  const outside = new Set(
    coresWith(
      machine,
      foreign.flatMap(({ cpus }) => cpus),
    ),
  );
  const places = new Map<Wanted, FixedPlace>();
  for (const one of wanted) {
    if (one.pins === undefined) continue;
    const cores = coresWith(machine, one.pins);
    places.set(one, { cores, nodes: nodesOfCores(cores), why: 'pinned by the inventory' });
    for (const core of cores) outside.add(core);
  }
  const isolated = new Set(isolatedCores.flatMap(({ cpus }) => cpus));
  const usable = new Set(isolatedCores);
  const kept = new Set<MachineCore>();
  const rest = [...wanted].filter(({ pins }) => pins === undefined).sort((a, b) => byName(a.claim, b.claim));
  const left: { readonly one: Wanted; readonly old: OldPlace }[] = [];
  for (const one of rest) {
    const former = formerOf(machine, one, request, isolated);
    if (former === undefined) continue;
    const cores = coresWith(machine, former.cpus).filter((core) => usable.has(core) && !kept.has(core));
    const whole = equalCpus(
      former.cpus,
      former.cpus.filter((cpu) => cores.some(({ cpus }) => cpus.includes(cpu))),
    );
    const { nodes, why } = former;
    if (former.unchanged && whole && suits(machine, one.claim, { cores, nodes })) {
      places.set(
        one,
        one.claim.cores === 0 ? { cores: [], nodes, why } : { cores, nodes: nodesOfCores(cores), why },
      );
      for (const core of cores) kept.add(core);
    } else {
      left.push({ one, old: { cores, nodes } });
    }
  }
  const taken = new Set([...outside, ...kept]);
  const old = new Map(
    left.map(
      ({ one, old: { cores, nodes } }) =>
        [one, { nodes, cores: cores.filter((core) => !taken.has(core)) }] as const,
    ),
  );
  return { places, old, taken, foreign };
}
