/** Which ways of which cache are taken, while groups are placed one after the other. */
import type { CacheControl, CacheDomain } from './domains.js';
import { bitsIn, isContiguous } from './mask.js';
import { defaultMask, firstFit, freeMasks, leavesEnough, mostWays } from './position.js';

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

/** Who has ways: the group of a guest, or a group that another program made. */
export interface Owner {
  readonly name: string;
  readonly foreign: boolean;
}

/** What one owner has in one cache. */
export interface Holding extends Owner {
  readonly mask: bigint;
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
  private readonly holdings: Map<string, readonly Holding[]>;

  constructor(other?: Allocation) {
    this.holdings = new Map(other?.holdings);
  }

  /** Who has which ways there. */
  holders(place: Place): readonly Holding[] {
    return this.holdings.get(keyOf(place)) ?? [];
  }

  taken(place: Place): bigint {
    return this.holders(place).reduce((bits, { mask }) => bits | mask, 0n);
  }

  take(place: Place, mask: bigint, { name, foreign }: Owner): void {
    this.holdings.set(keyOf(place), [...this.holders(place), { name, foreign, mask }]);
  }

  fit(place: Place, ways: number): bigint | undefined {
    return firstFit(place.control, this.taken(place), ways);
  }

  mostWays(place: Place, least: number): number {
    return mostWays(place.control, this.taken(place), least);
  }

  freeMasks(place: Place): readonly bigint[] {
    return freeMasks(place.control, this.taken(place));
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
    return leavesEnough(control, this.taken(place) | mask);
  }
}
