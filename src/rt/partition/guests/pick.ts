/** Which cores of a node a guest gets: those of one cache where they fit, else of as few as can be. */
import type { MachineCore } from '../machine.js';

export interface Picked {
  readonly cores: readonly MachineCore[];
  readonly why: string;
}

interface Domain {
  readonly free: readonly MachineCore[];
  readonly hasHousekeeping: boolean;
}

export interface PickWish {
  readonly count: number;
  readonly avoidsHousekeeping: boolean;
  /** Come first, as far as they are free. */
  readonly old: readonly MachineCore[];
  /** Cache domains with housekeeping CPUs. */
  readonly housekeepingDomains: ReadonlySet<string>;
}

/** Ascending by their lowest free core, because the cores are. */
function domainsOf(free: readonly MachineCore[], housekeeping: ReadonlySet<string>): readonly Domain[] {
  const domains = new Map<string, MachineCore[]>();
  for (const core of free) {
    const members = domains.get(core.cacheDomain);
    if (members) members.push(core);
    else domains.set(core.cacheDomain, [core]);
  }
  return [...domains].map(([name, members]) => ({
    free: members,
    hasHousekeeping: housekeeping.has(name),
  }));
}

function lowest(domain: Domain): number {
  return domain.free[0]?.name ?? 0;
}

/** By the rules of one cache that is large enough, and of several. */
function byDomains(free: readonly MachineCore[], count: number, wish: PickWish): Picked {
  const shy = (domain: Domain): number => (wish.avoidsHousekeeping && domain.hasHousekeeping ? 1 : 0);
  const domains = domainsOf(free, wish.housekeepingDomains);
  const [fitting] = domains
    .filter((domain) => domain.free.length >= count)
    .sort((a, b) => shy(a) - shy(b) || a.free.length - b.free.length || lowest(a) - lowest(b));
  if (fitting) {
    const rest = fitting.free.length - count;
    const beside = fitting.hasHousekeeping ? ', beside housekeeping CPUs' : '';
    const why = `the cache with the smallest rest that holds all of its cores (${rest} stay free)${beside}`;
    return { cores: fitting.free.slice(0, count), why };
  }
  const all = [...domains]
    .sort((a, b) => shy(a) - shy(b) || b.free.length - a.free.length || lowest(a) - lowest(b))
    .flatMap((domain) => domain.free);
  return { cores: all.slice(0, count), why: 'no cache holds all of its cores: the emptiest caches first' };
}

/** `count` of the free cores, of which there are enough. */
export function pickCores(free: readonly MachineCore[], wish: PickWish): Picked {
  const { count } = wish;
  const kept = free.filter((core) => wish.old.includes(core)).slice(0, count);
  if (kept.length === 0) return byDomains(free, count, wish);
  if (kept.length === count) return { cores: kept, why: 'the lowest of its former cores' };
  const domains = new Set(kept.map(({ cacheDomain }) => cacheDomain));
  const others = free.filter((core) => !kept.includes(core));
  const near = others.filter(({ cacheDomain }) => domains.has(cacheDomain)).slice(0, count - kept.length);
  const missing = count - kept.length - near.length;
  const far = others.filter((core) => !near.includes(core));
  const more = missing === 0 ? [] : byDomains(far, missing, wish).cores;
  return { cores: [...kept, ...near, ...more], why: 'all of its former cores, and more beside them' };
}

/** Cores with one thread first: those with two may be needed by a guest with `threads: 2`. */
export function pickSingleThreaded(free: readonly MachineCore[], wish: PickWish): Picked {
  const single = free.filter(({ cpus }) => cpus.length === 1);
  const rest = wish.count - single.length;
  const why = 'cores with one thread first, since others need two';
  if (rest <= 0) return { cores: pickCores(single, wish).cores, why };
  const more = pickCores(
    free.filter(({ cpus }) => cpus.length > 1),
    { ...wish, count: rest },
  );
  return { cores: [...single, ...more.cores], why };
}
