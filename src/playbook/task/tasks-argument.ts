/** The file that `import_tasks` and `include_tasks` name. */
import { relative } from 'node:path';
import type { SourceRange } from '../../diagnostics/diagnostic.js';
import { mapGet, type MapEntry, type MapNode, type Node as YamlNode } from '../../yaml/node.js';
import type { Site } from '../read/context.js';
import { findFile, reportMissingFile } from '../read/files.js';
import { splitKeyValues } from '../read/key-value.js';
import { readTexts } from '../read/read.js';
import { searchPathsOf } from './task.js';

export interface FileArgument {
  readonly name: string;
  readonly node: YamlNode;
  readonly range: SourceRange;
  /** `apply:` of include_tasks. */
  readonly apply?: MapNode;
}

function reportNoFile(entry: MapEntry, site: Site): void {
  site.play.load.diagnostics.error(
    'MISSING_ARGUMENT',
    'An argument is missing',
    `"${entry.key}" needs the name of a file of tasks.`,
    entry.keyRange,
    `Write: ${entry.key}: setup.yml`,
  );
}

function fileText(node: YamlNode): string | undefined {
  return node.type === 'scalar' && typeof node.value === 'string' && node.value.trim() !== ''
    ? node.value.trim()
    : undefined;
}

/** The file as a bare text, as `file=...`, or in a mapping with `file` (and `apply`). */
export function readFile(map: MapNode, entry: MapEntry, site: Site): FileArgument | undefined {
  const { value } = entry;
  const text = fileText(value);
  if (text !== undefined) {
    const { pairs, rest } = splitKeyValues(text);
    const name = rest === '' ? pairs.find((pair) => pair.key === 'file')?.value : rest;
    return { name: name ?? text, node: value, range: value.range, ...applyOf(mapGet(map, 'args')?.value) };
  }
  const inside = value.type === 'map' ? value : mapGet(map, 'args')?.value;
  const file = inside?.type === 'map' ? (mapGet(inside, 'file') ?? mapGet(inside, '_raw_params')) : undefined;
  const name = file === undefined ? undefined : fileText(file.value);
  const isKnown = inside?.type !== 'map' || checkOptions(inside, entry.key, site);
  if (file === undefined || name === undefined) {
    // An argument that is not known may be the one that is missing.
    if (isKnown) reportNoFile(entry, site);
    return undefined;
  }
  return { name, node: file.value, range: file.value.range, ...applyOf(inside) };
}

function applyOf(node: YamlNode | undefined): { readonly apply?: MapNode } {
  const apply = node?.type === 'map' ? mapGet(node, 'apply')?.value : undefined;
  return apply?.type === 'map' ? { apply } : {};
}

/** Does it hold only what there is? */
function checkOptions(map: MapNode, key: string, site: Site): boolean {
  const known = key.endsWith('include_tasks') ? ['file', 'apply', '_raw_params'] : ['file', '_raw_params'];
  const strange = map.entries.filter((entry) => !known.includes(entry.key));
  for (const entry of strange) {
    site.play.load.diagnostics.error(
      'UNKNOWN_ARGUMENT',
      'The module has no such argument',
      `"${key}" has no argument "${entry.key}".`,
      entry.keyRange,
      `It has: ${known.slice(0, -1).join(', ')}. Variables go below "vars:".`,
    );
  }
  return strange.length === 0;
}

/** A file is looked for beside the file that names it, in the role's tasks (for a handler in its handlers first), and beside the playbook. */
export function findTasks(
  name: string,
  site: Site,
): { readonly path: string | undefined; readonly tried: readonly string[] } {
  const folders = [...new Set([site.dir, ...searchPathsOf(site)])];
  if (site.place === 'task') return findFile(name, folders, 'tasks');
  const handlers = findFile(name, folders, 'handlers');
  if (handlers.path !== undefined) return handlers;
  const tasks = findFile(name, folders, 'tasks');
  return { path: tasks.path, tried: [...new Set([...handlers.tried, ...tasks.tried])] };
}

export function reportMissing(file: FileArgument, tried: readonly string[], site: Site): void {
  site.play.load.root.open();
  site.play.handlersUnknown = true;
  reportMissingFile(file.name, tried, file.range, site.play.load, (path) =>
    relative(site.play.playbookDir, path),
  );
}

/** Handlers in an imported file answer to the import's names too. */
export function listenOf(map: MapNode, name: string | undefined, site: Site): readonly string[] {
  if (site.place !== 'handler') return [];
  const node = mapGet(map, 'listen')?.value;
  const topics =
    node === undefined ? [] : readTexts(node, 'listen', site.play.load.diagnostics).map((item) => item.value);
  return [...site.listen, ...(name === undefined ? [] : [name]), ...topics];
}
