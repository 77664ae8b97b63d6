/** The place of a part of a variable, in the file that the variable is in. */
import { Diagnostics, type SourceRange } from '../../diagnostics/diagnostic.js';
import { mapGet, type MapEntry, type Node } from '../../yaml/node.js';
import { parseYamlFile } from '../../yaml/parse.js';
import { readTextFile } from '../../yaml/text-file.js';

/** The entry whose key is at a place. */
function entryAt(node: Node, { line, column }: SourceRange): MapEntry | undefined {
  if (node.type === 'scalar') return undefined;
  if (node.type === 'list') {
    for (const item of node.items) {
      const found = entryAt(item, { file: '', line, column });
      if (found !== undefined) return found;
    }
    return undefined;
  }
  for (const entry of node.entries) {
    if (entry.keyRange.line === line && entry.keyRange.column === column) return entry;
    const found = entryAt(entry.value, { file: '', line, column });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The key or item at the end of the path, as deep as the file goes along with it. */
function deepest(entry: MapEntry, path: readonly (string | number)[]): SourceRange {
  let range = entry.keyRange;
  let node = entry.value;
  for (const part of path) {
    if (node.type === 'map' && typeof part === 'string') {
      const next = mapGet(node, part);
      if (next === undefined) break;
      range = next.keyRange;
      node = next.value;
    } else if (node.type === 'list' && typeof part === 'number') {
      const next = node.items[part];
      if (next === undefined) break;
      range = next.range;
      node = next;
    } else break;
  }
  return range;
}

/** `origin`: the variable's key. It is given back where the file is not YAML or has changed meanwhile. */
export function placeInFile(origin: SourceRange, path: readonly (string | number)[]): SourceRange {
  if (path.length === 0 || origin.hidden !== undefined) return origin;
  try {
    const tree = parseYamlFile(readTextFile(origin.file), origin.file, new Diagnostics());
    const entry = tree === undefined ? undefined : entryAt(tree, origin);
    return entry === undefined ? origin : deepest(entry, path);
  } catch {
    return origin;
  }
}
