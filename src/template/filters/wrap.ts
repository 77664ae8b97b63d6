/** Python's `textwrap.wrap` with `expand_tabs=False, replace_whitespace=False`. */

export interface WrapOptions {
  readonly width: number;
  readonly breakLong: boolean;
  readonly breakHyphens: boolean;
}

function chunks(line: string, breakHyphens: boolean): string[] {
  const words = line.split(/(\s+)/).filter((part) => part !== '');
  if (!breakHyphens) return words;
  // A word may be broken after a hyphen between letters.
  return words.flatMap((word) => (/\s/.test(word) ? [word] : word.split(/(?<=[\p{L}\d_]{1}-)(?=[\p{L}_])/u)));
}

/** The lines that one line becomes. */
export function wrapLine(line: string, options: WrapOptions): string[] {
  const rest = chunks(line, options.breakHyphens).reverse();
  const lines: string[] = [];
  while (rest.length > 0) {
    const current: string[] = [];
    let length = 0;
    if (/^\s+$/.test(rest.at(-1) ?? '') && lines.length > 0) rest.pop();
    while (rest.length > 0) {
      const next = rest.at(-1) ?? '';
      if (length + next.length > options.width) break;
      current.push(next);
      length += next.length;
      rest.pop();
    }
    const next = rest.at(-1);
    if (next !== undefined && next.length > options.width) breakWord(next, rest, current, options, length);
    if (/^\s+$/.test(current.at(-1) ?? '')) current.pop();
    if (current.length > 0) lines.push(current.join(''));
  }
  return lines;
}

function breakWord(
  word: string,
  rest: string[],
  current: string[],
  options: WrapOptions,
  length: number,
): void {
  if (options.breakLong) {
    const space = Math.max(1, options.width - length);
    current.push(word.slice(0, space));
    rest[rest.length - 1] = word.slice(space);
  } else if (current.length === 0) {
    current.push(word);
    rest.pop();
  }
}
