/** The keywords that plays, blocks, tasks, roles and imports have in common and hand down. */
import type { MapEntry, MapNode, Node as YamlNode } from '../../yaml/node.js';
import { mapGet } from '../../yaml/node.js';
import { guardedNames, readConditions } from '../task/conditions.js';
import { checkConnectionKeyword, warnOfLateConnection } from '../task/connection-keywords.js';
import type { LoadContext } from './context.js';
import { SINGLE, type Inherited, type SingleName } from './inherited.js';
import { keywordsOf, type Place } from './keywords.js';
import type { Located, Templated, VarScope } from './model.js';
import { checkDefaultArguments } from '../task/module-defaults.js';
import { readFlag, readNumber, readTags, readText, readTexts } from './read.js';
import type { Scope } from './scope.js';
import { hasTemplate, located, noteUses } from './templated.js';
import { readVars } from '../play/vars.js';

function readSingle(entry: MapEntry, place: Place, load: LoadContext): Templated | undefined {
  const type = keywordsOf(place).get(entry.key)?.type;
  if (type === 'flag') return readFlag(entry.value, entry.key, load.diagnostics);
  if (type === 'number') return readNumber(entry.value, entry.key, load.diagnostics);
  return readText(entry.value, entry.key, load.diagnostics);
}

function readSingles(map: MapNode, place: Place, scope: Scope, load: LoadContext): Inherited['singles'] {
  const singles: Partial<Record<SingleName, Templated>> = {};
  for (const entry of map.entries) {
    if (!Object.hasOwn(SINGLE, entry.key) || !keywordsOf(place).has(entry.key)) continue;
    const value = readSingle(entry, place, load);
    noteUses(entry.value, scope, load);
    if (value === undefined) continue;
    checkConnectionKeyword(entry.key, value, load);
    if (place !== 'play') warnOfLateConnection(entry.key, value, map, load);
    singles[SINGLE[entry.key as keyof typeof SINGLE]] = value;
  }
  return singles;
}

/** `environment`: a mapping, a list of mappings, or a template that gives one. Later ones win. */
function readEnvironment(node: YamlNode, load: LoadContext): readonly Templated[] {
  if (node.type === 'scalar' && node.value === null) return [];
  const items = node.type === 'list' ? node.items : [node];
  return items.flatMap((item) => {
    if (item.type === 'map' || (item.type === 'scalar' && hasTemplate(item))) return [located(item)];
    load.diagnostics.error(
      'WRONG_TYPE',
      'Keyword has a value of the wrong type',
      '"environment" takes names and their values, or a list of such mappings.',
      item.range,
      'Write "environment:" and below it "NAME: value" pairs.',
    );
    return [];
  });
}

function readNotify(map: MapNode, load: LoadContext): readonly Located<string>[] {
  const entry = mapGet(map, 'notify');
  if (entry === undefined) return [];
  return readTexts(entry.value, 'notify', load.diagnostics);
}

export interface SharedOptions {
  /** Where `vars` count. */
  readonly layer: VarScope['layer'];
  /** Where the names of `vars` and the names that `when` guards become known. */
  readonly scope: Scope;
  /** Where the keywords' templates are evaluated, when that is further in: a task's loop variables. */
  readonly inner?: Scope;
}

/**
 * Reads the inheritable keywords of one mapping. Names that `when` guards with `is defined` become known in the
 * scope, and so do the names in `vars`.
 */
export function readShared(
  map: MapNode,
  place: Place,
  load: LoadContext,
  options: SharedOptions,
): Partial<Inherited> {
  const { scope, layer, inner = scope } = options;
  const get = (key: string): YamlNode | undefined =>
    keywordsOf(place).has(key) ? mapGet(map, key)?.value : undefined;
  const vars = get('vars');
  const when = get('when');
  const tags = get('tags');
  const environment = get('environment');
  const defaults = get('module_defaults');
  const readWhen = when === undefined ? [] : readConditions(when, 'when', inner, load);
  if (readWhen.some(({ value }) => value !== true)) inner.markPassable();
  const readScopes = vars === undefined ? [] : readVars(vars, layer, scope, load);
  scope.addAll(guardedNames(readWhen, load));
  if (environment !== undefined) noteUses(environment, inner, load);
  const collections = get('collections');
  // Without effect, but it has to be what Ansible takes.
  if (collections !== undefined && (collections.type !== 'scalar' || collections.value !== null))
    readTexts(collections, 'collections', load.diagnostics);
  const notify = get('notify');
  if (notify !== undefined) noteUses(notify, inner, load);
  const readTagged = tags === undefined ? [] : readTags(tags, load.diagnostics);
  if (readTagged.includes('never')) inner.markPassable();
  // Handlers run when they are notified, whatever their tags.
  if (place !== 'handler') for (const tag of readTagged) load.tags.known.add(tag);
  return {
    when: readWhen,
    vars: readScopes,
    tags: readTagged,
    environment: environment === undefined ? [] : readEnvironment(environment, load),
    notify: keywordsOf(place).has('notify') ? readNotify(map, load) : [],
    singles: readSingles(map, place, inner, load),
    moduleDefaults: defaults === undefined ? new Map() : checkDefaultArguments(defaults, scope, load),
  };
}
