/**
 * Which lines of a YAML text belong to something with `no_log`: they are never shown or kept, for they may hold the secret itself.
 * It goes by the text alone, so that it also works where the YAML is broken.
 */

/** `no_log:` as a key, unless it is plainly false. */
const key = /(?:^|[\s{,-])(["']?)no_log\1\s*:(?!\s*["']?(?:false|no|off|n|0)["']?\s*(?:[,}#]|$))/i;

interface Line {
  readonly text: string;
  /** Blank, or a comment. */
  readonly empty: boolean;
  /** Column of the first character that is not a space. */
  readonly indent: number;
  /** Column after the dashes of list items. */
  readonly content: number;
}

function lineOf(text: string): Line {
  const indent = text.length - text.trimStart().length;
  const content = /^\s*(?:-\s+)*/.exec(text)?.[0].length ?? 0;
  return { text, indent, content, empty: /^\s*(?:#|$)/.test(text) };
}

/** Is the key in a block mapping? Otherwise it is in a flow mapping. */
function inBlock(line: Line): boolean {
  return /^["']?no_log/i.test(line.text.slice(line.content));
}

function startsItem(line: Line): boolean {
  return line.content > line.indent;
}

/** The first line of what the key belongs to, and the column of all that is in it. */
function beginning(
  lines: readonly Line[],
  at: number,
  line: Line,
): { readonly first: number; readonly column: number } {
  if (startsItem(line)) return { first: at, column: line.content };
  const column = line.indent;
  for (let above = at - 1; above >= 0; above -= 1) {
    const other = lines[above];
    if (other === undefined || other.empty || other.indent >= column) continue;
    if (startsItem(other) && (!inBlock(line) || other.content === column))
      return { first: above, column: other.content };
    // A key of a mapping that is not an item of a list.
    if (inBlock(line)) return { first: above + 1, column };
  }
  return { first: 0, column };
}

/** A password of a connection. */
const password = /\bansible_(?:\w+_)?pass(?:word)?["']?\s*[:=]/i;

/** Does the line give a password of a connection? It is not shown then. */
export function givesPassword(text: string): boolean {
  return password.test(text);
}

/** Lines by their numbers from 0. */
export function noLogLines(texts: readonly string[]): ReadonlySet<number> {
  const hidden = new Set<number>();
  if (!texts.some((text) => key.test(text))) return hidden;
  const lines = texts.map(lineOf);
  const isJson = /^\s*[[{]/.test(texts.find((text) => !/^\s*(?:#|---|$)/.test(text)) ?? '');
  if (isJson) return new Set(lines.keys());
  for (const [at, line] of lines.entries()) {
    if (line.empty || !key.test(line.text)) continue;
    const { first, column } = beginning(lines, at, line);
    let last = at;
    for (let next = at + 1; next < lines.length; next += 1) {
      const below = lines[next];
      if (below === undefined || !(below.empty || below.indent >= column)) break;
      last = next;
    }
    for (let number = first; number <= last; number += 1) hidden.add(number);
  }
  return hidden;
}
