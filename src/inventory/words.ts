/** Splits a line of an INI inventory as a shell would: quotes, backslashes, and `#` that starts a comment. */

export interface Word {
  /** Without quotes and escapes. */
  readonly text: string;
  /** Columns from 0 in the line: first character, and just after the last. */
  readonly from: number;
  readonly to: number;
}

export type Split =
  | { readonly ok: true; readonly words: readonly Word[] }
  | { readonly ok: false; readonly at: number; readonly what: 'quote' | 'backslash' };

/**
 * The words of a line. As in Python's shlex with comments, `#` also ends a word it stands in; inside double
 * quotes a backslash only escapes `"` and itself.
 */
export function splitWords(line: string): Split {
  const words: Word[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(line[at] ?? '')) at += 1;
    if (at >= line.length || line[at] === '#') return { ok: true, words };
    const from = at;
    let text = '';
    while (at < line.length && !/[\s#]/.test(line[at] ?? '')) {
      const char = line[at] ?? '';
      if (char === '\\') {
        if (at + 1 >= line.length) return { ok: false, at, what: 'backslash' };
        text += line[at + 1] ?? '';
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

function readQuoted(line: string, start: number): { text: string; end: number } | undefined {
  const quote = line[start];
  let text = '';
  let at = start + 1;
  while (at < line.length && line[at] !== quote) {
    if (quote === '"' && line[at] === '\\' && /["\\]/.test(line[at + 1] ?? '')) at += 1;
    text += line[at] ?? '';
    at += 1;
  }
  return at < line.length ? { text, end: at + 1 } : undefined;
}
