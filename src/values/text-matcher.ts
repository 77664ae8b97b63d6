/** Finds many texts in another at once, in time that does not grow with their number. Pure. */

/** From the first character to the one after the last. */
export type Span = readonly [from: number, to: number];

const slots = 1 << 16;

function hashAt(text: string, at: number): number {
  let hash = 0;
  for (let next = at; next < at + TextMatcher.shortest; next += 1)
    hash = (Math.imul(hash, 31) + text.charCodeAt(next)) & (slots - 1);
  return hash;
}

/** Texts are looked up by their first four characters, so that most places of the searched text cost one look into a table. */
export class TextMatcher {
  static readonly shortest = 4;
  private readonly taken = new Uint8Array(slots);
  private readonly bySlot = new Map<number, string[]>();
  private readonly known = new Set<string>();

  /** Texts of fewer than four characters are not taken. */
  add(text: string): void {
    if (text.length < TextMatcher.shortest || this.known.has(text)) return;
    this.known.add(text);
    const slot = hashAt(text, 0);
    this.taken[slot] = 1;
    // The longest first: a secret that begins another one must not leave the rest of that one.
    this.bySlot.set(
      slot,
      [...(this.bySlot.get(slot) ?? []), text].sort((a, b) => b.length - a.length),
    );
  }

  get isEmpty(): boolean {
    return this.known.size === 0;
  }

  /** The longest match at every place; they may overlap. */
  find(text: string): readonly Span[] {
    const spans: Span[] = [];
    if (this.isEmpty) return spans;
    for (let at = 0; at + TextMatcher.shortest <= text.length; at += 1) {
      const slot = hashAt(text, at);
      if (this.taken[slot] === 0) continue;
      const found = this.bySlot.get(slot)?.find((candidate) => text.startsWith(candidate, at));
      if (found !== undefined) spans.push([at, at + found.length]);
    }
    return spans;
  }
}

/** Spans in order, those that overlap joined. */
export function joinSpans(spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && from < last[1]) joined[joined.length - 1] = [last[0], Math.max(last[1], to)];
    else joined.push([from, to]);
  }
  return joined;
}
