/**
 * The canonical text of a setting: what the kernel prints, without what does not count. One rule for all files, so that a target can
 * compare by itself (`rtp_kernel_setting_get` in library.ts does the same): white space is folded, of a list with one word in brackets
 * it is that word (`[always] madvise never`, Documentation/admin-guide/mm/transhuge.rst), and a mask has no zeros in front
 * (`00000000,0000000f`; lib/bitmap-str.c prints groups of eight digits, the first as wide as the machine needs).
 */

/** Longer ones are not settings. In bytes. A list of every second of 8,192 CPUs takes 20,000. */
export const longestValue = 32_768;

export function wordsOf(text: string): readonly string[] {
  return text.split(/[ \t\n]+/).filter((word) => word !== '');
}

/** The words of a list of which one is chosen, without brackets; undefined when the text is not such a list. */
export function choicesOf(
  text: string,
): { readonly chosen: string; readonly all: readonly string[] } | undefined {
  const words = wordsOf(text);
  const [chosen, another] = words.flatMap((word) => /^\[([^[\]]+)\]$/.exec(word)?.[1] ?? []);
  if (chosen === undefined || another !== undefined) return undefined;
  return { chosen, all: words.map((word) => (word === `[${chosen}]` ? chosen : word)) };
}

export function canonicalText(text: string): string {
  const value = choicesOf(text)?.chosen ?? wordsOf(text).join(' ');
  if (!/^[0-9a-f]{1,8}(?:,[0-9a-f]{8})*$/.test(value)) return value;
  return value.replace(/^[0,]+(?=[0-9a-f])/, '');
}

/**
 * What is written to bring a value about: as it is, for the kernel may read zeros in front as octal. Of a list it is the chosen word, and
 * of a partition that is not valid what was asked for: the reason is the kernel's.
 */
export function writtenText(value: string): string {
  return (choicesOf(value)?.chosen ?? value).replace(/^(root|isolated) invalid(?: \(.*\))?$/, '$1');
}
