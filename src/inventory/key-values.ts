/**
 * `k=v k2="v 2"` of --extra-vars: Ansible's rules, by which every value is text. Not those of a task's short form
 * (playbook/read/key-value.ts): here Python's escapes count, any key will do, and a quote that is not closed is a fault.
 */

import { decodeEscapes } from './literal-string.js';

export interface KeyValue {
  readonly key: string;
  readonly value: string;
  /** Column from 0. */
  readonly at: number;
}

export type KeyValues =
  | {
      readonly ok: true;
      readonly pairs: readonly KeyValue[];
      readonly words: readonly { text: string; at: number }[];
    }
  | { readonly ok: false; readonly at: number };

/** Splits at white space, but not within quotes or `{{ }}`. */
function words(text: string): { words: { text: string; at: number }[]; open?: number } {
  const found: { text: string; at: number }[] = [];
  let start = -1;
  let quote: { char: string; at: number } | undefined;
  let depth = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const char = text[at] ?? '';
    if (quote !== undefined) {
      if (char === '\\') at += 1;
      else if (char === quote.char) quote = undefined;
    } else if (char === '"' || char === "'") {
      quote = { char, at };
      if (start < 0) start = at;
    } else if (text.startsWith('{{', at) || text.startsWith('{%', at)) depth += 1;
    else if ((text.startsWith('}}', at) || text.startsWith('%}', at)) && depth > 0) depth -= 1;
    if (char === '' || (/\s/.test(char) && quote === undefined && depth === 0)) {
      if (start >= 0) found.push({ text: text.slice(start, at), at: start });
      start = -1;
    } else if (start < 0) start = at;
  }
  return quote === undefined ? { words: found } : { words: found, open: quote.at };
}

function unquote(text: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(text);
  return quoted === null || quoted[2]?.endsWith('\\') === true ? text : (quoted[2] ?? '');
}

/** Reads pairs; `words` are those without an `=`. */
export function readKeyValues(text: string): KeyValues {
  const split = words(text);
  if (split.open !== undefined) return { ok: false, at: split.open };
  const pairs: KeyValue[] = [];
  const others: { text: string; at: number }[] = [];
  for (const word of split.words) {
    const equals = word.text.indexOf('=');
    if (equals < 1) others.push(word);
    else {
      const value = unquote(decodeEscapes(word.text.slice(equals + 1)).trim());
      pairs.push({ key: word.text.slice(0, equals), value, at: word.at });
    }
  }
  return { ok: true, pairs, words: others };
}
