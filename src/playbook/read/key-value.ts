/**
 * `key=value` texts: the short form of arguments, with the place of each value. Unlike in --extra-vars (inventory/key-values.ts), only a
 * few escapes count, keys are names, and words that are not pairs are kept as they are written.
 */
import { pairWords } from '../../values/pair-words.js';

interface Pair {
  readonly key: string;
  readonly value: string;
  /** Offset of the key and of the value's first character in the text. */
  readonly keyAt: number;
  readonly at: number;
}

export interface KeyValues {
  readonly pairs: readonly Pair[];
  /** What is left when the pairs are removed, and where it starts. */
  readonly rest: string;
  readonly restAt: number;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

function unquote(text: string): { readonly value: string; readonly skip: number } {
  const quote = text[0];
  const whole = text.length > 1 && (quote === '"' || quote === "'") && text.endsWith(quote);
  const inside = whole ? text.slice(1, -1) : text;
  const value = inside.replace(/\\([ntr\\"'])/g, (_, char: string) => ESCAPES[char] ?? char);
  return { value, skip: whole ? 1 : 0 };
}

interface Open {
  /** What is not closed: `"`, `'`, `{{`, `{%` or `{#`. */
  readonly sign: string;
  readonly at: number;
}

const CLOSERS: Readonly<Record<string, string>> = { '{{': '}}', '{%': '%}', '{#': '#}' };

/**
 * The first quote or template marker of a text that is never closed. As in Ansible, quotes count within templates too, and a
 * backslash takes a quote's meaning away.
 */
export function findOpen(text: string): Open | undefined {
  let quote: Open | undefined;
  const markers: Record<string, number[]> = { '{{': [], '{%': [], '{#': [] };
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if ((char === '"' || char === "'") && text[at - 1] !== '\\') {
      if (quote === undefined) quote = { sign: char, at };
      else if (quote.sign === char) quote = undefined;
    }
    const two = text.slice(at, at + 2);
    const opener = Object.keys(CLOSERS).find((sign) => sign === two || CLOSERS[sign] === two);
    if (opener === undefined) continue;
    if (opener === two) markers[opener]?.push(at);
    else markers[opener]?.pop();
    at += 1;
  }
  const open = Object.entries(markers).flatMap(([sign, places]) => places.map((at) => ({ sign, at })));
  return [...(quote === undefined ? [] : [quote]), ...open].sort((a, b) => a.at - b.at)[0];
}

const nameKey = /^(?<key>[A-Za-z_]\w*)=(?<value>.*)$/s;
const templatedKey = /^(?<key>(?:[A-Za-z_]|\{\{.*?\}\})(?:\w|\{\{.*?\}\})*)=(?<value>.*)$/s;

/**
 * Reads pairs; with `only`, words with other keys (as a command's own `a=b`) belong to the rest. `anyName`: keys are names of the
 * user's, and may hold templates.
 */
export function splitKeyValues(text: string, only?: ReadonlySet<string>, anyName = false): KeyValues {
  const pairs: Pair[] = [];
  let rest = '';
  let restAt = -1;
  let end = 0;
  for (const word of pairWords(text).words) {
    const match = (anyName ? templatedKey : nameKey).exec(word.text)?.groups;
    const key = match?.['key'] ?? '';
    const between = text.slice(end, word.at);
    end = word.at + word.text.length;
    if (match === undefined || (only !== undefined && !only.has(key))) {
      if (restAt === -1) restAt = word.at;
      rest += (rest === '' ? '' : between) + word.text;
      continue;
    }
    const { value, skip } = unquote(match['value'] ?? '');
    pairs.push({ key, value, keyAt: word.at, at: word.at + key.length + 1 + skip });
  }
  return { pairs, rest, restAt: Math.max(restAt, 0) };
}
