/** Which cores share a last-level cache. */
import type { Cache, Core } from '../topology/model.js';

/** The cache that each CPU has at a level, by the cache's lowest CPU. Instruction caches are not of interest. */
function atLevel(caches: readonly Cache[], level: number): ReadonlyMap<number, number> {
  return new Map(
    caches
      .filter((cache) => cache.level === level && cache.type !== 'Instruction')
      .flatMap((cache) => cache.cpus.map((cpu) => [cpu, cache.cpus[0] ?? cpu] as const)),
  );
}

/**
 * A text for each core that is the same for cores of one L3; for a core without L3 of one L2; without cache data of one
 * package.
 */
export function cacheDomains(cores: readonly Core[], caches: readonly Cache[]): readonly string[] {
  const [l3, l2] = [atLevel(caches, 3), atLevel(caches, 2)];
  return cores.map((core) => {
    const cpu = core.cpus[0] ?? 0;
    const [third, second] = [l3.get(cpu), l2.get(cpu)];
    if (third !== undefined) return `L3 of CPU ${third}`;
    return second === undefined ? `package ${core.package}` : `L2 of CPU ${second}`;
  });
}
