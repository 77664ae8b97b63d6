/** `import_tasks` (expanded while loading) and `include_tasks` (a node of its own). */
import { basename, relative } from 'node:path';
import { mapGet, type MapEntry, type MapNode, type Node as YamlNode } from '../yaml/node.js';
import type { SourceRange } from '../diagnostics/diagnostic.js';
import { laterContext, type PlayContext, type Site } from './context.js';
import { filesLike, findFile, reportMissingFile } from './files.js';
import { checkImportKeys } from './import-keys.js';
import { inherit, type Inherited } from './inherited.js';
import { checkKeys } from './keys.js';
import { splitKeyValues } from './key-value.js';
import { readLoop } from './loop.js';
import type { Include, Node } from './model.js';
import { readTexts } from './read.js';
import { Scope } from './scope.js';
import { readShared } from './shared.js';
import { finishLoad } from './finish.js';
import { loadTaskFile } from './task-file.js';
import { noteNotified, readName, searchPathsOf, toKeywords } from './task.js';
import { isTemplate, located, noteUses } from './templated.js';

interface FileArgument {
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
  return node.type === 'scalar' && typeof node.value === 'string' && node.value.trim() !== '' ? node.value.trim() : undefined;
}

/** The file as a bare text, as `file=...`, or in a mapping with `file` (and `apply`). */
function readFile(map: MapNode, entry: MapEntry, site: Site): FileArgument | undefined {
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
  if (inside?.type === 'map') checkOptions(inside, entry.key, site);
  if (file === undefined || name === undefined) {
    reportNoFile(entry, site);
    return undefined;
  }
  return { name, node: file.value, range: file.value.range, ...applyOf(inside) };
}

function applyOf(node: YamlNode | undefined): { readonly apply?: MapNode } {
  const apply = node?.type === 'map' ? mapGet(node, 'apply')?.value : undefined;
  return apply?.type === 'map' ? { apply } : {};
}

function checkOptions(map: MapNode, key: string, site: Site): void {
  const known = key.endsWith('include_tasks') ? ['file', 'apply', '_raw_params'] : ['file', '_raw_params'];
  for (const entry of map.entries) {
    if (known.includes(entry.key)) continue;
    site.play.load.diagnostics.error(
      'UNKNOWN_ARGUMENT',
      'The module has no such argument',
      `"${key}" has no argument "${entry.key}".`,
      entry.keyRange,
      `It has: ${known.slice(0, -1).join(', ')}. Variables go below "vars:".`,
    );
  }
}

/** A file is looked for beside the file that names it, in the role's tasks, and beside the playbook. */
function findTasks(name: string, site: Site): { readonly path: string | undefined; readonly tried: readonly string[] } {
  const folders = [...new Set([site.dir, ...searchPathsOf(site)])];
  return findFile(name, folders, site.place === 'handler' ? 'handlers' : 'tasks');
}

function reportMissing(file: FileArgument, tried: readonly string[], site: Site): void {
  site.play.load.root.open();
  site.play.handlersUnknown = true;
  reportMissingFile(file.name, tried, file.range, site.play.load, (path) => relative(site.play.playbookDir, path));
}

function reportImportTemplate(file: FileArgument, key: string, site: Site): void {
  site.play.load.root.open();
  site.play.load.diagnostics.error(
    'TEMPLATED_IMPORT',
    'Import of a templated name',
    `"${key}" is read before any variable of a host is known, so its name cannot be a template.`,
    file.range,
    'Use include_tasks, which is read for each host while running.',
  );
}

/** Handlers in an imported file answer to the import's names too. */
function listenOf(map: MapNode, name: string | undefined, site: Site): readonly string[] {
  if (site.place !== 'handler') return [];
  const node = mapGet(map, 'listen')?.value;
  const topics = node === undefined ? [] : readTexts(node, 'listen', site.play.load.diagnostics).map((item) => item.value);
  return [...site.listen, ...(name === undefined ? [] : [name]), ...topics];
}

/** Tasks of a file in place of the import; they inherit all of its keywords. */
export function loadImportTasks(map: MapNode, entry: MapEntry, site: Site, id: string): readonly Node[] {
  const { load } = site.play;
  checkImportKeys(map, entry, 'import_tasks', load);
  const scope = new Scope(site.scope);
  const shared = readShared(map, 'import_tasks', load, { layer: 'block_vars', scope });
  noteNotified(shared.notify ?? [], site);
  const name = readName(map, scope, site);
  const file = readFile(map, entry, site);
  if (file === undefined) return [];
  if (isTemplate(file.name)) {
    reportImportTemplate(file, entry.key, site);
    return [];
  }
  const { path, tried } = findTasks(file.name, site);
  if (path === undefined) {
    reportMissing(file, tried, site);
    return [];
  }
  const inside = { ...site, scope, inherited: inherit(site.inherited, shared), prefix: `${id}.`, listen: listenOf(map, name, site) };
  return loadTaskFile(path, inside, file.range);
}

/** What the tasks of an include inherit: not its own keywords, but its variables and what `apply` says. */
function insideOf(site: Site, shared: Partial<Inherited>, file: FileArgument, scope: Scope): Site {
  const own = (shared.vars ?? []).map((vars) => ({ ...vars, layer: 'include_params' as const }));
  const applied =
    file.apply === undefined ? {} : readShared(file.apply, 'block', site.play.load, { layer: 'block_vars', scope });
  if (file.apply !== undefined) checkKeys(file.apply, 'block', site.play.load);
  return { ...site, scope, inherited: inherit(inherit(site.inherited, { vars: own }), applied) };
}

/** Loads the file of an include for a host, as the engine asks. */
function loadLater(name: string, site: Site, id: string, range: SourceRange, instance: string | undefined): readonly Node[] {
  const load = laterContext(site.play.load);
  const play: PlayContext = { ...site.play, load, notified: [] };
  const { path, tried } = findTasks(name, site);
  const later = { ...site, play, prefix: `${id}:${basename(name)}${instance === undefined ? '' : `:${instance}`}.` };
  const nodes = path === undefined ? [] : loadTaskFile(path, later, range);
  if (path === undefined) {
    reportMissingFile(name, tried, range, load, (place) => relative(play.playbookDir, place));
  }
  finishLoad(load, [play]);
  load.diagnostics.throwIfErrors();
  return nodes;
}

/** Reads every file that a templated name may mean, so that the names which they define are known. */
function learnFrom(name: string, site: Site): void {
  const files = filesLike(name, [site.dir, ...searchPathsOf(site)], 'tasks').filter((path) => /\.ya?ml$/.test(path));
  if (files.length === 0) site.play.load.root.open();
  for (const path of files) {
    if (site.open.includes(path)) continue;
    const load = laterContext(site.play.load);
    loadTaskFile(path, { ...site, play: { ...site.play, load, notified: [] }, open: [...site.open, path + ' ', ...files.filter((other) => other !== path)] }, { file: path, line: 1, column: 1 });
  }
}

/** A node that names the file; its own `when` and `loop` hold for the include, not for each task. */
export function loadIncludeTasks(map: MapNode, entry: MapEntry, site: Site, id: string): readonly Node[] {
  const { load } = site.play;
  checkImportKeys(map, entry, 'include_tasks', load);
  const scope = new Scope(site.scope);
  const inner = new Scope(scope);
  const loop = readLoop(map, scope, inner, load);
  const shared = readShared(map, 'include_tasks', load, { layer: 'include_params', scope, inner });
  const name = readName(map, inner, site);
  const file = readFile(map, entry, site);
  if (file === undefined) return [];
  noteUses(file.node, inner, load);
  const literal = !isTemplate(file.name);
  const inside = { ...insideOf(site, shared, file, inner), listen: listenOf(map, name, site) };
  const nodes = literal ? loadOnce(file, inside, id) : undefined;
  if (!literal) learnFrom(file.name, inside);
  if (site.place === 'handler') return handlersOf(nodes, entry, site);
  const include: Include = {
    type: 'include',
    kind: 'tasks',
    id,
    ...(site.role === undefined ? {} : { role: { name: site.role.name, path: site.role.path } }),
    range: map.range,
    ...(name === undefined ? {} : { name }),
    file: { ...located(file.node), value: file.name },
    keywords: toKeywords(inherit(site.inherited, shared), loop),
    literal,
    load: (asked, instance) =>
      nodes !== undefined && asked === file.name && instance === undefined
        ? nodes
        : loadLater(asked, inside, id, file.range, instance),
    handlers: () => [],
  };
  return [include];
}

function loadOnce(file: FileArgument, inside: Site, id: string): readonly Node[] {
  const { path, tried } = findTasks(file.name, inside);
  if (path === undefined) {
    reportMissing(file, tried, inside);
    return [];
  }
  // A file that includes itself ends by a condition at run time; it is read once here.
  if (inside.open.includes(path)) return [];
  return loadTaskFile(path, { ...inside, prefix: `${id}:${basename(file.name)}.` }, file.range);
}

/** Handlers of a file stand for the include in the list of handlers. */
function handlersOf(nodes: readonly Node[] | undefined, entry: MapEntry, site: Site): readonly Node[] {
  if (nodes !== undefined) return nodes;
  site.play.handlersUnknown = true;
  site.play.load.diagnostics.error(
    'TEMPLATED_IMPORT',
    'Include of a templated name as a handler',
    'Which handlers there are has to be known before the play starts, so the name cannot be a template.',
    entry.keyRange,
    'Write the name of the file out, and give its tasks conditions.',
  );
  return [];
}
