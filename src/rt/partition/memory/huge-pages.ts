/** How many huge pages each node needs (Documentation/admin-guide/mm/hugetlbpage.rst). */
import type { HugePages, PlacedGuest } from '../model.js';

/** `page: 4K` means memory that is not in huge pages, whatever the size of the machine's own pages is. */
export const smallPage = 4096;
export const largePage = 1024 ** 3;

/** Pages of one guest by node: equal parts, the first nodes get one more where they do not divide. */
export function pagesByNode(guest: PlacedGuest): ReadonlyMap<number, number> {
  const { pages = 0, memoryNodes, nodes } = guest;
  // Several nodes with CPUs may share one node of memory.
  const parts = memoryNodes.length === nodes.length ? memoryNodes : memoryNodes.slice(0, 1);
  const each = Math.floor(pages / Math.max(1, parts.length));
  const rest = pages - each * parts.length;
  return new Map(parts.map((node, index) => [node, each + (index < rest ? 1 : 0)]));
}

/** For each page size, the largest first. */
export function hugePagesOf(guests: readonly PlacedGuest[]): readonly HugePages[] {
  const sizes = new Map<number, Map<number, number>>();
  for (const guest of guests.filter(({ pageBytes }) => pageBytes > smallPage)) {
    for (const [node, pages] of pagesByNode(guest)) {
      if (pages === 0) continue;
      const nodes = sizes.get(guest.pageBytes) ?? new Map<number, number>();
      sizes.set(guest.pageBytes, nodes.set(node, (nodes.get(node) ?? 0) + pages));
    }
  }
  return [...sizes]
    .sort(([a], [b]) => b - a)
    .map(([pageBytes, nodes]) => ({
      pageBytes,
      nodes: new Map([...nodes].sort(([a], [b]) => a - b)),
    }));
}
