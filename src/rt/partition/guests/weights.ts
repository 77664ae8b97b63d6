/**
 * A quick proof that items do not fit into bins: give each size a weight. If all items together weigh more than the heaviest sets
 * that each bin can hold, they do not fit. Any weights are right; good ones are looked for by raising those of sizes that these
 * sets have too few of (the subgradient method on the dual of Gilmore and Gomory's cutting stock program). All numbers are whole.
 */

/** Steps that may still be made; shared by several questions, and counted instead of time so that plans can be repeated. */
export interface Steps {
  left: number;
}

export interface Group {
  readonly cores: number;
  readonly count: number;
}

/** Bins of one size. */
export type Bins = ReadonlyMap<number, number>;

interface Heaviest {
  readonly weight: number;
  /** How many items of each group are in the set. */
  readonly taken: readonly number[];
}

/** The heaviest set of items that a bin of this size can hold. */
function heaviest(groups: readonly Group[], weights: readonly number[], size: number): Heaviest {
  let best = Array.from({ length: size + 1 }, () => 0);
  const chosen = groups.map(({ cores, count }, index) => {
    const weight = weights[index] ?? 0;
    const before = best;
    const taken = before.map(() => 0);
    best = before.map((alone, free) => {
      let most = alone;
      for (let items = 1; items <= count && items * cores <= free; items += 1) {
        const together = (before[free - items * cores] ?? 0) + items * weight;
        if (together > most) [most, taken[free]] = [together, items];
      }
      return most;
    });
    return taken;
  });
  let free = size;
  const taken = groups.map(() => 0);
  for (let index = groups.length - 1; index >= 0; index -= 1) {
    taken[index] = chosen[index]?.[free] ?? 0;
    free -= (taken[index] ?? 0) * (groups[index]?.cores ?? 0);
  }
  return { weight: best[size] ?? 0, taken };
}

const rounds = 60;
/** What a round counts for each group and size of bin. */
const stepsEach = 1;
const scale = 1000;

/** Whether weights are found that prove it. */
export function weighTooMuch(groups: readonly Group[], bins: Bins, steps: Steps): boolean {
  let weights = groups.map(({ cores }) => cores * scale);
  for (let round = 1; round <= rounds && steps.left > 0; round += 1) {
    steps.left -= groups.length * bins.size * stepsEach;
    const sets = [...bins].map(([size, count]) => ({ count, ...heaviest(groups, weights, size) }));
    const all = groups.reduce((total, { count }, index) => total + count * (weights[index] ?? 0), 0);
    if (all > sets.reduce((total, { weight, count }) => total + weight * count, 0)) return true;
    const missing = groups.map(
      ({ count }, index) =>
        count - sets.reduce((total, set) => total + (set.taken[index] ?? 0) * set.count, 0),
    );
    const most = Math.max(...missing.map(Math.abs));
    if (most === 0) return false;
    const step = (2 * scale) / (round * most) + scale / (10 * most);
    weights = weights.map((weight, index) => Math.max(0, weight + Math.round(step * (missing[index] ?? 0))));
  }
  return false;
}
