/** What is free: isolated cores by node and class, and memory by node. Immutable; taking gives a new room. */
import { nodesByDistance, type Machine, type MachineCore } from '../machine.js';

/** Cores that are alike to a guest: of one node and one class. */
export interface Pool {
  readonly node: number;
  readonly coreClass: number;
  /** Free ones, ascending. */
  readonly free: readonly MachineCore[];
}

export interface Room {
  /** By class, then by node. */
  readonly pools: readonly Pool[];
  /** Bytes left for guests on each node with memory; below 0 where more is promised than there is. */
  readonly memory: ReadonlyMap<number, number>;
}

/** The node whose memory a guest on this node gets: itself, else the nearest with memory for guests. */
export function memoryNodeOf(machine: Machine, node: number): number | undefined {
  return nodesByDistance(machine, node).find(({ normalMemory }) => normalMemory)?.id;
}

/** @param free Cores that guests may have, ascending. Those without a node host none. */
export function roomOf(machine: Machine, free: readonly MachineCore[], reserveBytes: number): Room {
  const pools = new Map<string, { node: number; coreClass: number; free: MachineCore[] }>();
  for (const core of free) {
    const { node, coreClass } = core;
    if (node === undefined || !machine.nodeById.has(node)) continue;
    const key = `${coreClass} ${node}`;
    const pool = pools.get(key) ?? { node, coreClass, free: [] };
    pool.free.push(core);
    pools.set(key, pool);
  }
  const memory = machine.nodes
    .filter(({ normalMemory }) => normalMemory)
    .map(({ id, memoryBytes }) => [id, Math.max(0, memoryBytes - reserveBytes)] as const);
  return {
    pools: [...pools.values()].sort((a, b) => a.coreClass - b.coreClass || a.node - b.node),
    memory: new Map(memory),
  };
}

export function withoutCores(room: Room, taken: readonly MachineCore[]): Room {
  const gone = new Set(taken);
  const pools = room.pools.map((pool) =>
    pool.free.some((core) => gone.has(core))
      ? { ...pool, free: pool.free.filter((core) => !gone.has(core)) }
      : pool,
  );
  return { ...room, pools };
}

export function withoutMemory(room: Room, node: number | undefined, bytes: number): Room {
  if (node === undefined || bytes === 0) return room;
  const memory = new Map(room.memory);
  memory.set(node, (memory.get(node) ?? 0) - bytes);
  return { ...room, memory };
}

/** Whether the memory is there. Without a node that has memory for guests, only a guest that asks for none fits. */
export function hasMemory(room: Room, node: number | undefined, bytes: number): boolean {
  if (bytes === 0) return true;
  return node !== undefined && (room.memory.get(node) ?? 0) >= bytes;
}

/** The free cores of a pool that have so many threads. */
export function usable(pool: Pool, threads: 1 | 2): readonly MachineCore[] {
  return threads === 1 ? pool.free : pool.free.filter(({ cpus }) => cpus.length >= 2);
}
