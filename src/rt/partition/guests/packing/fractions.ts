/**
 * Whether items fit into bins if sets of items could be used in part, and by which sets (Gilmore and Gomory's cutting stock program,
 * 1961, solved by making sets as they are needed). A "no" comes with a weight for each kind of item under which all items weigh
 * more than the heaviest sets that the bins can hold: in whole numbers, so that it is a proof.
 */
import { heaviestSets, inUnits, type Heaviest } from './knapsack.js';
import { Simplex } from './simplex.js';
import { sum, type Kind, type Steps } from './sizes.js';

/** A set of items for a bin of a kind. */
export interface Filling {
  /** The kind of bin. */
  readonly bin: number;
  /** How many items of each kind. */
  readonly taken: readonly number[];
}

export interface Fraction {
  readonly filling: Filling;
  /** In how many bins; not whole. */
  readonly bins: number;
}

/** False: proven not to fit, in part neither. Undefined: not decided. */
export type Fractions = readonly Fraction[] | false | undefined;

/** Weights are whole numbers up to about this. */
const scale = 1_000_000;
const tiny = 1e-5;
const mostRounds = 300;

function dot(left: readonly number[], right: readonly number[]): number {
  return left.reduce((total, one, index) => total + one * (right[index] ?? 0), 0);
}

class Program {
  private readonly simplex: Simplex;
  private readonly units: ReturnType<typeof inUnits>;

  constructor(
    private readonly kinds: readonly Kind[],
    private readonly bins: readonly Kind[],
    /** Sets that were of use before; new ones are added. */
    private readonly fillings: Filling[],
  ) {
    this.simplex = new Simplex([...kinds, ...bins].map(({ count }) => count));
    this.units = inUnits(kinds, bins);
  }

  private entries({ bin, taken }: Filling): readonly number[] {
    return [...taken, ...this.bins.map((_, index) => (index === bin ? 1 : 0))];
  }

  private usable({ taken }: Filling): boolean {
    return taken.every((count, index) => count <= (this.kinds[index]?.count ?? 0));
  }

  /** Takes in the best set that is known already. */
  private enterKnown(prices: readonly number[]): boolean {
    let [best, gain] = [-1, tiny];
    for (const [index, filling] of this.fillings.entries()) {
      const one = dot(filling.taken, prices) + (prices[this.kinds.length + filling.bin] ?? 0);
      if (one > gain && this.usable(filling)) [best, gain] = [index, one];
    }
    const found = this.fillings[best];
    return found !== undefined && this.simplex.enter(best, this.entries(found));
  }

  private tooHeavy(weights: readonly number[], sets: readonly Heaviest[]): boolean {
    const all = sum(this.kinds.map(({ count }, index) => count * (weights[index] ?? 0)));
    return all > sum(sets.map(({ weight }, index) => weight * (this.bins[index]?.count ?? 0)));
  }

  solve(steps: Steps): Fractions {
    for (let round = 0; round < mostRounds && steps.left > 0; round += 1) {
      if (this.simplex.missing() < tiny) return this.fractions();
      const prices = this.simplex.prices();
      steps.left -= this.kinds.length;
      if (this.enterKnown(prices)) continue;
      const weights = this.kinds.map((_, index) => Math.max(0, Math.round((prices[index] ?? 0) * scale)));
      const sets = heaviestSets(this.units.kinds, weights, this.units.bins, steps);
      if (this.tooHeavy(weights, sets)) return false;
      const better = sets.flatMap(({ weight, taken }, bin) =>
        weight / scale + (prices[this.kinds.length + bin] ?? 0) > tiny ? [{ bin, taken }] : [],
      );
      if (better.length === 0) return undefined;
      this.fillings.push(...better);
    }
    return undefined;
  }

  private fractions(): readonly Fraction[] {
    return [...this.simplex.solution()].flatMap(([index, bins]) => {
      const filling = this.fillings[index];
      return filling === undefined ? [] : [{ filling, bins }];
    });
  }
}

/** @param fillings Sets that were of use for other numbers of the same kinds; new ones are added. */
export function fitInPart(
  kinds: readonly Kind[],
  bins: readonly Kind[],
  fillings: Filling[],
  steps: Steps,
): Fractions {
  return new Program(kinds, bins, fillings).solve(steps);
}
