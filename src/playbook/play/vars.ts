/** `vars:` and files of variables. */
import { describeNode, type MapEntry, type MapNode, type Node as YamlNode } from '../../yaml/node.js';
import { parseYamlFile } from '../../yaml/parse.js';
import { laterContext, type LoadContext, type WrittenValue } from '../read/context.js';
import { findFile, readText } from '../read/files.js';
import { MAGIC } from '../names/magic.js';
import type { VarScope } from '../read/model.js';
import type { Scope } from '../read/scope.js';
import { hasTemplate, noteUses, valueOf } from '../read/templated.js';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const WORDS = new Set(
  'and or not in is if else elif for true false none True False None import from as def class return with lambda pass'.split(
    ' ',
  ),
);

/** Whether a text can be the name of a variable. */
export function isVariableName(name: string): boolean {
  return NAME.test(name) && !WORDS.has(name);
}

export function reportBadName(name: string, range: YamlNode['range'], load: LoadContext): void {
  load.diagnostics.error(
    'BAD_VARIABLE_NAME',
    'Not a variable name',
    WORDS.has(name)
      ? `"${name}" is a keyword of the template language, so it cannot be the name of a variable.`
      : `"${name}" cannot be the name of a variable: use letters, digits and underscores, and do not begin with a digit.`,
    range,
    `Use a name such as ${NAME.test(name) ? `${name}_value` : `"${name.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^(?=\d|$)/, 'v_')}"`}.`,
  );
}

function reportNotMapping(node: YamlNode, what: string, load: LoadContext): void {
  load.diagnostics.error(
    'VARS_NOT_A_MAPPING',
    'Variables are not a mapping',
    `${what} contains names and their values, but this is ${describeNode(node)}.`,
    node.range,
    'Write one "name: value" per line, without dashes.',
  );
}

/** Reads names and values; the values' templates are noted and the names added to the scope. */
export function readVarsMap(
  map: MapNode,
  layer: VarScope['layer'],
  scope: Scope,
  load: LoadContext,
): VarScope {
  for (const entry of map.entries) {
    if (!isVariableName(entry.key)) reportBadName(entry.key, entry.keyRange, load);
    else if (MAGIC.readOnly.has(entry.key)) reportReserved(entry.key, entry.keyRange, load);
    scope.add(entry.key, entry.keyRange);
    load.defined.add(entry.key, entry.keyRange);
    noteUses(entry.value, scope, load, { lazy: true });
    keepValue(entry, load);
  }
  const vars = Object.fromEntries(map.entries.map((entry) => [entry.key, valueOf(entry.value)]));
  return { layer, vars, range: map.range };
}

function keepValue({ key, keyRange, value }: MapEntry, load: LoadContext): void {
  const places = load.values.get(key) ?? new Map<string, WrittenValue>();
  load.values.set(key, places);
  // Only a text that is the whole value is evaluated with it: members of lists and mappings are evaluated one by one.
  const texts =
    value.type === 'scalar' && typeof value.value === 'string' && hasTemplate(value) ? [value.value] : [];
  places.set(`${keyRange.file}:${keyRange.line}:${keyRange.column}`, { range: keyRange, texts });
}

function reportReserved(name: string, range: YamlNode['range'], load: LoadContext): void {
  load.diagnostics.warning(
    'RESERVED_VARIABLE',
    'Variable is set by the engine',
    `"${name}" is set for every host, so a value given here is never used.`,
    range,
    'Use another name.',
  );
}

/** The `vars:` keyword: nothing, or a mapping. */
export function readVars(
  node: YamlNode,
  layer: VarScope['layer'],
  scope: Scope,
  load: LoadContext,
): readonly VarScope[] {
  if (node.type === 'scalar' && node.value === null) return [];
  if (node.type === 'map') return [readVarsMap(node, layer, scope, load)];
  reportNotMapping(node, '"vars"', load);
  scope.open();
  return [];
}

/** Reads a file of variables. A file with faults opens the scope: which names it would define is not known. */
export function readVarsFile(
  path: string,
  layer: VarScope['layer'],
  scope: Scope,
  load: LoadContext,
): VarScope | undefined {
  const before = load.diagnostics.all.length;
  const text = readText(path, load);
  const node = text === undefined ? undefined : parseYamlFile(text, path, load.diagnostics);
  if (load.diagnostics.all.slice(before).some((item) => item.severity === 'error')) load.root.open();
  if (node === undefined || (node.type === 'scalar' && node.value === null)) return undefined;
  if (node.type === 'map') return readVarsMap(node, layer, scope, load);
  reportNotMapping(node, 'A file of variables', load);
  load.root.open();
  return undefined;
}

/** The names in a file that may hold variables: a templated name fits others too, which are skipped. */
export function learnVarsFile(path: string, layer: VarScope['layer'], scope: Scope, load: LoadContext): void {
  const apart = laterContext(load);
  const text = readText(path, apart);
  const node = text === undefined ? undefined : parseYamlFile(text, path, apart.diagnostics);
  if (node?.type === 'map') readVarsMap(node, layer, scope, apart);
}

/** The first of some names that exists, looked for in the folders in order (each also with `vars/`). */
export function findVarsFile(names: readonly string[], folders: readonly string[]): string | undefined {
  for (const name of names) {
    const found = findFile(name, folders, 'vars').path;
    if (found !== undefined) return found;
  }
  return undefined;
}
