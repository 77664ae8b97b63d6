/** Sizes of what is packed, and how many there are of each. */

/** Cores and bytes of memory, of an item or free in a bin. */
export interface Size {
  readonly cores: number;
  readonly memoryBytes: number;
}

/** Like items, or like bins. */
export interface Kind extends Size {
  readonly count: number;
}

/** Steps that may still be made; shared by several questions, and counted instead of time so that plans can be repeated. */
export interface Steps {
  left: number;
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** Text that is the same for like sizes. */
export function sizeKey({ cores, memoryBytes }: Size): string {
  return `${cores} ${memoryBytes}`;
}

/** The largest first. */
export function kindsOf(sizes: readonly Size[]): readonly Kind[] {
  const kinds = new Map<string, { cores: number; memoryBytes: number; count: number }>();
  for (const size of sizes) {
    const kind = kinds.get(sizeKey(size)) ?? { ...size, count: 0 };
    kind.count += 1;
    kinds.set(sizeKey(size), kind);
  }
  return [...kinds.values()].sort((a, b) => b.cores - a.cores || b.memoryBytes - a.memoryBytes);
}

/** What a packing has in each bin, in the order of the bins. */
export type Contents = readonly (readonly Size[])[];

/** `counts[i]` items of the kind i. */
export function itemsOf(kinds: readonly Size[], counts: readonly number[]): readonly Size[] {
  return kinds.flatMap(({ cores, memoryBytes }, index) =>
    Array.from({ length: counts[index] ?? 0 }, () => ({ cores, memoryBytes })),
  );
}
