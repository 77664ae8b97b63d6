/** What a search for places works with: what it knows of the machine, and the choices that it makes. */
import type { Machine, MachineCore } from '../machine.js';
import type { Claim } from './claim.js';
import { memoryNodeOf, type Room } from './room.js';

/** What stays the same during a search. */
export interface SearchContext {
  readonly machine: Machine;
  /** Cache domains with housekeeping CPUs. */
  readonly housekeepingDomains: ReadonlySet<string>;
  /** The memory node of each node with CPUs. */
  readonly memoryNodes: ReadonlyMap<number, number | undefined>;
  /** Whether cores with one thread are worth to be used up first. */
  readonly sparesThreads: boolean;
}

export interface Choice {
  readonly cores: readonly MachineCore[];
  /** The nodes that it is on, ascending. */
  readonly nodes: readonly number[];
  readonly why: readonly string[];
  /** What is left after it. */
  readonly room: Room;
}

export function searchContext(
  machine: Machine,
  housekeeping: readonly number[],
  claims: readonly Claim[],
): SearchContext {
  const domains = housekeeping.flatMap((cpu) => machine.coreOf.get(cpu)?.cacheDomain ?? []);
  return {
    machine,
    housekeepingDomains: new Set(domains),
    memoryNodes: new Map(machine.nodes.map(({ id }) => [id, memoryNodeOf(machine, id)])),
    sparesThreads:
      claims.some(({ threads }) => threads === 2) &&
      new Set(machine.cores.map(({ cpus }) => cpus.length)).size > 1,
  };
}
