/**
 * Where a guest without a core of its own can go. All of its vCPUs share housekeeping CPUs; it has a node for its memory, and for
 * the choice of these CPUs.
 */
import { counted, listed } from '../diagnostics.js';
import type { Claim } from './claim.js';
import type { Choice, SearchContext } from './context.js';
import { allowedNodes } from './node-rule.js';
import { hasMemory, withoutMemory, type Room } from './room.js';

function freeCores(room: Room, node: number): number {
  return room.pools.reduce((sum, pool) => sum + (pool.node === node ? pool.free.length : 0), 0);
}

/** What is left with an equal part of the memory taken for each node; undefined: there is too little. */
function withMemoryTaken(
  context: SearchContext,
  { memoryBytes }: Claim,
  nodes: readonly number[],
  start: Room,
): Room | undefined {
  const bytes = memoryBytes / nodes.length;
  let room = start;
  for (const node of nodes) {
    const memoryNode = context.memoryNodes.get(node);
    if (!hasMemory(room, memoryNode, bytes)) return undefined;
    room = withoutMemory(room, memoryNode, bytes);
  }
  return room;
}

function nodeReason({ oldNodes }: Claim, node: number, free: number, places: number): string {
  if (oldNodes.includes(node)) return `node ${node}, where it was before`;
  if (places === 1) return `node ${node}, the only place where it fits`;
  const cores = free === 0 ? 'without a free core' : `with ${counted(free, 'free core')}`;
  return `node ${node} ${cores}, the fewest of the ${places} places where it fits`;
}

const sharing = 'no core of its own: all of its vCPUs share housekeeping CPUs';

/** The former node first, then the one with the fewest free cores, then the lowest: as for guests with cores. */
export function* choicesWithoutCores(context: SearchContext, claim: Claim, room: Room): Generator<Choice> {
  const { rule, oldNodes } = claim;
  if (rule.kind === 'each') {
    const { nodes } = rule;
    const left = withMemoryTaken(context, claim, nodes, room);
    const where = `the nodes ${listed(nodes.map(String))}, as asked for`;
    if (left) yield { cores: [], nodes, why: [where, sharing], room: left };
    return;
  }
  const places = allowedNodes(context.machine, claim)
    .flatMap((node) => {
      const left = withMemoryTaken(context, claim, [node], room);
      return left ? [{ node, left, free: freeCores(room, node) }] : [];
    })
    .sort(
      (a, b) =>
        Number(oldNodes.includes(b.node)) - Number(oldNodes.includes(a.node)) ||
        a.free - b.free ||
        a.node - b.node,
    );
  for (const { node, left, free } of places) {
    yield {
      cores: [],
      nodes: [node],
      why: [nodeReason(claim, node, free, places.length), sharing],
      room: left,
    };
  }
}
