/** `-e k=v`, `-e '{...}'` and `-e @file`: the layer that covers all others. */

import type { Diagnostics, SourceRange } from '../diagnostics/diagnostic.js';
import type { Value } from '../values/value.js';
import { readKeyValues } from './key-values.js';
import type { VarEntry, VarTable } from './model.js';
import type { VarLayer } from './precedence.js';
import { parseVars, readVarsFile } from './var-map.js';
import { checkVarName } from './var-name.js';

const FILE = '--extra-vars';

/** `word` is the first that is not a name=value. */
function hintFor(word: string, argument: string): string {
  if (/^[./]/.test(word)) return `Put an @ before a file: @${word}.`;
  if (/^\w+:$/.test(word) && argument.trim().startsWith(word))
    return `Write ${word.slice(0, -1)}=..., or YAML in braces: -e '{${argument.trim()}}'.`;
  return 'Write name=value; quote a value that contains spaces.';
}

function readPairs(argument: string, diagnostics: Diagnostics): VarTable {
  const table = new Map<string, VarEntry>();
  const place = (at: number, length?: number): SourceRange => ({
    file: FILE,
    line: 1,
    column: at + 1,
    ...(length === undefined ? {} : { endColumn: at + length + 1 }),
    text: argument,
  });
  const read = readKeyValues(argument);
  if (!read.ok) {
    const detail = 'The quote that starts here has no end.';
    diagnostics.error(
      'EXTRA_VARS_QUOTING',
      'Quote is not closed',
      detail,
      place(read.at),
      'Close the quote.',
    );
    return table;
  }
  const [first] = read.words;
  if (first !== undefined)
    diagnostics.error(
      'EXTRA_VARS_SYNTAX',
      'Extra variable without a value',
      `No name=value: ${read.words.map(({ text }) => `"${text}"`).join(', ')}. Only a value that begins with {, [ or @ is JSON, YAML or a file.`,
      place(first.at, first.text.length),
      hintFor(first.text, argument),
    );
  for (const { key, value, at } of read.pairs) {
    const origin = place(at, key.length);
    if (checkVarName(key, origin, diagnostics)) table.set(key, { value, origin, unsafe: false });
  }
  return table;
}

function readOne(argument: string, diagnostics: Diagnostics): VarTable {
  const text = argument.trim();
  if (text.trim() === '@') {
    const range = { file: FILE, line: 1, column: 1, text };
    diagnostics.error(
      'EXTRA_VARS_SYNTAX',
      'No file is named',
      'There is no name after the @.',
      range,
      'Write @FILE.',
    );
    return new Map();
  }
  if (text.startsWith('@')) return readVarsFile(text.slice(1), diagnostics);
  if (/^[[{]/.test(text)) return parseVars(text, FILE, diagnostics);
  return readPairs(argument, diagnostics);
}

/** The layer of all -e arguments; later ones cover earlier ones. */
export function parseExtraVars(args: readonly string[], diagnostics: Diagnostics): VarLayer {
  const entries = new Map<string, VarEntry>(args.flatMap((argument) => [...readOne(argument, diagnostics)]));
  const vars: Record<string, Value> = Object.fromEntries(
    [...entries].map(([key, entry]) => [key, entry.value]),
  );
  return {
    name: 'extra-vars',
    vars,
    trusted: true,
    unsafe: new Set([...entries].filter(([, entry]) => entry.unsafe).map(([key]) => key)),
    origin: (name) => entries.get(name)?.origin,
  };
}
