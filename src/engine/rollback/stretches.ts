/** In which order the windows of a run are undone that are in the journals of several users. Pure. */

/** Windows of one journal that are undone together, as none of another journal was written between them. */
export interface Stretch {
  /** The place of the journal in the list. */
  readonly of: number;
  readonly windows: ReadonlySet<string>;
  /** The first of these windows; undefined when the journal has none before it. */
  readonly downTo: string | undefined;
}

/** `journals`: the windows of each, by SEQ, in any order. Windows are numbered over all users of a run. A journal without windows has a stretch too. */
export function stretchesOf(journals: readonly (readonly string[])[]): readonly Stretch[] {
  const all = journals
    .flatMap((windows, of) => [...new Set(windows)].map((seq) => ({ of, seq })))
    .sort((a, b) => Number(b.seq) - Number(a.seq));
  const stretches: { readonly of: number; readonly windows: Set<string> }[] = [];
  for (const { of, seq } of all) {
    const last = stretches.at(-1);
    if (last?.of === of) last.windows.add(seq);
    else stretches.push({ of, windows: new Set([seq]) });
  }
  for (const [of, windows] of journals.entries())
    if (windows.length === 0) stretches.push({ of, windows: new Set() });
  return stretches.map(({ of, windows }, at) => ({
    of,
    windows,
    downTo: stretches.some((other, later) => later > at && other.of === of) ? [...windows].at(-1) : undefined,
  }));
}
