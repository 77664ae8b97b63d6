/** Shell words from text that no shell is to read, but for what is asked for. */
import { shellWords } from '../../shell/words.js';
import { quote, raw, type Shell } from '../../shell/shell.js';

const VARIABLE = /\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})/g;

/**
 * A word in which `$NAME`, `${NAME}` and a `~` at the start are replaced on the target, and nothing else. A
 * variable that is not set stays as it is written.
 */
export function expandingWord(word: string): Shell {
  let text = '';
  let from = 0;
  // Up to its slash a tilde word must be without quotes.
  const tilde = /^~[A-Za-z0-9_.-]*(?:\/|$)/.exec(word)?.[0] ?? '';
  if (tilde !== '') {
    text = tilde;
    from = tilde.length;
  }
  for (const match of word.slice(from).matchAll(VARIABLE)) {
    const start = tilde.length + match.index;
    if (start > from) text += quote(word.slice(from, start));
    const name = match[1] ?? match[2] ?? '';
    text += `"\${${name}-${match[0].replace(/[$}]/g, '\\$&')}}"`;
    from = start + match[0].length;
  }
  if (from < word.length || text === '') text += quote(word.slice(from));
  return raw(text);
}

/** Whether a path holds what a shell expands to file names. */
export function isGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

/** A path whose `*`, `?` and `[...]` the shell expands, with all else quoted. */
export function globWord(path: string): Shell {
  const parts = path.match(/[*?]|\[[!^]?\]?[^\]]*\]|[^*?[]+|\[/g) ?? [];
  const words = parts.map((part) => {
    if (part === '*' || part === '?') return part;
    if (/^\[.+\]$/s.test(part)) {
      return `[${part
        .slice(1, -1)
        .replace(/^\^/, '!')
        .replace(/[^A-Za-z0-9!_.-]/g, '\\$&')}]`;
    }
    return quote(part);
  });
  return raw(words.join(''));
}

/** The words of a command line; a text says why there are none. A template `{{ ... }}` is nothing special: it is rendered before. */
export function commandWords(line: string): readonly string[] | string {
  const split = shellWords(line);
  if (split.ok) return split.words.map(({ text }) => text);
  const why = split.what === 'quote' ? 'a quote is not closed' : 'it ends with a backslash';
  return `The command cannot be split into words: ${why}`;
}
