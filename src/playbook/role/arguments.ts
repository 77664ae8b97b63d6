/** The arguments of `import_role` and `include_role`. */
import { didYouMean } from '../../diagnostics/nearest.js';
import { mapGet, type MapEntry, type MapNode, type Node as YamlNode } from '../../yaml/node.js';
import type { Site } from '../read/context.js';
import { splitKeyValues } from '../read/key-value.js';
import { checkKeys } from '../read/keys.js';
import type { Located, RoleFiles } from '../read/model.js';
import { placeInScalar } from '../read/place.js';
import { readFlag, readText } from '../read/read.js';

const OPTIONS = [
  'name',
  'role',
  'tasks_from',
  'vars_from',
  'defaults_from',
  'handlers_from',
  'allow_duplicates',
  'public',
  'rolespec_validate',
];

export interface RoleArguments {
  readonly name: Located<string>;
  readonly files: RoleFiles;
  /** Undefined when it is not said. */
  readonly public: boolean | undefined;
  readonly allowDuplicates: boolean;
  /** Are its variables compared with its argument specs? */
  readonly validates: boolean;
  readonly apply: MapNode | undefined;
  readonly node: YamlNode;
}

/** `name=x tasks_from=y` as the mapping that it means. */
function asMap(entry: MapEntry, site: Site): MapNode {
  const { value } = entry;
  if (value.type === 'map') return value;
  if (value.type !== 'scalar' || typeof value.value !== 'string')
    return { type: 'map', entries: [], range: value.range };
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

export function readRoleArguments(entry: MapEntry, site: Site): RoleArguments | undefined {
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
  // As in Ansible, "role" is another word for "name", and "name" counts where both are given.
  const nameKey = mapGet(map, 'name') === undefined ? 'role' : 'name';
  const nameNode = mapGet(map, nameKey)?.value;
  const name = text(nameKey);
  if (nameNode === undefined || name === undefined) {
    if (nameNode === undefined) {
      load.diagnostics.error(
        'MISSING_ARGUMENT',
        'An argument is missing',
        `"${entry.key}" needs the argument "name".`,
        entry.keyRange,
        'Write the name of the role below it: "name: NAME".',
      );
    }
    return undefined;
  }
  const flagOf = (key: string): boolean | undefined => {
    const node = mapGet(map, key)?.value;
    const value = node === undefined ? undefined : readFlag(node, key, load.diagnostics)?.value;
    return typeof value === 'boolean' ? value : undefined;
  };
  const apply = mapGet(map, 'apply')?.value;
  if (apply?.type === 'map') checkKeys(apply, 'block', load);
  return {
    name,
    node: nameNode,
    files: { ...from('tasks'), ...from('vars'), ...from('defaults'), ...from('handlers') },
    public: flagOf('public'),
    allowDuplicates: flagOf('allow_duplicates') ?? true,
    validates: flagOf('rolespec_validate') ?? true,
    apply: apply?.type === 'map' ? apply : undefined,
  };
}
