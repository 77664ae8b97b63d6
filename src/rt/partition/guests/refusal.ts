/** Why a guest or a reservation found no place, with numbers. */
import { counted, listed, pageText, planError, sizeText } from '../diagnostics.js';
import type { Machine } from '../machine.js';
import type { GuestRequest, Origin, PlanDiagnostic } from '../model.js';
import { choicesFor } from './choices.js';
import type { Claim } from './claim.js';
import type { SearchContext } from './context.js';
import { pagesNeeded } from './demand.js';
import { allowedNodes } from './node-rule.js';
import { usable, type Room } from './room.js';

export interface Refusal {
  readonly claim: Claim;
  /** Undefined for a reservation. */
  readonly guest?: GuestRequest;
  /** Whether the search was carried to its end. */
  readonly proven: boolean;
  /** What the others leave. */
  readonly room: Room;
  /** Whether the plan would have room for it without the former one; undefined: nothing was kept. */
  readonly replanHelps?: boolean;
  readonly origin: Origin;
}

interface NodeRoom {
  readonly node: number;
  readonly free: number;
}

/** What a class of cores is called: `cores`, or `P-cores` on a hybrid machine. */
function freeByNode(context: SearchContext, claim: Claim, room: Room): readonly NodeRoom[] {
  return allowedNodes(context.machine, claim).map((node) => {
    const counts = room.pools
      .filter((pool) => pool.node === node)
      .map((pool) => usable(pool, claim.threads).length);
    return { node, free: Math.max(0, ...counts) };
  });
}

/** Nodes that together hold the claim in equal parts: the fewest, the lowest of them. */
function spreading(claim: Claim, rooms: readonly NodeRoom[]): readonly number[] | undefined {
  for (let parts = 2; parts <= rooms.length; parts += 1) {
    if (claim.cores % parts !== 0) continue;
    const fitting = rooms.filter(({ free }) => free >= claim.cores / parts).slice(0, parts);
    if (fitting.length === parts) return fitting.map(({ node }) => node);
  }
  return undefined;
}

function hintFor(refusal: Refusal, rooms: readonly NodeRoom[]): string {
  const { claim, guest } = refusal;
  if (refusal.replanHelps === true) {
    return 'Use --replan, which ignores the former plan and moves other guests: it finds a place for it.';
  }
  const nodes = guest !== undefined && claim.rule.kind === 'any' ? spreading(claim, rooms) : undefined;
  const fewer =
    guest === undefined
      ? 'Reserve fewer CPUs'
      : nodes === undefined
        ? 'Give it fewer vCPUs'
        : `Write node: [${nodes.join(', ')}], which spreads it over several nodes; otherwise give it fewer vCPUs`;
  const without = refusal.replanHelps === false ? ' (--replan would not help)' : '';
  return `${fewer}, remove another guest, or use another host${without}.`;
}

/** A refusal that is not proven says so. */
function guess({ proven }: Refusal): string {
  return proven ? '' : ' (the search was stopped: there may be a way)';
}

function noCores(context: SearchContext, refusal: Refusal): PlanDiagnostic {
  const { claim, room } = refusal;
  const rooms = freeByNode(context, claim, room);
  const [kind = 'cores'] = context.machine.classNames;
  const part = claim.rule.kind === 'each' ? claim.cores / claim.rule.nodes.length : claim.cores;
  const shown = rooms
    .slice(0, 16)
    .map(({ node, free }) => `node ${node} has ${Math.min(free, part)} of ${part}`);
  const more = rooms.length > shown.length ? [`${rooms.length - shown.length} more nodes have no more`] : [];
  const where = claim.rule.kind === 'each' ? 'in each of its nodes' : 'in one node';
  const threads = claim.threads === 2 ? ' with two threads' : '';
  const free = listed([...shown, ...more]);
  const message = `${claim.name} needs ${counted(part, kind.replace(/s$/, ''), kind)}${threads} ${where}, and too few are free: ${free === '' ? 'no node has an isolated one' : free}${guess(refusal)}`;
  return planError('PLAN_NO_ROOM', refusal.origin, { message, hint: hintFor(refusal, rooms) });
}

function reserveText(machine: Machine, node: number, room: Room): string {
  const total = machine.nodeById.get(node)?.memoryBytes ?? 0;
  const left = Math.max(0, room.memory.get(node) ?? 0);
  return `${sizeText(total)} less the host's reserve and other guests leave ${sizeText(left)}`;
}

function noMemory(context: SearchContext, refusal: Refusal, guest: GuestRequest): PlanDiagnostic {
  const { claim, room } = refusal;
  const parts = claim.rule.kind === 'each' ? claim.rule.nodes.length : 1;
  const pages = Math.ceil((pagesNeeded(guest) ?? 0) / parts);
  const allowed = allowedNodes(context.machine, claim);
  const withPool = new Set(room.pools.map(({ node }) => node));
  const usableNodes = claim.cores === 0 ? allowed : allowed.filter((node) => withPool.has(node));
  const nodes = new Set(usableNodes.flatMap((node) => context.memoryNodes.get(node) ?? []));
  const shown = [...nodes]
    .sort((a, b) => a - b)
    .map((node) => {
      const fitting = Math.max(0, Math.floor((room.memory.get(node) ?? 0) / guest.pageBytes));
      return `node ${node} has room for ${Math.min(fitting, pages)} of ${pages} (${reserveText(context.machine, node, room)})`;
    });
  const found = shown.length === 0 ? 'no node has memory for guests' : listed(shown);
  const message = `${guest.name} needs ${counted(pages, 'page')} of ${pageText(guest.pageBytes)} for its ${sizeText(guest.memoryBytes ?? 0)}: ${found}${guess(refusal)}`;
  const replan = refusal.replanHelps === true ? ', or use --replan, which finds a place for it' : '';
  const hint = `Give it less memory, or lower rt_partition.memory_reserve of the host${replan}.`;
  return planError('MEM_NODE', [...refusal.origin, 'memory'], { message, hint });
}

/** The kernel can know CPUs without knowing their node. */
function noNode({ claim, origin }: Refusal): PlanDiagnostic {
  const message = `${claim.name} needs a NUMA node with CPUs, and the machine has none`;
  const hint = 'Look at /sys/devices/system/node of the host: no cpulist there names an online CPU.';
  return planError('PLAN_NO_ROOM', origin, { message, hint });
}

export function refusalText(context: SearchContext, refusal: Refusal): PlanDiagnostic {
  const { claim, guest, room } = refusal;
  const [elsewhere] = choicesFor(context, { ...claim, memoryBytes: 0 }, room);
  if (elsewhere !== undefined && guest !== undefined) return noMemory(context, refusal, guest);
  return claim.cores === 0 ? noNode(refusal) : noCores(context, refusal);
}
