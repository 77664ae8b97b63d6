/**
 * What can be said of claims before any of them is placed: where memory can run short at all, and that they cannot all fit. Both
 * leave rules out (two threads, shared memory, core classes), so a "no" is right, and without one they may still not fit.
 */
import type { SearchContext } from './choices.js';
import type { Claim } from './claim.js';
import { cannotFit, type Size } from './packing.js';
import { usable, type Room } from './room.js';
import type { Steps } from './weights.js';

/** The most bytes that claims can bring along into so many cores: the greediest first, the last one in part. */
function mostMemory(claims: readonly Claim[], cores: number): number {
  let left = cores;
  let bytes = 0;
  for (const claim of [...claims].sort((a, b) => b.memoryBytes * a.cores - a.memoryBytes * b.cores)) {
    if (claim.cores > left) return bytes + (claim.memoryBytes * left) / claim.cores;
    left -= claim.cores;
    bytes += claim.memoryBytes;
  }
  return bytes;
}

/** Nodes with memory that could be too little for the claims that their cores have room for. */
export function scarceMemory(
  context: SearchContext,
  claims: readonly Claim[],
  room: Room,
): ReadonlySet<number> {
  const cores = new Map([...room.memory.keys()].map((node) => [node, 0]));
  for (const { node, free } of room.pools) {
    const memory = context.memoryNodes.get(node);
    if (memory !== undefined) cores.set(memory, (cores.get(memory) ?? 0) + free.length);
  }
  const scarce = [...cores].filter(
    ([node, count]) => mostMemory(claims, count) > (room.memory.get(node) ?? 0),
  );
  return new Set(scarce.map(([node]) => node));
}

interface Bin {
  readonly node: number;
  cores: number;
  memoryBytes: number;
}

function binsOf(context: SearchContext, room: Room, threads: 1 | 2): readonly Bin[] {
  return room.pools.map((pool) => ({
    node: pool.node,
    cores: usable(pool, threads).length,
    memoryBytes: Math.max(0, room.memory.get(context.memoryNodes.get(pool.node) ?? -1) ?? 0),
  }));
}

/** Puts claims that name their nodes into them. Whether they fit. */
function takeNamed(bins: readonly Bin[], claims: readonly Claim[]): boolean {
  for (const { rule, cores, memoryBytes } of claims) {
    if (rule.kind === 'any') continue;
    const parts = rule.kind === 'one' ? 1 : rule.nodes.length;
    for (const node of rule.nodes) {
      const bin = bins.find((one) => one.node === node);
      if (bin === undefined) return false;
      bin.cores -= cores / parts;
      bin.memoryBytes -= memoryBytes / parts;
      if (bin.cores < 0 || bin.memoryBytes < 0) return false;
    }
  }
  return true;
}

function needsMore(
  context: SearchContext,
  claims: readonly Claim[],
  room: Room,
  threads: 1 | 2,
  steps: Steps,
): boolean {
  const bins = binsOf(context, room, threads);
  const named = (claim: Claim): boolean =>
    claim.rule.kind === 'each' || (claim.rule.kind === 'one' && claim.rule.nodes.length === 1);
  // A node with several classes of cores has several bins: which of them is open.
  const single = new Set(bins.map(({ node }) => node)).size === bins.length;
  if (single && !takeNamed(bins, claims.filter(named))) return true;
  const rest = claims.filter((claim) => (single ? !named(claim) : claim.rule.kind !== 'each'));
  const looks = scarceMemory(context, claims, room).size > 0;
  const sized = (size: Size): Size => ({ cores: size.cores, memoryBytes: looks ? size.memoryBytes : 0 });
  return cannotFit(rest.map(sized), bins.map(sized), steps);
}

/** Whether it is proven that the claims cannot all have a place. */
export function hopeless(
  context: SearchContext,
  claims: readonly Claim[],
  room: Room,
  steps: Steps,
): boolean {
  if (needsMore(context, claims, room, 1, steps)) return true;
  const threaded = context.sparesThreads ? claims.filter(({ threads }) => threads === 2) : [];
  return threaded.length > 0 && needsMore(context, threaded, room, 2, steps);
}
