/**
 * Whether sizes fit into boxes at all, in numbers alone: claims are items, nodes are bins. The bins are filled one after another
 * with every set that no other one replaces, the fullest first. What a bin leaves empty counts against what may stay empty in
 * all (Korf, "A New Algorithm for Optimal Bin Packing", 2002; the rule of replacement is Martello and Toth's).
 */
import { itemsOf, sum, type Contents, type Kind, type Size, type Steps } from './sizes.js';

/** Like items; the count is that of the items that are not in a bin yet. */
interface Left extends Size {
  count: number;
}

interface Packing {
  /** The largest first. */
  readonly kinds: readonly Left[];
  /** The smallest first. */
  readonly bins: readonly Size[];
  /** For each bin, what this one and those after it leave empty in any case. */
  readonly emptyCores: readonly number[];
  /** For each bin, the memory of this one and those after it. */
  readonly memoryFrom: readonly number[];
  /** Bins and items that did not go together. */
  readonly failed: Set<string>;
  readonly steps: Steps;
  /** Whether memory is looked at. */
  readonly withMemory: boolean;
  /** What is in each bin, as far as it is filled: how many items of each kind. */
  readonly filled: (readonly number[])[];
}

/** Undefined: the steps were used up. */
type Answer = boolean | undefined;

/** The most cores that sets of items can use, for each number of free ones up to `most`. */
function reachable(kinds: readonly Left[], most: number): readonly number[] {
  const sums = new Set([0]);
  for (const { cores, count } of kinds) {
    for (let one = 0; one < count && one * cores < most; one += 1) {
      for (const total of [...sums]) if (total + cores <= most) sums.add(total + cores);
    }
  }
  let best = 0;
  return Array.from({ length: most + 1 }, (_, free) => (best = sums.has(free) ? free : best));
}

/** `values[i]` and all after it, added up. */
function fromEach(values: readonly number[]): readonly number[] {
  return values.map((_, index) => sum(values.slice(index)));
}

/**
 * Whether a fill need not be tried, because one that uses more of the bin is as good. Some of its items, or none, could be exchanged
 * for a larger one that has no bin yet: they go where that one would have gone. Memory stands in the way of an exchange, but not
 * of one more item.
 */
function replaceable(packing: Packing, taken: readonly number[], free: Size): boolean {
  const { kinds, withMemory } = packing;
  const fits = ({ cores, memoryBytes, count }: Left): boolean =>
    count > 0 && cores <= free.cores && memoryBytes <= free.memoryBytes;
  if (kinds.some(fits)) return true;
  if (withMemory) return false;
  packing.steps.left -= 10;
  const [singles, several] = [new Set<number>(), new Set<number>()];
  for (const [index, count] of taken.entries()) {
    const { cores } = kinds[index] ?? { cores: 0 };
    for (let one = 0; one < count; one += 1) {
      for (const total of [...singles, ...several]) several.add(total + cores);
      singles.add(cores);
    }
  }
  return kinds.some(({ cores, count }) => {
    if (count === 0) return false;
    if (several.has(cores)) return true;
    for (let less = 1; less <= free.cores; less += 1) {
      if (singles.has(cores - less) || several.has(cores - less)) return true;
    }
    return false;
  });
}

/** Whether more items of some size or above are left than the bins from this one on hold of that size. */
export function tooMany(
  { kinds, bins }: { readonly kinds: readonly Kind[]; readonly bins: readonly Size[] },
  from: number,
): boolean {
  let items = 0;
  return kinds.some(({ cores, count }) => {
    items += count;
    if (count === 0 || cores === 0) return false;
    let places = 0;
    for (let bin = from; bin < bins.length; bin += 1) places += Math.floor((bins[bin]?.cores ?? 0) / cores);
    return items > places;
  });
}

interface Fill {
  readonly bin: number;
  /** Items of each kind that are in the bin. */
  readonly taken: number[];
  /** Cores that the bin is to leave empty: exactly so many. */
  readonly empty: number;
  /** Cores that the bins after it may leave empty. */
  readonly spare: number;
}

/**
 * Fills a bin from the kind at `index` on, then the bins after it.
 * @param free What the bin still has.
 */
function fillBin(packing: Packing, fill: Fill, index: number, free: Size): Answer {
  packing.steps.left -= 1;
  if (packing.steps.left < 0) return undefined;
  const kind = packing.kinds[index];
  if (kind === undefined) {
    if (free.cores !== fill.empty || replaceable(packing, fill.taken, free)) return false;
    packing.filled[fill.bin] = [...fill.taken];
    return fillFrom(packing, fill.bin + 1, fill.spare);
  }
  const { cores, memoryBytes, count } = kind;
  const most = Math.min(
    count,
    cores === 0 ? count : Math.floor((free.cores - fill.empty) / cores),
    memoryBytes === 0 ? count : Math.floor(free.memoryBytes / memoryBytes),
  );
  for (let taken = Math.max(0, most); taken >= 0; taken -= 1) {
    kind.count = count - taken;
    fill.taken[index] = taken;
    const left = { cores: free.cores - taken * cores, memoryBytes: free.memoryBytes - taken * memoryBytes };
    const answer = fillBin(packing, fill, index + 1, left);
    kind.count = count;
    if (answer !== false) return answer;
  }
  return false;
}

/** @param spare Cores that this bin and those after it may leave empty. */
function fillFrom(packing: Packing, bin: number, spare: number): Answer {
  const { kinds, bins, emptyCores, memoryFrom, failed } = packing;
  if (kinds.every(({ count }) => count === 0)) {
    packing.filled.length = bin;
    return true;
  }
  const size = bins[bin];
  if (size === undefined || spare < (emptyCores[bin] ?? 0)) return false;
  if (sum(kinds.map(({ count, memoryBytes }) => count * memoryBytes)) > (memoryFrom[bin] ?? 0)) return false;
  if (tooMany(packing, bin)) return false;
  const key = `${bin} ${kinds.map(({ count }) => count).join(' ')}`;
  if (failed.has(key)) return false;
  const later = emptyCores[bin + 1] ?? 0;
  for (let empty = 0; empty <= Math.min(size.cores, spare - later); empty += 1) {
    const answer = fillBin(packing, { bin, taken: [], empty, spare: spare - empty }, 0, size);
    if (answer !== false) return answer;
  }
  failed.add(key);
  return false;
}

/**
 * @param most Steps for this question; they are taken from `steps`.
 * @returns What is in each bin; false: proven not to fit; undefined: the steps were used up.
 */
export function fillAll(
  items: readonly Kind[],
  bins: readonly Size[],
  steps: Steps,
  most: number,
): Contents | false | undefined {
  const kinds = items.filter(({ count }) => count > 0).map((kind) => ({ ...kind }));
  const order = bins.map((_, index) => index);
  const size = (index: number): Size => bins[index] ?? { cores: 0, memoryBytes: 0 };
  order.sort((a, b) => size(a).cores - size(b).cores || size(a).memoryBytes - size(b).memoryBytes);
  const sorted = order.map(size);
  const reach = reachable(kinds, sorted.at(-1)?.cores ?? 0);
  const some = { left: Math.min(most, steps.left) };
  const before = some.left;
  const packing: Packing = {
    kinds,
    bins: sorted,
    emptyCores: fromEach(sorted.map(({ cores }) => cores - (reach[cores] ?? 0))),
    memoryFrom: fromEach(sorted.map(({ memoryBytes }) => memoryBytes)),
    failed: new Set<string>(),
    steps: some,
    withMemory: kinds.some(({ memoryBytes }) => memoryBytes > 0),
    filled: [],
  };
  const answer = fillFrom(
    packing,
    0,
    sum(sorted.map(({ cores }) => cores)) - sum(kinds.map(({ cores, count }) => cores * count)),
  );
  steps.left -= before - some.left;
  if (answer !== true) return answer;
  const place = new Map(order.map((bin, index) => [bin, index]));
  return bins.map((_, bin) => itemsOf(kinds, packing.filled[place.get(bin) ?? -1] ?? []));
}
