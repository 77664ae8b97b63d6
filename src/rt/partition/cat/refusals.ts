/** Why a wish for cache is refused wherever it would lie, with the numbers. */
import { counted, ofGuest, planError } from '../diagnostics.js';
import { formatSize } from '../inputs/size.js';
import type { CacheOptions, CacheWish, PlanDiagnostic } from '../model.js';
import type { Place } from './allocation.js';
import type { CacheControl } from './domains.js';
import { bitRun, hex, isContiguous } from './mask.js';
import { defaultNeeds, freeMasks, leastWays, mostWays } from './position.js';
import type { Quantity } from './quantity.js';

/** What a guest asks for, and where. */
export interface Asked {
  readonly name: string;
  readonly wish: CacheWish & CacheOptions;
  readonly places: readonly Place[];
  readonly quantity: Quantity;
}

/** `L3 0`. */
export function cacheName({ control, domain }: Place): string {
  return `L${control.level} ${domain.id}`;
}

/** The fewest ways that a group can have: code of its own is a second mask. */
export function leastOf({ quantity }: Pick<Asked, 'quantity'>, control: CacheControl): number {
  return leastWays(control) * (quantity.code === 0 ? 1 : 2);
}

/** How to repair a wish that is larger than the whole cache. */
function rangeHint(asked: Asked, control: CacheControl): string {
  const keeps = `the default group keeps ${defaultNeeds(control)} and the bits that devices use too`;
  if (asked.wish.kind === 'mask') {
    const free = freeMasks(control, 0n).map(hex).join(' or ');
    const bits = `The mask has bits 0-${control.maskBits - 1} (${hex(bitRun(0, control.maskBits))})`;
    return free === '' ? `${bits}, and ${keeps}.` : `${bits}; choose from ${free}, since ${keeps}.`;
  }
  const most = mostWays(control, 0n, leastOf(asked, control));
  return most === 0
    ? `Remove rt_guest.cache: ${keeps}.`
    : `Ask for less: at most ${counted(most, 'way')}, since ${keeps}.`;
}

/** What is wrong with a wish wherever it would be. */
export function wishFault(asked: Asked, control: CacheControl): PlanDiagnostic | undefined {
  const { name, wish } = asked;
  const { data, code } = asked.quantity;
  const error = (rule: string, message: string, hint: string): PlanDiagnostic =>
    planError(rule, ofGuest(name, 'cache'), { message: `${name}: ${message}`, hint });
  const ways = data + code;
  const least = leastWays(control);
  const level = `L${control.level}`;
  if (wish.kind === 'bytes' && wish.codeBytes !== undefined && !control.cdp)
    return error(
      'CAT_CDP_MISMATCH',
      `it asks for cache for code, and resctrl is mounted without cdp`,
      'Remove rt_guest.cache.code, or mount resctrl with -o cdp: that removes all groups, so no guest may run.',
    );
  if (ways > control.maskBits || (wish.kind === 'mask' && wish.mask >> BigInt(control.maskBits) !== 0n))
    return error(
      'CAT_RANGE',
      `${wish.kind === 'mask' ? `the mask ${hex(wish.mask)}` : counted(ways, 'way')} of an ${level} whose mask has ${control.maskBits} bits`,
      rangeHint(asked, control),
    );
  if (Math.min(data, code === 0 ? data : code) < least)
    return error(
      'CAT_MIN',
      `${counted(ways, 'way')}, and this ${level} needs at least ${least} in a mask`,
      `Ask for ${counted(least, 'way')} or more.`,
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

/** The kernel names the cache, and does not say how large it is: bytes cannot be counted in ways. */
export function sizeFault(
  { name, wish }: Pick<Asked, 'name' | 'wish'>,
  places: readonly Place[],
): PlanDiagnostic | undefined {
  const unknown = places.find(({ domain }) => domain.bitBytes === 0);
  if (unknown === undefined) return undefined;
  const cache = cacheName(unknown);
  if (wish.kind === 'bytes')
    return planError('CAT_NONE', ofGuest(name, 'cache', 'bytes'), {
      message: `${name}: the kernel gives no size for ${cache}, so ${formatSize(wish.bytes)} cannot be counted in ways`,
      hint: `Ask for ways or percent: the mask of ${cache} has ${unknown.control.maskBits} bits.`,
    });
  if (wish.by !== 'libvirt') return undefined;
  return planError('CAT_LIBVIRT', ofGuest(name, 'cache', 'by'), {
    message: `${name}: libvirt takes sizes, and the kernel gives no size for ${cache}`,
    hint: 'Remove rt_guest.cache.by.',
  });
}
