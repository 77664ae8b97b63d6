/** How many ways a wish for cache takes. */
import { counted, sizeText } from '../diagnostics.js';
import { formatSize } from '../inputs/size.js';
import type { CacheWish } from '../model.js';
import type { CacheControl, CacheDomain } from './domains.js';
import { bitsIn } from './mask.js';
import { leastWays } from './position.js';

export interface Quantity {
  readonly data: number;
  /** Ways of their own for code (CDP); 0: code and data share. */
  readonly code: number;
  /** What was asked and what it comes to. */
  readonly why: string;
}

type Limits = Pick<CacheControl, 'maskBits' | 'minBits'>;

function waysFor(bytes: number, limits: Limits, { bitBytes, nodes }: CacheDomain): number {
  return Math.max(leastWays(limits), Math.ceil((bytes * nodes) / bitBytes));
}

/** `3 ways of 1 MiB`; `3 ways` where the kernel gives no size. */
function worth(ways: number, { bitBytes, nodes }: CacheDomain): string {
  const part = bitBytes / nodes;
  if (part === 0) return counted(ways, 'way');
  const each = Number.isInteger(part) ? formatSize(part) : sizeText(part);
  return `${counted(ways, 'way')} of ${each}`;
}

/** What `ways` ways of a cache hold for a guest in one of its nodes, as the inventory can write it; undefined: it cannot. */
export function waysSize(ways: number, { bitBytes, nodes }: CacheDomain): string | undefined {
  const bytes = (ways * bitBytes) / nodes;
  return bytes > 0 && bytes % 1024 === 0 ? formatSize(bytes) : undefined;
}

/** The same for caches that may differ: what takes at most so many ways in each of them. In ways where it has no size to write. */
export function amountText(ways: number, domains: readonly CacheDomain[]): string {
  const [smallest] = [...domains].sort((a, b) => a.bitBytes / a.nodes - b.bitBytes / b.nodes);
  const size = smallest === undefined ? undefined : waysSize(ways, smallest);
  return size ?? counted(ways, 'way');
}

export function quantityOf(wish: CacheWish, control: Limits, domain: CacheDomain): Quantity {
  switch (wish.kind) {
    case 'ways':
      return {
        data: wish.ways,
        code: 0,
        why: `${counted(wish.ways, 'way')} asked: ${worth(wish.ways, domain)}`,
      };
    case 'mask': {
      const ways = bitsIn(wish.mask);
      return { data: ways, code: 0, why: `mask ${wish.mask.toString(16)} asked: ${worth(ways, domain)}` };
    }
    case 'percent': {
      const ways = Math.max(leastWays(control), Math.ceil((control.maskBits * wish.percent) / 100));
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
