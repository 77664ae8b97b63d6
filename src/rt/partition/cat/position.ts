/** Where in a cache's mask a group is, and what is left for the default group. */
import { bitRun, bitsIn, runsIn } from './mask.js';

export interface MaskSpace {
  readonly maskBits: number;
  readonly minBits: number;
  /** Bits that devices use too: no group of ours takes them. */
  readonly shareable: bigint;
}

/** Groups grow from the end that is away from the shareable bits: from the top only where these are at the bottom alone. */
export function growsFromTop({ maskBits, shareable }: MaskSpace): boolean {
  const top = 1n << BigInt(maskBits - 1);
  return (shareable & 1n) !== 0n && (shareable & top) === 0n;
}

/** Ways that the default group needs. */
export function defaultNeeds({ minBits }: MaskSpace): number {
  return Math.max(minBits, 2);
}

/** The fewest ways that a mask may have. */
export function leastWays({ minBits }: Pick<MaskSpace, 'minBits'>): number {
  return Math.max(minBits, 1);
}

/**
 * The longest run of free bits that holds the shareable ones; of equals the one away from where groups grow. Where no run holds all
 * shareable bits (groups of others are between them), the run that holds most.
 */
export function defaultMask(space: MaskSpace, taken: bigint): bigint {
  const free = bitRun(0, space.maskBits) & ~taken;
  const runs = runsIn(free).map(({ start, count }) => ({ mask: bitRun(start, count), start, count }));
  const fromTop = growsFromTop(space);
  const best = runs.reduce<(typeof runs)[number] | undefined>((found, run) => {
    if (found === undefined) return run;
    const more = bitsIn(run.mask & space.shareable) - bitsIn(found.mask & space.shareable);
    if (more !== 0) return more > 0 ? run : found;
    if (run.count !== found.count) return run.count > found.count ? run : found;
    return fromTop ? found : run;
  }, undefined);
  return best?.mask ?? 0n;
}

/** Whether the default group still has what it needs. */
export function leavesEnough(space: MaskSpace, taken: bigint): boolean {
  return bitsIn(defaultMask(space, taken)) >= defaultNeeds(space);
}

/** The first position, from the growing end, of `ways` free bits that leaves the default group what it needs. */
export function firstFit(space: MaskSpace, taken: bigint, ways: number): bigint | undefined {
  const last = space.maskBits - ways;
  const fromTop = growsFromTop(space);
  for (let step = 0; step <= last; step += 1) {
    const mask = bitRun(fromTop ? last - step : step, ways);
    if ((mask & (taken | space.shareable)) !== 0n) continue;
    if (leavesEnough(space, taken | mask)) return mask;
  }
  return undefined;
}

/** The most ways that a further group of at least `least` ways could have; 0: none. */
export function mostWays(space: MaskSpace, taken: bigint, least = leastWays(space)): number {
  for (let ways = space.maskBits; ways >= least; ways -= 1) {
    if (firstFit(space, taken, ways) !== undefined) return ways;
  }
  return 0;
}

/** The largest mask that a further group could have in each run of free bits. Each alone leaves the default group what it needs. */
export function freeMasks(space: MaskSpace, taken: bigint): readonly bigint[] {
  const fromTop = growsFromTop(space);
  const free = bitRun(0, space.maskBits) & ~(taken | space.shareable);
  return runsIn(free).flatMap(({ start, count }) => {
    for (let ways = count; ways >= leastWays(space); ways -= 1) {
      const mask = bitRun(fromTop ? start + count - ways : start, ways);
      if (leavesEnough(space, taken | mask)) return [mask];
    }
    return [];
  });
}
