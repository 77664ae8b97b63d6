/**
 * Exact placement: all choices of all claims in lexicographic order, the first that works for all is taken. Cores within a
 * node are alike as far as others still fit, so a state is how many are free in each node; states that failed are remembered.
 */
import { isDeepStrictEqual } from 'node:util';
import { choicesFor, type Choice, type SearchContext } from './choices.js';
import type { Claim, Placement } from './claim.js';
import { hopeless, scarceMemory } from './hopeless.js';
import type { Steps } from './weights.js';
import type { Room } from './room.js';

export interface Found {
  readonly placements: readonly Placement[];
  readonly room: Room;
}

/**
 * So many failed states, and a search ends: packing is hard, and a plan has to take less than a second. The answer is then said
 * to be a guess. All searches of a plan share `allStates`, but each may try a few.
 */
const mostStates = 500;
const allStates = 1000;
const leastStates = 10;

/** Steps of the proofs that claims cannot fit, for all searches of a plan; after them the states alone decide. */
const mostSteps = 400_000;

interface Search {
  readonly context: SearchContext;
  readonly claims: readonly Claim[];
  readonly failed: Set<string>;
  readonly most: number;
  /** What a node is called in a state's key: nodes of the same name can be exchanged. */
  readonly label: ReadonlyMap<number, string>;
  /** Nodes whose memory can run short: that of others is not a part of a state. */
  readonly scarce: ReadonlySet<number>;
  readonly steps: Steps;
}

/** A node that a claim names, or that shares its memory with another, cannot be exchanged with any. */
function labels(context: SearchContext, claims: readonly Claim[]): ReadonlyMap<number, string> {
  const named = new Set(claims.flatMap(({ rule }) => (rule.kind === 'any' ? [] : rule.nodes)));
  const users = new Map<number, number>();
  for (const memory of context.memoryNodes.values()) {
    if (memory !== undefined) users.set(memory, (users.get(memory) ?? 0) + 1);
  }
  const hybrid = context.machine.classNames.length > 1;
  return new Map(
    context.machine.nodes.map(({ id }) => {
      const memory = context.memoryNodes.get(id);
      const shared = memory !== undefined && (users.get(memory) ?? 0) > 1;
      return [id, hybrid || shared || named.has(id) ? String(id) : ''];
    }),
  );
}

function keyOf(search: Search, index: number, room: Room): string {
  const pools = room.pools.map(({ node, coreClass, free }) => {
    const double = search.context.sparesThreads ? free.filter(({ cpus }) => cpus.length > 1).length : 0;
    const memoryNode = search.context.memoryNodes.get(node) ?? -1;
    const memory = search.scarce.has(memoryNode) ? (room.memory.get(memoryNode) ?? 0) : '';
    return `${search.label.get(node) ?? ''}/${coreClass}/${free.length}/${double}/${memory}`;
  });
  return `${index} ${pools.sort().join(' ')}`;
}

function searchFrom(search: Search, index: number, room: Room): readonly Choice[] | undefined {
  const claim = search.claims[index];
  if (claim === undefined) return [];
  const key = keyOf(search, index, room);
  if (search.failed.has(key) || search.failed.size >= search.most) return undefined;
  if (!hopeless(search.context, search.claims.slice(index), room, search.steps)) {
    for (const choice of choicesFor(search.context, claim, room)) {
      const rest = searchFrom(search, index + 1, choice.room);
      if (rest) return [choice, ...rest];
    }
  }
  search.failed.add(key);
  return undefined;
}

function placements(claims: readonly Claim[], choices: readonly Choice[]): readonly Placement[] {
  return claims.flatMap((claim, index) => {
    const choice = choices[index];
    if (choice === undefined) return [];
    const cores = [...choice.cores].sort((a, b) => a.name - b.name);
    return [{ claim, cores, why: choice.why }];
  });
}

export interface Placed extends Found {
  /** Claims that fit nowhere, whatever is chosen for those before them. */
  readonly refused: readonly { readonly claim: Claim; readonly proven: boolean; readonly room: Room }[];
}

/** Whether a claim cannot fit where the other did not, since it asks for as much or more. */
function asksAsMuch(claim: Claim, other: Claim): boolean {
  return (
    (other.rule.kind === 'any' ? claim.rule.kind !== 'each' : isDeepStrictEqual(claim.rule, other.rule)) &&
    claim.cores >= other.cores &&
    claim.memoryBytes >= other.memoryBytes &&
    claim.threads >= other.threads
  );
}

/**
 * Places the claims in their order. A claim that cannot be placed together with those before it is refused, and the rest is
 * placed all the same.
 */
export function placeClaims(context: SearchContext, claims: readonly Claim[], start: Room): Placed {
  let accepted: readonly Claim[] = [];
  let choices: readonly Choice[] = [];
  let room = start;
  let tried = 0;
  const steps = { left: mostSteps };
  const refused: { claim: Claim; proven: boolean; room: Room }[] = [];
  for (const claim of claims) {
    // The first solution of those before, if it leaves room: then it is the beginning of the first solution of all.
    const [direct] = choicesFor(context, claim, room);
    if (direct) {
      [accepted, choices, room] = [[...accepted, claim], [...choices, direct], direct.room];
      continue;
    }
    const before = refused.find((one) => asksAsMuch(claim, one.claim));
    if (before) {
      refused.push({ claim, proven: before.proven, room });
      continue;
    }
    const more = [...accepted, claim];
    const most = Math.max(leastStates, Math.min(mostStates, allStates - tried));
    const search = {
      context,
      claims: more,
      failed: new Set<string>(),
      most,
      label: labels(context, more),
      scarce: scarceMemory(context, more, start),
      steps,
    };
    const found = searchFrom(search, 0, start);
    tried += search.failed.size;
    if (found) [accepted, choices, room] = [more, found, found.at(-1)?.room ?? room];
    else refused.push({ claim, proven: search.failed.size < most, room });
  }
  return { placements: placements(accepted, choices), room, refused };
}
