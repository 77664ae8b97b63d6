/** The masks of a guest's group in the former plan, where they still do. */
import { splitMask, type Allocation, type Place, type Share } from './allocation.js';
import type { Candidate } from './candidate.js';
import { bitsIn } from './mask.js';
import { parseSchemata, type Masks } from './schemata.js';

function formerShare(
  masks: Masks,
  place: Place,
  ways: { readonly data: number; readonly code: number },
  allocation: Allocation,
): Share | undefined {
  const { control, domain } = place;
  const parts = control.names.map((name) => masks[name]?.get(domain.id) ?? 0n);
  const mask = parts.reduce((bits, part) => bits | part, 0n);
  const split = splitMask(mask, ways.code);
  const asBefore = parts[0] === split.data && (parts[1] ?? split.code) === split.code;
  if (!asBefore || bitsIn(mask) !== ways.data + ways.code) return undefined;
  return allocation.isFree(place, mask) ? { place, ...split } : undefined;
}

function allShares(
  former: string | undefined,
  places: readonly Place[],
  waysAt: (place: Place) => { readonly data: number; readonly code: number },
  allocation: Allocation,
): readonly Share[] | undefined {
  if (former === undefined) return undefined;
  const masks = parseSchemata(former);
  const shares = places.flatMap((place) => formerShare(masks, place, waysAt(place), allocation) ?? []);
  return shares.length === places.length ? shares : undefined;
}

/** Where its guest has CPUs. Undefined: part of it is taken, or the guest now wants another number of ways. */
export function formerShares(
  { former, wish, places, quantity }: Candidate,
  allocation: Allocation,
): readonly Share[] | undefined {
  const shares = allShares(former, places, () => quantity, allocation);
  const isOther = ({ data, code }: Share): boolean => wish.kind === 'mask' && (data | code) !== wish.mask;
  return shares?.some(isOther) === true ? undefined : shares;
}

/** The masks that an exclusive group had in other caches. */
export function formerElsewhere(
  { former }: Candidate,
  places: readonly Place[],
  waysAt: (place: Place) => number,
  allocation: Allocation,
): readonly Share[] | undefined {
  if (places.length === 0) return [];
  return allShares(former, places, (place) => ({ data: waysAt(place), code: 0 }), allocation);
}
