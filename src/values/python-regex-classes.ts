/** Python's character classes and escapes, as JavaScript writes them with the `v` flag. */

export const CONTROL: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  f: '\f',
  v: '\v',
  a: '\x07',
};
export const START = '(?<![\\s\\S])';
export const END = '(?![\\s\\S])';
// What str.isspace() holds for, and \s with re.ASCII.
const SPACE =
  '\\t-\\r\\u{1c}-\\u{20}\\u{85}\\u{a0}\\u{1680}\\u{2000}-\\u{200a}\\u{2028}\\u{2029}\\u{202f}\\u{205f}\\u{3000}';

/** The members of `\d`, `\s` and `\w`, for use inside brackets. */
export function classMembers(letter: string, ascii: boolean): string {
  if (letter === 'd') return ascii ? '0-9' : '\\p{Nd}';
  if (letter === 's') return ascii ? '\\t-\\r\\u{20}' : SPACE;
  return ascii ? 'A-Za-z0-9_' : '\\p{L}\\p{N}_';
}

export function literal(character: string): string {
  if (/^[A-Za-z0-9_ ]$/.test(character)) return character;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
