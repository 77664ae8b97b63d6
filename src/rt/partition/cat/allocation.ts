/** Which ways of which cache are taken, while groups are placed one after the other. */
import type { CacheControl, CacheDomain } from './domains.js';
import { bitsIn, isContiguous } from './mask.js';
import { defaultMask, defaultNeeds, firstFit, mostWays } from './position.js';

/** One cache with the control that it belongs to. */
export interface Place {
  readonly control: CacheControl;
  readonly domain: CacheDomain;
}

/** What a group takes in one cache: data and code are beside each other; without code of its own both are the same. */
export interface Share {
  readonly place: Place;
  readonly data: bigint;
  readonly code: bigint;
}

function keyOf({ control, domain }: Place): string {
  return `${control.level}/${domain.id}`;
}

/** The lower `data` ways of a mask for data, the rest for code; without ways for code both have all. */
export function splitMask(mask: bigint, code: number): Pick<Share, 'data' | 'code'> {
  if (code === 0) return { data: mask, code: mask };
  let rest = mask;
  for (let bits = bitsIn(mask) - code; bits > 0; bits -= 1) rest &= rest - 1n;
  return { data: mask & ~rest, code: rest };
}

export class Allocation {
  private readonly used = new Map<string, bigint>();

  taken(place: Place): bigint {
    return this.used.get(keyOf(place)) ?? 0n;
  }

  take(place: Place, mask: bigint): void {
    this.used.set(keyOf(place), this.taken(place) | mask);
  }

  fit(place: Place, ways: number): bigint | undefined {
    return firstFit(place.control, this.taken(place), ways);
  }

  mostWays(place: Place): number {
    return mostWays(place.control, this.taken(place));
  }

  defaultMask(place: Place): bigint {
    return defaultMask(place.control, this.taken(place));
  }

  /** Whether a mask can be had as it is: free, without shareable bits, in one piece, and the default group keeps what it needs. */
  isFree(place: Place, mask: bigint): boolean {
    const { control } = place;
    if ((mask & (this.taken(place) | control.shareable)) !== 0n || mask >> BigInt(control.maskBits) !== 0n)
      return false;
    if (!isContiguous(mask) && !control.sparse) return false;
    return bitsIn(defaultMask(control, this.taken(place) | mask)) >= defaultNeeds(control);
  }
}
