/**
 * Whether sizes fit into boxes at all, in numbers alone: claims are items, nodes are bins. First what is quick, then what decides
 * nearly always: sets of items that are used in part prove a "no", and rounded up they give a "yes".
 */
import { fillAll, tooMany } from './fill.js';
import { fitInPart, type Filling } from './fractions.js';
import { inOrderOf, roundUp } from './rounding.js';
import { kindsOf, sum, type Contents, type Size, type Steps } from './sizes.js';

/** What is in each bin; false: proven not to fit; undefined: not decided. */
export type Packed = Contents | false | undefined;

/** The largest items first, each into the fullest bin that takes it: quick, and mostly right. */
function simply(items: readonly Size[], bins: readonly Size[]): Contents | undefined {
  const left = bins.map((bin) => ({ ...bin, items: [] as Size[] }));
  const sorted = [...items].sort((a, b) => b.cores - a.cores || b.memoryBytes - a.memoryBytes);
  for (const item of sorted) {
    let best: (typeof left)[number] | undefined;
    for (const bin of left) {
      const fits = bin.cores >= item.cores && bin.memoryBytes >= item.memoryBytes;
      if (fits && (best === undefined || bin.cores < best.cores)) best = bin;
    }
    if (best === undefined) return undefined;
    best.cores -= item.cores;
    best.memoryBytes -= item.memoryBytes;
    best.items.push(item);
  }
  return left.map((bin) => bin.items);
}

/** By trying, before and after sets in part are looked at. */
const quickSteps = 300;
const longSteps = 5000;

export function pack(items: readonly Size[], bins: readonly Size[], steps: Steps): Packed {
  for (const of of [(one: Size) => one.cores, (one: Size) => one.memoryBytes]) {
    if (sum(items.map(of)) > sum(bins.map(of))) return false;
  }
  const simple = simply(items, bins);
  if (simple !== undefined) return simple;
  const [kinds, boxes] = [kindsOf(items), kindsOf(bins)];
  if (tooMany({ kinds, bins }, 0)) return false;
  if (steps.left <= 0) return undefined;
  const quick = fillAll(kinds, bins, steps, quickSteps);
  if (quick !== undefined) return quick;
  const fillings: Filling[] = [];
  const inPart = fitInPart(kinds, boxes, fillings, steps);
  if (inPart === false) return false;
  const filled = inPart && roundUp(kinds, boxes, inPart, fillings, steps);
  return filled ? inOrderOf(bins, filled) : fillAll(kinds, bins, steps, longSteps);
}
