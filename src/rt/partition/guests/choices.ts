/** Where a claim can go, best first. */
import { counted, listed } from '../diagnostics.js';
import type { MachineCore } from '../machine.js';
import type { Claim } from './claim.js';
import type { Choice, SearchContext } from './context.js';
import { pickCores, pickSingleThreaded, type Picked, type PickWish } from './pick.js';
import { hasMemory, usable, withoutCores, withoutMemory, type Pool, type Room } from './room.js';
import { choicesWithoutCores } from './without-cores.js';

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
        nodes: [pool.node],
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
  return { cores, nodes, why: [why], room };
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
  if (claim.cores === 0) return choicesWithoutCores(context, claim, room);
  return claim.rule.kind === 'each' ? overNodes(context, claim, room) : inOnePool(context, claim, room);
}
