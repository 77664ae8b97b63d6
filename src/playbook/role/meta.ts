/** `meta/main.yml` of a role: what it depends on. */
import { didYouMean } from '../../diagnostics/nearest.js';
import { describeNode, mapGet, type MapNode, type Node as YamlNode } from '../../yaml/node.js';
import { parseYamlFile } from '../../yaml/parse.js';
import type { Site } from '../read/context.js';
import { readText } from '../read/files.js';
import { readFlag } from '../read/read.js';
import { findRoleFile } from './find.js';

export interface RoleMeta {
  readonly dependencies: readonly YamlNode[];
  readonly allowDuplicates: boolean;
}

const NONE: RoleMeta = { dependencies: [], allowDuplicates: false };

/** The keys that Ansible reads; all but two are for Galaxy. */
export const META_KEYS: readonly string[] = [
  'dependencies',
  'allow_duplicates',
  'galaxy_info',
  'collections',
  'argument_specs',
  'standalone',
];

function checkMetaKeys(map: MapNode, site: Site): void {
  for (const { key, keyRange } of map.entries) {
    if (META_KEYS.includes(key)) continue;
    site.play.load.diagnostics.error(
      'UNKNOWN_KEYWORD',
      'Unknown keyword',
      `"${key}" is not a keyword of a role's meta file.`,
      keyRange,
      didYouMean(key, META_KEYS) ?? `It has: ${META_KEYS.join(', ')}.`,
    );
  }
}

function dependenciesOf(map: MapNode, site: Site): readonly YamlNode[] {
  const node = mapGet(map, 'dependencies')?.value;
  if (node === undefined || (node.type === 'scalar' && node.value === null)) return [];
  if (node.type === 'list') return node.items;
  site.play.load.diagnostics.error(
    'NOT_A_LIST',
    'Dependencies are not a list',
    `"dependencies" is a list of roles, but this is ${describeNode(node)}.`,
    node.range,
    'Write one "- role: NAME" per line.',
  );
  return [];
}

/** Reads the meta file of the role in a folder. */
export function readMeta(path: string, site: Site): RoleMeta {
  const { load } = site.play;
  const file = findRoleFile(path, 'meta', 'main');
  const text = file === undefined ? undefined : readText(file, load);
  if (file === undefined || text === undefined) return NONE;
  const node = parseYamlFile(text, file, load.diagnostics);
  if (node === undefined || (node.type === 'scalar' && node.value === null)) return NONE;
  if (node.type !== 'map') {
    load.diagnostics.error(
      'NOT_A_MAPPING',
      'Meta file is not a mapping',
      `A role's meta file contains keywords, but this is ${describeNode(node)}.`,
      node.range,
      'Write "dependencies:" and below it the roles.',
    );
    return NONE;
  }
  checkMetaKeys(node, site);
  const duplicates = mapGet(node, 'allow_duplicates')?.value;
  return {
    dependencies: dependenciesOf(node, site),
    allowDuplicates:
      duplicates !== undefined && readFlag(duplicates, 'allow_duplicates', load.diagnostics)?.value === true,
  };
}
