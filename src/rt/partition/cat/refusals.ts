/** Why a wish for cache is refused, with the numbers. */
import { counted, ofGuest, planError } from '../diagnostics.js';
import { formatSize } from '../inputs/size.js';
import type { CacheOptions, CacheWish, PlanDiagnostic } from '../model.js';
import type { Allocation, Place } from './allocation.js';
import type { CacheControl } from './domains.js';
import { bitsIn, hex, isContiguous } from './mask.js';
import { defaultNeeds, mostWays } from './position.js';
import { waysBytes, type Quantity } from './quantity.js';

export interface Asked {
  readonly name: string;
  readonly wish: CacheWish & CacheOptions;
}

/** `L3 0`. */
export function cacheName({ control, domain }: Place): string {
  return `L${control.level} ${domain.id}`;
}

/** What is wrong with a wish wherever it would be. */
export function wishFault(
  { name, wish }: Asked,
  control: CacheControl,
  { data, code }: Quantity,
): PlanDiagnostic | undefined {
  const error = (rule: string, message: string, hint: string): PlanDiagnostic =>
    planError(rule, ofGuest(name, 'cache'), { message: `${name}: ${message}`, hint });
  const ways = data + code;
  const level = `L${control.level}`;
  if (wish.kind === 'bytes' && wish.codeBytes !== undefined && !control.cdp)
    return error(
      'CAT_CDP_MISMATCH',
      `it asks for cache for code, and resctrl is mounted without cdp`,
      'Remove rt_guest.cache.code, or mount resctrl with -o cdp: that removes all groups, so no guest may run.',
    );
  if (ways > control.maskBits || (wish.kind === 'mask' && wish.mask >> BigInt(control.maskBits) !== 0n)) {
    const asked = wish.kind === 'mask' ? `the mask ${hex(wish.mask)}` : counted(ways, 'way');
    return error(
      'CAT_RANGE',
      `${asked} of an ${level} whose mask has ${control.maskBits} bits`,
      `Ask for less: at most ${mostWays(control, 0n)} ways, since the default group keeps ${defaultNeeds(control)} and the bits that devices use too.`,
    );
  }
  if (Math.min(data, code === 0 ? data : code) < Math.max(control.minBits, 1))
    return error(
      'CAT_MIN',
      `${counted(ways, 'way')}, and this ${level} needs at least ${Math.max(control.minBits, 1)} in a mask`,
      `Ask for ${counted(Math.max(control.minBits, 1), 'way')} or more.`,
    );
  if (wish.kind !== 'mask') return undefined;
  if (!isContiguous(wish.mask) && !control.sparse)
    return error(
      'CAT_GAP',
      `the mask ${hex(wish.mask)} has a gap, and this CPU takes only masks in one piece`,
      'Give a mask whose ones are neighbours, such as f0.',
    );
  if (wish.exclusive === true && (wish.mask & control.shareable) !== 0n)
    return error(
      'CAT_SHAREABLE',
      `the exclusive mask ${hex(wish.mask)} takes ${hex(wish.mask & control.shareable)} of the bits that devices use too (${hex(control.shareable)})`,
      'Choose other bits, or remove exclusive.',
    );
  return undefined;
}

/** Why an explicit mask cannot be had in one cache. */
export function maskFault(
  { name }: Asked,
  mask: bigint,
  place: Place,
  allocation: Allocation,
): PlanDiagnostic {
  const overlap = mask & allocation.taken(place);
  if (overlap !== 0n) {
    const free = allocation.defaultMask(place) & ~place.control.shareable;
    return planError('CAT_OVERLAP', ofGuest(name, 'cache', 'mask'), {
      message: `${name}: the mask ${hex(mask)} shares ${hex(overlap)} of ${cacheName(place)} with another group`,
      hint:
        free === 0n ? 'Nothing is free there: take cache from another guest.' : `Free there: ${hex(free)}.`,
    });
  }
  const shared = mask & place.control.shareable;
  if (shared !== 0n)
    return planError('CAT_SHAREABLE', ofGuest(name, 'cache', 'mask'), {
      message: `${name}: the mask ${hex(mask)} takes ${hex(shared)} of the bits that devices use too (${hex(place.control.shareable)})`,
      hint: 'Choose other bits.',
    });
  return defaultFault({ name }, bitsIn(mask), place, allocation, []);
}

/** The default group would keep too little. `others`: groups there and their ways, the largest of which could give some back. */
export function defaultFault(
  { name }: Pick<Asked, 'name'>,
  ways: number,
  place: Place,
  allocation: Allocation,
  others: readonly { readonly name: string; readonly ways: number }[],
): PlanDiagnostic {
  const { control, domain } = place;
  const left = Math.max(bitsIn(allocation.defaultMask(place)) - ways, 0);
  const most = allocation.mostWays(place);
  const size = (count: number): string => formatSize(waysBytes(count, domain));
  const largest = [...others].sort((a, b) => b.ways - a.ways)[0];
  const less = largest === undefined ? 0 : largest.ways - (ways - most);
  const hints = [
    ...(most > 0 ? [`ask for at most ${size(most)} for ${name}`] : []),
    ...(largest !== undefined && less > 0 ? [`at most ${size(less)} for ${largest.name}`] : []),
  ];
  const hint = hints.length === 0 ? `Remove rt_guest.cache of ${name}.` : `${hints.join(', or ')}.`;
  const needs = defaultNeeds(control);
  const wanted = counted(ways, 'way');
  return planError('CAT_DEFAULT_SMALL', ofGuest(name, 'cache'), {
    message:
      left < needs
        ? `${name}: with its ${wanted} of ${cacheName(place)} the default group would keep ${left} of the ${needs} ways that it needs`
        : `${name}: ${cacheName(place)} has no ${wanted} in one piece that neither a group nor a device uses, beside the ${needs} that the default group needs; there are ${most}`,
    hint: hint.charAt(0).toUpperCase() + hint.slice(1),
  });
}
