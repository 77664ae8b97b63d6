/** `import_role` (expanded while loading) and `include_role` (a node of its own). */
import { didYouMean } from '../diagnostics/nearest.js';
import { mapGet, type MapEntry, type MapNode, type Node as YamlNode } from '../yaml/node.js';
import { laterContext, type PlayContext, type Site } from './context.js';
import { filesLike } from './files.js';
import { finishLoad } from './finish.js';
import { checkImportKeys } from './import-keys.js';
import { checkKeys } from './keys.js';
import { splitKeyValues } from './key-value.js';
import { readLoop } from './loop.js';
import { inherit } from './inherited.js';
import type { Include, Located, Node, Task } from './model.js';
import { placeInScalar } from './place.js';
import { readFlag, readText } from './read.js';
import { roleFolders } from './role-find.js';
import { loadRole, type RoleFiles, type RoleRequest } from './role.js';
import { Scope } from './scope.js';
import { readShared } from './shared.js';
import { noteNotified, readName, toKeywords } from './task.js';
import { isTemplate, noteUses } from './templated.js';

const OPTIONS = [
  'name',
  'tasks_from',
  'vars_from',
  'defaults_from',
  'handlers_from',
  'allow_duplicates',
  'public',
  'rolespec_validate',
];

interface RoleArguments {
  readonly name: Located<string>;
  readonly files: RoleFiles;
  readonly public: boolean;
  readonly apply: MapNode | undefined;
  readonly node: YamlNode;
}

/** `name=x tasks_from=y` as the mapping that it means. */
function asMap(entry: MapEntry, site: Site): MapNode {
  const { value } = entry;
  if (value.type === 'map') return value;
  if (value.type !== 'scalar' || typeof value.value !== 'string') return { type: 'map', entries: [], range: value.range };
  const { sources } = site.play.load;
  const entries = splitKeyValues(value.value).pairs.map((pair): MapEntry => {
    const range = placeInScalar(value, pair.at, pair.value.length, sources);
    return {
      key: pair.key,
      keyRange: placeInScalar(value, pair.keyAt, pair.key.length, sources),
      value: { type: 'scalar', value: pair.value, range, source: pair.value, quoted: false },
    };
  });
  return { type: 'map', entries, range: value.range };
}

function checkOptions(map: MapNode, entry: MapEntry, site: Site): void {
  const known = entry.key.endsWith('include_role') ? [...OPTIONS, 'apply'] : OPTIONS;
  for (const { key, keyRange } of map.entries) {
    if (known.includes(key)) continue;
    site.play.load.diagnostics.error(
      'UNKNOWN_ARGUMENT',
      'The module has no such argument',
      `"${entry.key}" has no argument "${key}".`,
      keyRange,
      didYouMean(key, known) ?? `It has: ${known.join(', ')}. Variables go below "vars:".`,
    );
  }
}

function readRoleArguments(entry: MapEntry, site: Site): RoleArguments | undefined {
  const { load } = site.play;
  const map = asMap(entry, site);
  checkOptions(map, entry, site);
  const text = (key: string): Located<string> | undefined => {
    const node = mapGet(map, key)?.value;
    return node === undefined ? undefined : readText(node, key, load.diagnostics);
  };
  const from = (key: 'tasks' | 'vars' | 'defaults' | 'handlers'): RoleFiles => {
    const found = text(`${key}_from`);
    return found === undefined ? {} : { [key]: { ...found, value: found.value.replace(/\.ya?ml$/, '') } };
  };
  const nameNode = mapGet(map, 'name')?.value;
  const name = text('name');
  if (nameNode === undefined || name === undefined) {
    if (nameNode === undefined) {
      load.diagnostics.error('MISSING_ARGUMENT', 'An argument is missing', `"${entry.key}" needs the argument "name".`, entry.keyRange, 'Write the name of the role below it: "name: NAME".');
    }
    return undefined;
  }
  const open = mapGet(map, 'public')?.value;
  const apply = mapGet(map, 'apply')?.value;
  if (apply?.type === 'map') checkKeys(apply, 'block', load);
  return {
    name,
    node: nameNode,
    files: { ...from('tasks'), ...from('vars'), ...from('defaults'), ...from('handlers') },
    public: open !== undefined && readFlag(open, 'public', load.diagnostics)?.value === true,
    apply: apply?.type === 'map' ? apply : undefined,
  };
}

export function loadImportRole(map: MapNode, entry: MapEntry, site: Site, id: string): readonly Node[] {
  const { load } = site.play;
  checkImportKeys(map, entry, 'import_tasks', load);
  const scope = new Scope(site.scope);
  const shared = readShared(map, 'import_tasks', load, { layer: 'block_vars', scope });
  noteNotified(shared.notify ?? [], site);
  readName(map, scope, site);
  const role = readRoleArguments(entry, site);
  if (role === undefined) return [];
  if (isTemplate(role.name.value)) {
    load.root.open();
    site.play.handlersUnknown = true;
    load.diagnostics.error(
      'TEMPLATED_IMPORT',
      'Import of a templated name',
      `"${entry.key}" is read before any variable of a host is known, so its name cannot be a template.`,
      role.name.range,
      'Use include_role, which is read for each host while running.',
    );
    return [];
  }
  const request = { name: role.name, files: role.files, shared, scope, below: [], once: false, exported: true };
  return loadRole(request, { ...site, prefix: `${id}.` });
}

/** Every role that a templated name may mean is read for the names that it defines. */
function learnFrom(role: RoleArguments, request: RoleRequest, site: Site): void {
  const names = roleFolders(site)
    .slice(0, -2)
    .flatMap((folder) => filesLike(`${role.name.value}/tasks/main.yml`, [folder], 'roles'))
    .map((path) => path.replace(/\/tasks\/main\.yml$/, ''));
  if (names.length === 0) site.play.load.root.open();
  site.play.handlersUnknown = true;
  for (const name of names) {
    if (site.open.includes(`role ${name}`)) continue;
    const load = laterContext(site.play.load);
    const play: PlayContext = { ...site.play, load, notified: [], handlers: [], handlerRoles: new Set(), seenRoles: new Set() };
    loadRole({ ...request, name: { ...role.name, value: name } }, { ...site, play });
  }
}

export function loadIncludeRole(map: MapNode, entry: MapEntry, site: Site, id: string): readonly Node[] {
  const { load } = site.play;
  checkImportKeys(map, entry, 'include_tasks', load);
  const scope = new Scope(site.scope);
  const inner = new Scope(scope);
  const loop = readLoop(map, scope, inner, load);
  const shared = readShared(map, 'include_tasks', load, { layer: 'include_params', scope, inner });
  const name = readName(map, inner, site);
  const role = readRoleArguments(entry, site);
  if (role === undefined) return [];
  noteUses(role.node, inner, load);
  const applied = role.apply === undefined ? {} : readShared(role.apply, 'block', load, { layer: 'block_vars', scope: inner });
  const handed = { ...applied, vars: [...(applied.vars ?? []), ...(shared.vars ?? [])] };
  const request: RoleRequest = { name: role.name, files: role.files, shared: handed, scope: inner, below: [], once: false, exported: role.public };
  const later = (asked: string, instance: string | undefined): { readonly nodes: readonly Node[]; readonly handlers: readonly Task[] } => {
    const fresh = laterContext(load);
    const play: PlayContext = { ...site.play, load: fresh, notified: [], handlers: [], handlerRoles: new Set(), seenRoles: new Set() };
    const prefix = `${id}:${asked}${instance === undefined ? '' : `:${instance}`}.`;
    const nodes = loadRole({ ...request, name: { ...role.name, value: asked } }, { ...site, play, prefix });
    finishLoad(fresh, [{ ...play, handlersUnknown: true }]);
    fresh.diagnostics.throwIfErrors();
    return { nodes, handlers: play.handlers };
  };
  const literal = !isTemplate(role.name.value);
  const nodes = literal ? loadRole(request, { ...site, prefix: `${id}:${role.name.value}.` }) : undefined;
  if (!literal) learnFrom(role, request, site);
  const include: Include = {
    type: 'include',
    kind: 'role',
    id,
    ...(site.role === undefined ? {} : { role: { name: site.role.name, path: site.role.path } }),
    range: map.range,
    ...(name === undefined ? {} : { name }),
    file: role.name,
    keywords: toKeywords(inherit(site.inherited, shared), loop),
    literal,
    load: (asked, instance) =>
      nodes !== undefined && asked === role.name.value && instance === undefined ? nodes : later(asked, instance).nodes,
    handlers: (asked) => (literal && asked === role.name.value ? [] : later(asked, undefined).handlers),
  };
  return [include];
}
