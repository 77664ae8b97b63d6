/** The heaviest set of weighted items for every size of bin at once, by dynamic programming. */
import { sum, type Kind, type Size, type Steps } from './sizes.js';

/** Sizes in whole units: one core, and a part of the memory. */
export interface Units {
  readonly cores: number;
  readonly memory: number;
}

export interface UnitKind extends Units {
  readonly count: number;
}

/** Memory is looked at in so many parts at most: more take time, and fewer prove less. */
const mostParts = 64;

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/**
 * Sizes in units. Where memory does not divide into few enough, all are rounded down: what fits still fits, so a proof that it does
 * not holds.
 */
export function inUnits(
  kinds: readonly Kind[],
  bins: readonly Size[],
): { readonly kinds: readonly UnitKind[]; readonly bins: readonly Units[] } {
  const largest = Math.max(0, ...bins.map(({ memoryBytes }) => memoryBytes));
  const wanted = sum(kinds.map(({ memoryBytes, count }) => memoryBytes * count));
  const divisor = kinds.reduce((unit, { memoryBytes }) => greatestDivisor(unit, memoryBytes), 0);
  const unit = Math.max(1, divisor, Math.min(largest, wanted) / mostParts);
  const units = ({ cores, memoryBytes }: Size): Units => ({
    cores,
    memory: Math.min(Math.floor(memoryBytes / unit), Math.floor(wanted / unit)),
  });
  return {
    kinds: kinds.map((kind) => ({ ...units(kind), count: kind.count })),
    bins: bins.map(units),
  };
}

export interface Heaviest {
  readonly weight: number;
  /** How many items of each kind are in the set. */
  readonly taken: readonly number[];
}

/** How many cells of the table cost one step. */
const cellsEach = 50;

interface Table {
  readonly best: Float64Array;
  /** For each kind, how many of it the best set of a bin has. */
  readonly chosen: readonly (Uint8Array | undefined)[];
}

function tableOf(kinds: readonly UnitKind[], weights: readonly number[], largest: Units): Table {
  const width = largest.memory + 1;
  const best = new Float64Array((largest.cores + 1) * width);
  const chosen = kinds.map(({ cores, memory, count }, index) => {
    const weight = weights[index] ?? 0;
    if (weight <= 0 || count === 0) return undefined;
    const taken = new Uint8Array(best.length);
    const step = cores * width + memory;
    // From the largest bin down: smaller ones still are without this kind.
    for (let free = largest.cores; free >= cores; free -= 1) {
      for (let room = largest.memory; room >= memory; room -= 1) {
        const cell = free * width + room;
        let most = best[cell] ?? 0;
        for (let n = 1; n <= count && n * cores <= free && n * memory <= room; n += 1) {
          const together = (best[cell - n * step] ?? 0) + n * weight;
          if (together > most) [most, taken[cell]] = [together, n];
        }
        best[cell] = most;
      }
    }
    return taken;
  });
  return { best, chosen };
}

/** @param weights Whole numbers, one for each kind; an item without a weight is left out. */
export function heaviestSets(
  kinds: readonly UnitKind[],
  weights: readonly number[],
  bins: readonly Units[],
  steps: Steps,
): readonly Heaviest[] {
  const largest = {
    cores: Math.max(0, ...bins.map(({ cores }) => cores)),
    memory: Math.max(0, ...bins.map(({ memory }) => memory)),
  };
  const width = largest.memory + 1;
  const { best, chosen } = tableOf(kinds, weights, largest);
  steps.left -= Math.ceil((best.length * kinds.length) / cellsEach);
  return bins.map(({ cores, memory }) => {
    let cell = cores * width + memory;
    const weight = best[cell] ?? 0;
    const taken = kinds.map(() => 0);
    for (let index = kinds.length - 1; index >= 0; index -= 1) {
      const kind = kinds[index];
      const count = chosen[index]?.[cell] ?? 0;
      if (kind === undefined) continue;
      taken[index] = count;
      cell -= count * (kind.cores * width + kind.memory);
    }
    return { weight, taken };
  });
}
