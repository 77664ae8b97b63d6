/** From sets of items that are used in part to a packing: the most used ones are taken whole, and the rest is asked again. */
import { fillAll } from './fill.js';
import { fitInPart, type Filling, type Fraction } from './fractions.js';
import { itemsOf, sum, type Contents, type Kind, type Size, type Steps } from './sizes.js';

/** So few bins are filled by trying. */
const fewBins = 4;

interface Rest {
  /** Items that are in no bin yet. */
  readonly kinds: readonly Kind[];
  /** Bins that are empty yet. */
  readonly bins: readonly Kind[];
}

interface Filled {
  readonly bin: Size;
  readonly items: readonly Size[];
}

/** What is taken whole: as much as there is, or else one of the most used set. */
function whole(fractions: readonly Fraction[]): readonly Fraction[] {
  const full = fractions
    .map(({ filling, bins }) => ({ filling, bins: Math.floor(bins + 1e-6) }))
    .filter(({ bins }) => bins > 0);
  if (full.length > 0) return full;
  const [most] = [...fractions].sort((a, b) => b.bins - a.bins);
  return most === undefined ? [] : [{ ...most, bins: 1 }];
}

function without(rest: Rest, { filling, bins }: Fraction): Rest {
  return {
    kinds: rest.kinds.map((kind, index) => ({
      ...kind,
      count: kind.count - bins * (filling.taken[index] ?? 0),
    })),
    bins: rest.bins.map((bin, index) => (index === filling.bin ? { ...bin, count: bin.count - bins } : bin)),
  };
}

/** Whether nothing is used that is not there: memory may have been rounded. */
function holds({ bin, items }: Filled): boolean {
  return sum(items.map(({ memoryBytes }) => memoryBytes)) <= bin.memoryBytes;
}

/** The contents of bins in an order, from filled bins in any other. */
export function inOrderOf(bins: readonly Size[], filled: readonly Filled[]): Contents {
  const left = [...filled];
  return bins.map((bin) => {
    const at = left.findIndex(
      (one) => one.bin.cores === bin.cores && one.bin.memoryBytes === bin.memoryBytes,
    );
    return at < 0 ? [] : (left.splice(at, 1)[0]?.items ?? []);
  });
}

/** Undefined: none was found. */
export function roundUp(
  kinds: readonly Kind[],
  bins: readonly Kind[],
  first: readonly Fraction[],
  fillings: Filling[],
  steps: Steps,
): readonly Filled[] | undefined {
  let rest: Rest = { kinds, bins };
  let fractions: readonly Fraction[] = first;
  const filled: Filled[] = [];
  while (rest.kinds.some(({ count }) => count > 0)) {
    for (const fraction of whole(fractions)) {
      const bin = rest.bins[fraction.filling.bin];
      if (bin === undefined) return undefined;
      const one = { bin, items: itemsOf(kinds, fraction.filling.taken) };
      if (!holds(one)) return undefined;
      filled.push(...Array.from({ length: fraction.bins }, () => one));
      rest = without(rest, fraction);
    }
    if (sum(rest.bins.map(({ count }) => count)) <= fewBins) {
      const last = rest.bins.flatMap((bin) => itemsOf([bin], [bin.count]));
      const contents = fillAll(rest.kinds, last, steps, 2000);
      if (contents === undefined || contents === false) return undefined;
      return [...filled, ...last.map((bin, index) => ({ bin, items: contents[index] ?? [] }))];
    }
    const next = fitInPart(rest.kinds, rest.bins, fillings, steps);
    if (next === undefined || next === false || next.length === 0) return undefined;
    fractions = next;
  }
  return filled;
}
