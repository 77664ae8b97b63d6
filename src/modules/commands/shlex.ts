/** Splits a command line into words as Python's `shlex.split` does in POSIX mode. */

export class UnclosedQuote extends Error {
  constructor() {
    super('a quote or a backslash at the end is not closed');
  }
}

/** Throws UnclosedQuote. A template `{{ ... }}` is no special text here: it is rendered before. */
export function shlexSplit(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    const next = text[at + 1];
    if (quote === "'") {
      if (character === "'") quote = '';
      else word = (word ?? '') + character;
    } else if (character === '\\') {
      if (next === undefined) throw new UnclosedQuote();
      // Inside double quotes a backslash only escapes a quote or a backslash.
      const literal = quote === '"' && next !== '"' && next !== '\\';
      word = (word ?? '') + (literal ? character + next : next);
      at += 1;
    } else if (quote === '"') {
      if (character === '"') quote = '';
      else word = (word ?? '') + character;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= '';
    } else if (/[ \t\r\n]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== '') throw new UnclosedQuote();
  if (word !== undefined) words.push(word);
  return words;
}
