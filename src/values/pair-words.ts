/** Words of a `key=value` text: a task's short form, --extra-vars, the list of a role. The rules are those of Ansible's `key=value`. */

export interface PairWord {
  /** With its quotes and backslashes. */
  readonly text: string;
  /** Place from 0 in the text. */
  readonly at: number;
}

export interface PairWords {
  readonly words: readonly PairWord[];
  /** Place from 0 of a quote that is never closed; the last word reaches from before it to the end. */
  readonly openQuote?: number;
}

/**
 * Cuts at blanks that are outside quotes and templates. Quotes count within templates too, and a backslash removes the meaning of a
 * quote or a backslash, not that of a blank.
 */
export function pairWords(text: string): PairWords {
  const words: PairWord[] = [];
  let quote: { readonly sign: string; readonly at: number } | undefined;
  let depth = 0;
  let start = 0;
  const cut = (end: number): void => {
    if (end > start) words.push({ text: text.slice(start, end), at: start });
    start = end + 1;
  };
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    const two = text.slice(at, at + 2);
    if (/^\\["'\\]/.test(two)) at += 1;
    else if (quote !== undefined) quote = sign === quote.sign ? undefined : quote;
    else if (sign === '"' || sign === "'") quote = { sign, at };
    else if (/^\{[{%#]/.test(two)) {
      depth += 1;
      at += 1;
    } else if (/^[}%#]\}/.test(two) && depth > 0) {
      depth -= 1;
      at += 1;
    } else if (depth === 0 && /\s/.test(sign)) cut(at);
  }
  cut(text.length);
  return { words, ...(quote === undefined ? {} : { openQuote: quote.at }) };
}
