/**
 * `k=v k2="v 2"` of --extra-vars: every value is text. Unlike in a task's short form (playbook/read/key-value.ts), Python's escapes count
 * and any key will do.
 */
import { pairWords, type PairWord } from '../values/pair-words.js';
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
      readonly words: readonly PairWord[];
    }
  | { readonly ok: false; readonly at: number };

function unquote(text: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(text);
  return quoted === null || quoted[2]?.endsWith('\\') === true ? text : (quoted[2] ?? '');
}

/** Reads pairs; `words` are those without an `=`. */
export function readKeyValues(text: string): KeyValues {
  const { words, openQuote } = pairWords(text);
  if (openQuote !== undefined) return { ok: false, at: openQuote };
  const pairs: KeyValue[] = [];
  const others: PairWord[] = [];
  for (const word of words) {
    const equals = word.text.indexOf('=');
    if (equals < 1) others.push(word);
    else {
      const value = unquote(decodeEscapes(word.text.slice(equals + 1)).trim());
      pairs.push({ key: word.text.slice(0, equals), value, at: word.at });
    }
  }
  return { ok: true, pairs, words: others };
}
