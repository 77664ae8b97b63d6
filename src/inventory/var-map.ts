/** A mapping of variables in YAML to a table of variables with their places. */

import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { describeNode, hasUnsafe, toValue, type MapNode } from '../yaml/node.js';
import { parseYaml } from '../yaml/parse.js';
import { whyUnread } from '../yaml/near-file.js';
import { readTextFile } from '../yaml/text-file.js';
import type { VarEntry, VarTable } from './model.js';
import { checkVarName } from './var-name.js';

export function readVarMap(node: MapNode, diagnostics: Diagnostics): Map<string, VarEntry> {
  const table = new Map<string, VarEntry>();
  for (const { key, keyRange, value } of node.entries) {
    if (!checkVarName(key, keyRange, diagnostics)) continue;
    table.set(key, { value: toValue(value), origin: keyRange, unsafe: hasUnsafe(value) });
  }
  return table;
}

/** The variables of a YAML or JSON text; an empty one has none. */
export function parseVars(text: string, file: string, diagnostics: Diagnostics): VarTable {
  const [node, second] = parseYaml(text, file, diagnostics);
  if (second !== undefined) {
    diagnostics.error(
      'VARS_DOCUMENTS',
      'Second YAML document',
      'A file of variables is one document; text after a second "---" would be lost.',
      second.range,
      'Remove the "---".',
    );
  }
  if (node === undefined || (node.type === 'scalar' && node.value === null)) return new Map();
  if (node.type === 'map') return readVarMap(node, diagnostics);
  diagnostics.error(
    'VARS_SHAPE',
    'Mapping of variables expected',
    `A file of variables has "name: value" lines, but this is ${describeNode(node)}.`,
    node.range,
    'Write "name: value" lines without a leading "-".',
  );
  return new Map();
}

/** As parseVars, from a file. A file that cannot be read is the diagnostic `UNREADABLE_FILE`. */
export function readVarsFile(path: string, diagnostics: Diagnostics): VarTable {
  let text: string;
  try {
    text = readTextFile(path);
  } catch (error) {
    const { why, line, hint } = whyUnread(error, path);
    diagnostics.error(
      'UNREADABLE_FILE',
      'File cannot be read',
      `${why}.`,
      { file: path, line, column: 1 },
      hint ?? 'Check the path and the permissions.',
    );
    return new Map();
  }
  return parseVars(text, path, diagnostics);
}
