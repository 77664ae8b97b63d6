/** `csvfile`: the cell of the row whose key column is the term (RFC 4180, with a delimiter of one's own). */
import type { Value, Vars } from '../values/value.js';
import type { Lookup } from './lookup.js';
import { termOptions, textOf, textOption, wholeOption } from './options.js';
import { demand, readText } from './search.js';

export const csvfile: Lookup = (call) =>
  call.terms.flatMap((term): readonly Value[] => {
    const { words, options } = termOptions(textOf(term, 'a key'));
    if (words.length === 0) throw new Error('it takes the key of a row');
    const given: Vars = { ...call.options, ...options };
    const key = words.join(' ');
    const encoding = textOption(given, 'encoding', 'utf-8');
    if (!/^utf-?8$/i.test(encoding)) throw new Error(`files are read as UTF-8 and not as ${encoding}`);
    const delimiter = delimiterOf(textOption(given, 'delimiter', 'TAB'));
    const keyColumn = wholeOption(given, 'keycol', 0);
    const column = wholeOption(given, 'col', 1);
    const path = demand(textOption(given, 'file', 'ansible.csv'), 'files', call);
    for (const row of rowsOf(readText(path), delimiter)) {
      if (row.length === 0 || row.at(keyColumn) !== key) continue;
      const cell = row.at(column);
      if (cell === undefined) throw new Error(`the row of "${key}" in ${path} has no column ${column}`);
      return [cell];
    }
    const fallback = given['default'];
    if (fallback === undefined || fallback === null) return [];
    return Array.isArray(fallback) ? (fallback as readonly Value[]) : [fallback];
  });

function delimiterOf(text: string): string {
  if (text === 'TAB' || text === '\\t' || text === 't') return '\t';
  if (Array.from(text).length === 1) return text;
  throw new Error(`the delimiter has to be one character, but is "${text}"`);
}

/** The rows of a text; a cell in double quotes may hold delimiters and line ends, and `""` is a quote. */
export function rowsOf(text: string, delimiter: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  let isEmpty = true;
  const endCell = (): void => {
    row.push(cell);
    cell = '';
  };
  const endRow = (): void => {
    if (!isEmpty) endCell();
    rows.push(row);
    row = [];
    isEmpty = true;
  };
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (sign === '\n' || sign === '\r') {
      if (sign === '\r' && text[at + 1] === '\n') at += 1;
      endRow();
    } else {
      isEmpty = false;
      if (sign === delimiter) endCell();
      else if (sign === '"' && cell === '') isQuoted = true;
      else cell += sign;
    }
  }
  if (!isEmpty) endRow();
  return rows;
}
