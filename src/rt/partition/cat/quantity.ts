/** How many ways a wish for cache takes. */
import { sizeText } from '../diagnostics.js';
import { formatSize } from '../inputs/size.js';
import type { CacheWish } from '../model.js';
import type { CacheControl, CacheDomain } from './domains.js';
import { bitsIn } from './mask.js';

export interface Quantity {
  readonly data: number;
  /** Ways of their own for code (CDP); 0: code and data share. */
  readonly code: number;
  /** What was asked and what it comes to. */
  readonly why: string;
}

type Limits = Pick<CacheControl, 'maskBits' | 'minBits'>;

function waysFor(bytes: number, { minBits }: Limits, { bitBytes, nodes }: CacheDomain): number {
  return Math.max(minBits, 1, Math.ceil((bytes * nodes) / bitBytes));
}

/** `3 ways of 1 MiB`. */
function worth(ways: number, { bitBytes, nodes }: CacheDomain): string {
  const part = bitBytes / nodes;
  const each = Number.isInteger(part) ? formatSize(part) : sizeText(part);
  return `${ways} way${ways === 1 ? '' : 's'} of ${each}`;
}

/** What `ways` ways of a cache hold for a guest in one of its nodes, in bytes. */
export function waysBytes(ways: number, { bitBytes, nodes }: CacheDomain): number {
  return Math.floor((ways * bitBytes) / nodes);
}

export function quantityOf(wish: CacheWish, control: Limits, domain: CacheDomain): Quantity {
  switch (wish.kind) {
    case 'ways':
      return { data: wish.ways, code: 0, why: `${wish.ways} ways asked: ${worth(wish.ways, domain)}` };
    case 'mask': {
      const ways = bitsIn(wish.mask);
      return { data: ways, code: 0, why: `mask ${wish.mask.toString(16)} asked: ${worth(ways, domain)}` };
    }
    case 'percent': {
      const ways = Math.max(control.minBits, 1, Math.ceil((control.maskBits * wish.percent) / 100));
      const got = Math.round((ways / control.maskBits) * 100);
      return {
        data: ways,
        code: 0,
        why: `${wish.percent} % asked: ${worth(ways, domain)}, which is ${got} %`,
      };
    }
    case 'bytes': {
      const data = waysFor(wish.bytes, control, domain);
      if (wish.codeBytes === undefined)
        return { data, code: 0, why: `${formatSize(wish.bytes)} asked: ${worth(data, domain)}` };
      const code = waysFor(wish.codeBytes, control, domain);
      const why = `${formatSize(wish.bytes)} for data and ${formatSize(wish.codeBytes)} for code asked: ${data} and ${worth(code, domain)}`;
      return { data, code, why };
    }
  }
}
