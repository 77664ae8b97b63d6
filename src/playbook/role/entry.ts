/** An entry of `roles:` or of a role's dependencies: a name, or a mapping with keywords and parameters. */
import { nearest } from '../../diagnostics/nearest.js';
import { describeNode, mapGet, type MapEntry, type MapNode, type Node as YamlNode } from '../../yaml/node.js';
import type { Site } from '../read/context.js';
import { inherit } from '../read/inherited.js';
import { reportUnknownKey, reportUnsupported } from '../read/keys.js';
import { keywordsOf } from '../read/keywords.js';
import type { Located, Node, VarScope } from '../read/model.js';
import { loadRole } from './role.js';
import { Scope } from '../read/scope.js';
import { readShared } from '../read/shared.js';
import { isTemplate } from '../read/templated.js';
import { readVarsMap } from '../play/vars.js';

function roleName(node: YamlNode, site: Site): Located<string> | undefined {
  if (node.type === 'scalar' && typeof node.value === 'string' && node.value !== '') {
    if (!isTemplate(node.value)) return { value: node.value, range: node.range };
    site.play.load.root.open();
    site.play.handlersUnknown = true;
    site.play.load.diagnostics.error(
      'TEMPLATED_IMPORT',
      'Role with a templated name',
      'Roles are read before any variable of a host is known, so their names cannot be templates.',
      node.range,
      'Use include_role in the tasks, which is read for each host while running.',
    );
  } else {
    reportNotRole(node, site);
  }
  return undefined;
}

function reportNotRole(node: YamlNode, site: Site): void {
  site.play.load.diagnostics.error(
    'NOT_A_ROLE',
    'Entry is not a role',
    `A role is named by a text, or by a mapping with "role", but this is ${describeNode(node)}.`,
    node.range,
    'Write "- role: NAME".',
  );
}

/** Keys that are not keywords are the role's parameters. One that is nearly a keyword is a mistyped one. */
function splitParams(
  map: MapNode,
  site: Site,
): { readonly params: readonly MapEntry[]; readonly doubtful: readonly MapEntry[] } {
  const known = keywordsOf('role');
  const others: MapEntry[] = [];
  for (const entry of map.entries) {
    const keyword = known.get(entry.key);
    if (keyword?.unsupported !== undefined) reportUnsupported(entry, keyword.unsupported, site.play.load);
    if (keyword === undefined) others.push(entry);
  }
  return {
    params: others,
    doubtful: others.filter((entry) => nearest(entry.key, known.keys()) !== undefined),
  };
}

function loadMapping(map: MapNode, site: Site): readonly Node[] {
  const { load } = site.play;
  const nameNode = (mapGet(map, 'role') ?? mapGet(map, 'name'))?.value;
  if (nameNode === undefined) {
    reportNotRole(map, site);
    return [];
  }
  const name = roleName(nameNode, site);
  const scope = new Scope(site.scope);
  const shared = readShared(map, 'role', load, { layer: 'role_vars', scope });
  const { params, doubtful } = splitParams(map, site);
  const given: readonly VarScope[] =
    params.length === 0 ? [] : [readVarsMap({ ...map, entries: params }, 'role_params', scope, load)];
  if (name === undefined) return [];
  const check = (defaults: ReadonlySet<string>): void => {
    for (const entry of doubtful) {
      if (!defaults.has(entry.key)) reportUnknownKey(entry, 'role', [...keywordsOf('role').keys()], load);
    }
  };
  const request = {
    name,
    files: {},
    scope,
    entryVars: shared.vars ?? [],
    by: 'entry' as const,
    exported: true,
    check,
  };
  return loadRole({ ...request, shared: inherit({ ...emptied(shared) }, { vars: given }) }, site);
}

function emptied(shared: ReturnType<typeof readShared>): ReturnType<typeof inherit> {
  return {
    when: shared.when ?? [],
    tags: shared.tags ?? [],
    environment: shared.environment ?? [],
    notify: [],
    vars: [],
    singles: shared.singles ?? {},
    moduleDefaults: shared.moduleDefaults ?? new Map(),
  };
}

export function loadRoleEntry(node: YamlNode, site: Site): readonly Node[] {
  if (node.type === 'map') return loadMapping(node, site);
  const name = roleName(node, site);
  if (name === undefined) return [];
  const request = {
    name,
    files: {},
    shared: {},
    scope: site.scope,
    entryVars: [],
    by: 'entry' as const,
    exported: true,
  };
  return loadRole(request, site);
}
