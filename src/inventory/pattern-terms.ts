/** Splits host patterns into terms: `web:&rt:!web03`, `a,b`, `~regex`, `group[0:2]`. */

export interface Term {
  readonly kind: 'plain' | 'and' | 'not';
  /** Without the leading `&` or `!` and without the subscript. */
  readonly text: string;
  /** `[2]`, `[-1]`, `[1:3]` (both included), `[1:]`. */
  readonly subscript?: { readonly first: number; readonly last: number | 'end' };
  /** Column from 0 in the pattern. */
  readonly at: number;
}

const SUBSCRIPT = /^(.+)\[(?:(-?[0-9]+)|([0-9]+):([0-9]*))\]$/;
const IPV6 = /^(?=.*::|(?:[^:]*:){7}[^:]*$)[0-9a-fA-F:.]+$/;

/** The pieces between commas or, where there is no comma, colons; brackets hide both. */
function pieces(pattern: string): readonly { text: string; at: number }[] {
  if (IPV6.test(pattern.trim())) return [{ text: pattern.trim(), at: pattern.search(/\S/) }];
  const comma = /,/.test(pattern.replace(/\[[^\]]*\]/g, ''));
  const piece = comma ? /(?:[^,[]|\[[^\]]*\]?)+/g : /(?:[^:[]|\[[^\]]*\]?)+/g;
  // A regular expression may hold colons; it runs to the next comma.
  const text =
    !comma && pattern.trimStart().startsWith('~') ? [{ 0: pattern, index: 0 }] : pattern.matchAll(piece);
  return [...text]
    .map((match) => ({ text: match[0].trim(), at: match.index + Math.max(match[0].search(/\S/), 0) }))
    .filter((found) => found.text !== '');
}

function term({ text, at }: { text: string; at: number }): Term {
  const kind = text.startsWith('&') ? 'and' : text.startsWith('!') ? 'not' : 'plain';
  const body = kind === 'plain' ? text : text.slice(1).trimStart();
  const found = body.startsWith('~') ? null : SUBSCRIPT.exec(body);
  if (found === null) return { kind, text: body, at };
  const [, name = '', index, first, last] = found;
  const subscript =
    index === undefined
      ? { first: Number(first), last: last === '' || last === undefined ? ('end' as const) : Number(last) }
      : { first: Number(index), last: Number(index) };
  return { kind, text: name, subscript, at };
}

/** The terms of a pattern (or of a list of patterns) as written. */
export function splitPattern(pattern: string): readonly Term[] {
  return pieces(pattern).map(term);
}
