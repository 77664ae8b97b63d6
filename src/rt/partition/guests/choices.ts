/** Where a claim can go, best first. */
import { counted, listed } from '../diagnostics.js';
import type { Machine, MachineCore } from '../machine.js';
import type { Claim } from './claim.js';
import { pickCores, pickSingleThreaded, type Picked, type PickWish } from './pick.js';
import {
  hasMemory,
  memoryNodeOf,
  usable,
  withoutCores,
  withoutMemory,
  type Pool,
  type Room,
} from './room.js';

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

type Picker = (free: readonly MachineCore[], wish: PickWish) => Picked;

function pickersFor(context: SearchContext, claim: Claim): readonly Picker[] {
  return context.sparesThreads && claim.threads === 1 ? [pickCores, pickSingleThreaded] : [pickCores];
}

function wishOf(context: SearchContext, claim: Claim, count: number): PickWish {
  const { avoidsHousekeeping, old } = claim;
  return { count, avoidsHousekeeping, old, housekeepingDomains: context.housekeepingDomains };
}

/** Former cores first, then the faster class, then the node with the fewest free cores, then the lowest. */
function poolsFor(context: SearchContext, claim: Claim, room: Room): readonly Pool[] {
  const oldIn = (pool: Pool): number => claim.old.filter((core) => pool.free.includes(core)).length;
  const { rule } = claim;
  return room.pools
    .filter(
      (pool) =>
        usable(pool, claim.threads).length >= claim.cores &&
        (rule.kind === 'any' || rule.nodes.includes(pool.node)) &&
        hasMemory(room, context.memoryNodes.get(pool.node), claim.memoryBytes),
    )
    .sort(
      (a, b) =>
        oldIn(b) - oldIn(a) || a.coreClass - b.coreClass || a.free.length - b.free.length || a.node - b.node,
    );
}

function nodeReason({ old }: Claim, { node, free }: Pool, pools: number): string {
  if (old.some((core) => core.node === node)) return `node ${node}, where its former cores are`;
  if (pools === 1) return `node ${node}, the only place where it fits`;
  return `node ${node} with ${counted(free.length, 'free core')}, the fewest of the ${pools} places where it fits`;
}

function* inOnePool(context: SearchContext, claim: Claim, room: Room): Generator<Choice> {
  const pools = poolsFor(context, claim, room);
  for (const pick of pickersFor(context, claim)) {
    for (const pool of pools) {
      const { cores, why } = pick(usable(pool, claim.threads), wishOf(context, claim, claim.cores));
      yield {
        cores,
        why: [nodeReason(claim, pool, pools.length), why],
        room: withoutMemory(withoutCores(room, cores), context.memoryNodes.get(pool.node), claim.memoryBytes),
      };
    }
  }
}

/** One choice for a class, if each node has its part. */
function spreadOver(
  context: SearchContext,
  claim: Claim,
  start: Room,
  coreClass: number,
  pick: Picker,
): Choice | undefined {
  const nodes = claim.rule.kind === 'each' ? claim.rule.nodes : [];
  const [count, bytes] = [claim.cores / nodes.length, claim.memoryBytes / nodes.length];
  let room = start;
  const cores: MachineCore[] = [];
  for (const node of nodes) {
    const pool = room.pools.find((one) => one.node === node && one.coreClass === coreClass);
    const memoryNode = context.memoryNodes.get(node);
    if (pool === undefined || usable(pool, claim.threads).length < count) return undefined;
    if (!hasMemory(room, memoryNode, bytes)) return undefined;
    const picked = pick(usable(pool, claim.threads), wishOf(context, claim, count)).cores;
    cores.push(...picked);
    room = withoutMemory(withoutCores(room, picked), memoryNode, bytes);
  }
  const why = `${counted(count, 'core')} in each of the nodes ${listed(nodes.map(String))}, as asked for`;
  return { cores, why: [why], room };
}

function* overNodes(context: SearchContext, claim: Claim, room: Room): Generator<Choice> {
  for (const pick of pickersFor(context, claim)) {
    for (const coreClass of context.machine.classNames.keys()) {
      const choice = spreadOver(context, claim, room, coreClass, pick);
      if (choice) yield choice;
    }
  }
}

/** Lazily, since the first is mostly taken. */
export function choicesFor(context: SearchContext, claim: Claim, room: Room): Generator<Choice> {
  return claim.rule.kind === 'each' ? overNodes(context, claim, room) : inOnePool(context, claim, room);
}
