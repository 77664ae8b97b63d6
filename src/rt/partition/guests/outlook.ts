/**
 * What can be said of claims before any of them is placed: where memory can run short at all, and whether they can all fit. Both
 * leave rules out (two threads, shared memory, core classes), so a "no" is right, and without one they may still not fit.
 */
import type { Claim } from './claim.js';
import type { SearchContext } from './context.js';
import { pack } from './packing/packing.js';
import { sizeKey, sum, type Size, type Steps } from './packing/sizes.js';
import { usable, type Room } from './room.js';
import { choicesWithoutCores } from './without-cores.js';

function needsCores({ cores }: Claim): boolean {
  return cores > 0;
}

function memoryOf(claims: readonly Claim[]): number {
  return sum(claims.map(({ memoryBytes }) => memoryBytes));
}

/**
 * The most bytes that claims can bring along into so many cores, the last one in part.
 * @param claims The greediest first.
 */
function mostMemory(claims: readonly Claim[], cores: number): number {
  let left = cores;
  let bytes = 0;
  for (const claim of claims) {
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
  const greedy = claims.filter(needsCores).sort((a, b) => b.memoryBytes * a.cores - a.memoryBytes * b.cores);
  const without = memoryOf(claims.filter((claim) => !needsCores(claim)));
  const scarce = [...cores].filter(
    ([node, count]) => without + mostMemory(greedy, count) > (room.memory.get(node) ?? 0),
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

/** A way to pack claims, in numbers alone. */
export interface Packing {
  /** For each pool what it has for claims that name no node, and which of them it gets. */
  readonly pools: readonly { readonly size: Size; readonly items: readonly Size[] }[];
  /** Whether memory is looked at. */
  readonly memory: boolean;
  /** Whether claims that name their nodes are left out, because their part is taken off. */
  readonly withoutNamed: boolean;
}

/** False: proven to have no place. Undefined: not decided. */
export type Outlook = Packing | false | undefined;

function named({ rule }: Claim): boolean {
  return rule.kind === 'each' || (rule.kind === 'one' && rule.nodes.length === 1);
}

function outlookFor(
  context: SearchContext,
  claims: readonly Claim[],
  room: Room,
  threads: 1 | 2,
  steps: Steps,
): Outlook {
  const bins = binsOf(context, room, threads);
  // A node with several classes of cores has several bins: which of them is open.
  const single = new Set(bins.map(({ node }) => node)).size === bins.length;
  if (single && !takeNamed(bins, claims.filter(named))) return false;
  const rest = claims.filter((claim) => (single ? !named(claim) : claim.rule.kind !== 'each'));
  const memory = scarceMemory(context, claims, room).size > 0;
  const sized = ({ cores, memoryBytes }: Size): Size => ({ cores, memoryBytes: memory ? memoryBytes : 0 });
  const sizes = bins.map(sized);
  const packed = pack(rest.map(sized), sizes, steps);
  if (packed === undefined || packed === false) return packed;
  const pools = sizes.map((size, index) => ({ size, items: packed[index] ?? [] }));
  return { pools, memory, withoutNamed: single };
}

/** Whether claims of no core are proven to have too little memory: one of them alone, or all together. */
function lackMemory(context: SearchContext, claims: readonly Claim[], room: Room): boolean {
  const left = sum([...room.memory.values()].map((bytes) => Math.max(0, bytes)));
  return (
    memoryOf(claims) > left ||
    claims.some((claim) => choicesWithoutCores(context, claim, room).next().done === true)
  );
}

/** What can be said of all claims together. Those of no core are not packed. */
export function outlook(context: SearchContext, all: readonly Claim[], room: Room, steps: Steps): Outlook {
  const claims = all.filter(needsCores);
  const without = all.filter((claim) => !needsCores(claim));
  if (lackMemory(context, without, room)) return false;
  const threaded = context.sparesThreads ? claims.filter(({ threads }) => threads === 2) : [];
  if (threaded.length > 0 && outlookFor(context, threaded, room, 2, steps) === false) return false;
  return outlookFor(context, claims, room, 1, steps);
}

/**
 * What is left of a packing when a claim has got its place in a pool: pools of one size can be exchanged. Undefined: the packing
 * says nothing of it.
 */
export function follow(packing: Packing, claim: Claim, pool: number): Packing | undefined {
  if (!needsCores(claim) || (packing.withoutNamed && named(claim))) return packing;
  const item = { cores: claim.cores, memoryBytes: packing.memory ? claim.memoryBytes : 0 };
  const here = packing.pools[pool];
  const key = sizeKey(item);
  const other = packing.pools.findIndex(
    ({ size, items }) =>
      here !== undefined && sizeKey(size) === sizeKey(here.size) && items.some((one) => sizeKey(one) === key),
  );
  const there = packing.pools[other];
  if (here === undefined || there === undefined) return undefined;
  const at = there.items.findIndex((one) => sizeKey(one) === key);
  const size = {
    cores: here.size.cores - item.cores,
    memoryBytes: here.size.memoryBytes - item.memoryBytes,
  };
  const pools = packing.pools
    .with(other, { size: there.size, items: here.items })
    .with(pool, { size, items: there.items.toSpliced(at, 1) });
  return { ...packing, pools };
}
