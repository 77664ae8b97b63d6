/**
 * Exact placement: all choices of all claims in lexicographic order, the first that works for all is taken. Cores within a
 * node are alike as far as others still fit, so a state is how many are free in each node; states that failed are remembered.
 */
import { isDeepStrictEqual } from 'node:util';
import { choicesFor } from './choices.js';
import type { MachineCore } from '../machine.js';
import type { Claim, Placement } from './claim.js';
import type { Choice, SearchContext } from './context.js';
import { follow, outlook, scarceMemory, type Outlook, type Packing } from './outlook.js';
import type { Steps } from './packing/sizes.js';
import type { Room } from './room.js';

export interface Found {
  readonly placements: readonly Placement[];
  readonly room: Room;
}

/**
 * So many failed states, and a search ends: packing is hard, and a plan has to take less than a second. The answer is then said
 * to be a guess. All searches of a plan share `allStates`, but each may try a few.
 */
const mostStates = 200;
const allStates = 400;
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
  // A claim of no core may be on a node without a pool.
  const pooled = new Set(room.pools.map(({ node }) => search.context.memoryNodes.get(node)));
  const others = [...search.scarce]
    .filter((node) => !pooled.has(node))
    .map((node) => `${node}=${room.memory.get(node) ?? 0}`);
  return [index, ...pools.sort(), ...others].join(' ');
}

/** What the packing that led here still says, else a new one. */
function outlookAt(search: Search, index: number, room: Room, known: Packing | undefined): Outlook {
  return known ?? outlook(search.context, search.claims.slice(index), room, search.steps);
}

function poolOf(room: Room, [core]: readonly MachineCore[]): number {
  return room.pools.findIndex(({ node, coreClass }) => node === core?.node && coreClass === core.coreClass);
}

/** @param known A packing of the claims from `index` on into this room. */
function searchFrom(
  search: Search,
  index: number,
  room: Room,
  known: Packing | undefined,
): readonly Choice[] | undefined {
  const claim = search.claims[index];
  if (claim === undefined) return [];
  const key = keyOf(search, index, room);
  if (search.failed.has(key) || search.failed.size >= search.most) return undefined;
  const found = tryChoices(search, index, room, choicesFor(search.context, claim, room), known);
  if (found === undefined) search.failed.add(key);
  return found;
}

function tryChoices(
  search: Search,
  index: number,
  room: Room,
  choices: Iterable<Choice>,
  known: Packing | undefined,
): readonly Choice[] | undefined {
  const claim = search.claims[index];
  const packing = outlookAt(search, index, room, known);
  if (packing === false || claim === undefined) return undefined;
  for (const choice of choices) {
    const next = packing && follow(packing, claim, poolOf(room, choice.cores));
    const rest = searchFrom(search, index + 1, choice.room, next);
    if (rest) return [choice, ...rest];
  }
  return undefined;
}

/** How many of the choices made so far can stay, as far as is known: more of them are proven to leave no room. */
function depthToKeep(search: Search, start: Room, made: readonly Choice[]): number {
  const hopeless = (depth: number): boolean =>
    outlookAt(search, depth, made[depth - 1]?.room ?? start, undefined) === false;
  if (hopeless(0)) return -1;
  let [kept, lost] = [0, made.length + 1];
  while (lost - kept > 1) {
    const middle = Math.floor((kept + lost) / 2);
    if (hopeless(middle)) lost = middle;
    else kept = middle;
  }
  return kept;
}

/** The choices after one that was made, in a claim's order. */
function* after(choices: Iterable<Choice>, made: Choice): Generator<Choice> {
  let passed = false;
  for (const choice of choices) {
    if (passed) yield choice;
    else
      passed =
        isDeepStrictEqual(choice.nodes, made.nodes) &&
        choice.cores.every((core, index) => core === made.cores[index]);
  }
}

/**
 * The first solution of all claims, from the first solution of all but the last: what comes before that one leads nowhere for them,
 * so it leads nowhere for all.
 */
function searchOn(search: Search, start: Room, made: readonly Choice[]): readonly Choice[] | undefined {
  for (let depth = depthToKeep(search, start, made); depth >= 0; depth -= 1) {
    const room = made[depth - 1]?.room ?? start;
    const [claim, done] = [search.claims[depth], made[depth]];
    // All of them can stay, and the last claim has no place then.
    if (claim === undefined || done === undefined) continue;
    const choices = after(choicesFor(search.context, claim, room), done);
    const rest = tryChoices(search, depth, room, choices, undefined);
    if (rest) return [...made.slice(0, depth), ...rest];
    if (search.failed.size >= search.most) return undefined;
  }
  return undefined;
}

function placements(claims: readonly Claim[], choices: readonly Choice[]): readonly Placement[] {
  return claims.flatMap((claim, index) => {
    const choice = choices[index];
    if (choice === undefined) return [];
    const cores = [...choice.cores].sort((a, b) => a.name - b.name);
    return [{ claim, cores, nodes: choice.nodes, why: choice.why }];
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
    const found = searchOn(search, start, choices);
    tried += search.failed.size;
    if (found) [accepted, choices, room] = [more, found, found.at(-1)?.room ?? room];
    else refused.push({ claim, proven: search.failed.size < most, room });
  }
  return { placements: placements(accepted, choices), room, refused };
}
