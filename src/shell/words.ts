/** Words of a line as a POSIX shell makes them without expansions; the rules are those of Python's shlex, which Ansible uses. */

export interface ShellWord {
  /** Without quotes and escapes. */
  readonly text: string;
  /** Places from 0 in the line: of its first character, and just after its last. */
  readonly from: number;
  readonly to: number;
}

export type ShellWords =
  | { readonly ok: true; readonly words: readonly ShellWord[] }
  /** `at`: where what is not closed begins. */
  | { readonly ok: false; readonly at: number; readonly what: 'quote' | 'backslash' };

const BLANK = /[ \t\r\n]/;

/**
 * Splits at blanks and line ends. Within double quotes a backslash only removes the meaning of `"` and of itself. With `comments`, a
 * `#` begins a comment, also within a word that has no quotes there.
 */
export function shellWords(line: string, { comments = false } = {}): ShellWords {
  const words: ShellWord[] = [];
  const ends = (char: string): boolean => char === '' || BLANK.test(char) || (comments && char === '#');
  let at = 0;
  for (;;) {
    while (BLANK.test(line.charAt(at))) at += 1;
    // A comment ends with its line.
    if (comments && line.charAt(at) === '#') {
      while (at < line.length && line.charAt(at) !== '\n') at += 1;
      continue;
    }
    if (at >= line.length) return { ok: true, words };
    const from = at;
    let text = '';
    while (!ends(line.charAt(at))) {
      const char = line.charAt(at);
      if (char === '\\') {
        if (at + 1 >= line.length) return { ok: false, at, what: 'backslash' };
        text += line.charAt(at + 1);
        at += 2;
      } else if (char === '"' || char === "'") {
        const quoted = readQuoted(line, at);
        if (quoted === undefined) return { ok: false, at, what: 'quote' };
        text += quoted.text;
        at = quoted.end;
      } else {
        text += char;
        at += 1;
      }
    }
    words.push({ text, from, to: at });
  }
}

function readQuoted(
  line: string,
  start: number,
): { readonly text: string; readonly end: number } | undefined {
  const quote = line.charAt(start);
  let text = '';
  let at = start + 1;
  while (at < line.length && line.charAt(at) !== quote) {
    if (quote === '"' && line.charAt(at) === '\\' && /["\\]/.test(line.charAt(at + 1))) at += 1;
    text += line.charAt(at);
    at += 1;
  }
  return at < line.length ? { text, end: at + 1 } : undefined;
}
