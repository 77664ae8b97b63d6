/**
 * Regular expressions as Python's `re` means them (docs.python.org/3/library/re.html), for JavaScript.
 *
 * The result always uses the `v` flag. Anchors, the dot and the character classes are written out, so that
 * they mean what they mean in Python whatever the flags. Two rare differences stay: a group inside a
 * repetition forgets its text at each round, and a reference to a group that took no part matches emptiness.
 */
import { LimitedRegExp } from './limited-regex.js';
import { PythonRegexError } from './regex-error.js';
import { CONTROL } from './python-regex-classes.js';
import { PatternFault, translatePattern, type Flags } from './python-regex-translator.js';

export interface PythonRegexOptions {
  readonly ignoreCase?: boolean;
  readonly multiline?: boolean;
  readonly dotAll?: boolean;
  readonly verbose?: boolean;
  readonly ascii?: boolean;
}

export interface TranslatedRegex {
  readonly source: string;
  /** `v`, or `iv`. */
  readonly flags: string;
}

/** Python's global flags `(?im)` at the start of a pattern. */
function leadingFlags(pattern: string): string {
  return /^\(\?([aiLmsux]+)\)/.exec(pattern)?.[1] ?? '';
}

/** Whether a pattern says of itself, with `(?m)`, that `^` and `$` match at each line. */
export function isMultilinePattern(pattern: string): boolean {
  return leadingFlags(pattern).includes('m');
}

/** Translates a pattern. Throws PythonRegexError for one that Python refuses or JavaScript cannot do. */
export function translatePythonRegex(pattern: string, options: PythonRegexOptions = {}): TranslatedRegex {
  const leading = leadingFlags(pattern);
  const flags: Flags = {
    ignoreCase: options.ignoreCase === true || leading.includes('i'),
    multiline: options.multiline === true || leading.includes('m'),
    dotAll: options.dotAll === true || leading.includes('s'),
    verbose: options.verbose === true || leading.includes('x'),
    ascii: options.ascii === true || leading.includes('a'),
  };
  try {
    return { source: translatePattern(pattern, flags), flags: flags.ignoreCase ? 'iv' : 'v' };
  } catch (error) {
    if (error instanceof PatternFault) throw new PythonRegexError(error.message, pattern, error.position);
    throw error;
  }
}

/** A RegExp that finds what Python's would, within the time limit. `extraFlags` may be `g`, `y` or `d`. */
export function pythonRegex(
  pattern: string,
  options: PythonRegexOptions = {},
  extraFlags = '',
): LimitedRegExp {
  const { source, flags } = translatePythonRegex(pattern, options);
  try {
    return new LimitedRegExp(source, flags + extraFlags, pattern);
  } catch (cause) {
    throw new PythonRegexError(cause instanceof Error ? cause.message : 'invalid pattern', pattern, 0);
  }
}

const TEMPLATE = /\\(?:g<([^>]*)>|([0-3][0-7]{2}|0[0-7]{0,2})|([1-9]\d?)|([\s\S])|$)/g;

/** Python's `match.expand(template)`: `\1`, `\g<name>`, `\g<0>`, `\n`. Throws PythonRegexError. */
export function expandReplacement(template: string, match: RegExpExecArray | RegExpMatchArray): string {
  const group = (key: string): string => {
    if (match.groups !== undefined && key in match.groups) return match.groups[key] ?? '';
    if (!/^\d+$/.test(key) || Number(key) >= match.length) {
      throw new PythonRegexError(`invalid group reference ${key}`, template, 0);
    }
    return match[Number(key)] ?? '';
  };
  return template.replace(
    TEMPLATE,
    (whole, name?: string, octal?: string, number?: string, letter?: string) => {
      if (name !== undefined) return group(name);
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      if (number !== undefined) return group(number);
      if (letter === undefined || letter === '')
        throw new PythonRegexError('bad escape (end of template)', template, 0);
      if (letter === 'b') return '\b';
      if (letter === '\\') return '\\';
      const control = CONTROL[letter];
      if (control !== undefined) return control;
      if (/^[A-Za-z]$/.test(letter)) throw new PythonRegexError(`bad escape \\${letter}`, template, 0);
      return whole;
    },
  );
}

/** Python's `re.subn(pattern, replacement, text, count)`; a count of 0 means all. */
export function pythonSub(
  pattern: string,
  replacement: string,
  text: string,
  options: PythonRegexOptions & { readonly count?: number } = {},
): { readonly text: string; readonly count: number } {
  const regex = pythonRegex(pattern, options, 'g');
  const limit = options.count ?? 0;
  let result = '';
  let from = 0;
  let count = 0;
  for (const match of regex.matches(text)) {
    if (limit > 0 && count >= limit) break;
    result += text.slice(from, match.index) + expandReplacement(replacement, match);
    from = match.index + match[0].length;
    count += 1;
  }
  return { text: result + text.slice(from), count };
}
