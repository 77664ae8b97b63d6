/** The caches that can be allocated, and what one bit of a mask is worth in each. */
import { intersectCpus } from '../../cpus/cpu-list.js';
import type { Cache, CacheResource, Resctrl, Topology } from '../../topology/model.js';

/** One cache (`L3` with id 1) and what is known of it. */
export interface CacheDomain {
  readonly id: number;
  readonly cache: Cache;
  /** Bytes of one bit: the kernel divides the size by the length of the mask and drops the rest. 0: it gives no size. */
  readonly bitBytes: number;
  /** NUMA nodes that share it (sub-NUMA clusters). To a guest in one of them a bit is worth its part. */
  readonly nodes: number;
}

/** What `L3`, or `L3CODE` and `L3DATA` together, offer. */
export interface CacheControl {
  readonly level: number;
  /** As schemata names them: one, or data and code with CDP. */
  readonly names: readonly string[];
  readonly cdp: boolean;
  readonly maskBits: number;
  readonly minBits: number;
  readonly shareable: bigint;
  readonly sparse: boolean;
  readonly domains: readonly CacheDomain[];
}

function nodesOf(topology: Topology, cache: Cache): number {
  if (cache.level !== 3) return 1;
  const sharing = topology.nodes.filter(({ cpus }) => intersectCpus(cpus, cache.cpus).length > 0);
  return Math.max(sharing.length, 1);
}

function controlOf(
  topology: Topology,
  level: number,
  resources: readonly CacheResource[],
): CacheControl | undefined {
  const [first] = resources;
  if (first === undefined) return undefined;
  const caches = topology.caches.filter((cache) => cache.level === level && cache.type === 'Unified');
  const domains = caches.flatMap((cache): readonly CacheDomain[] =>
    cache.id === undefined
      ? []
      : [
          {
            id: cache.id,
            cache,
            bitBytes: Math.floor(cache.sizeBytes / first.maskBits),
            nodes: nodesOf(topology, cache),
          },
        ],
  );
  return {
    level,
    names: resources.map(({ name }) => name),
    cdp: resources.length > 1,
    maskBits: first.maskBits,
    minBits: Math.max(...resources.map(({ minBits }) => minBits)),
    shareable: resources.reduce((bits, { shareable }) => bits | shareable, 0n),
    sparse: resources.every(({ sparse }) => sparse),
    domains: [...domains].sort((a, b) => a.id - b.id),
  };
}

/** L3 before L2, data before code. */
export function cacheControls(topology: Topology, resctrl: Resctrl): readonly CacheControl[] {
  return [3, 2].flatMap((level) => {
    const names = [`L${level}`, `L${level}DATA`, `L${level}CODE`];
    const resources = names.flatMap((name) => resctrl.resources.find((one) => one.name === name) ?? []);
    return controlOf(topology, level, resources) ?? [];
  });
}
