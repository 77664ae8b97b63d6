/** `import_role`: a role in place of the import. */
import type { MapEntry, MapNode } from '../../yaml/node.js';
import type { Site } from '../read/context.js';
import { checkImportKeys } from './import-keys.js';
import type { Node } from '../read/model.js';
import { readRoleArguments } from '../role/arguments.js';
import { loadRole } from '../role/role.js';
import { Scope } from '../read/scope.js';
import { readShared } from '../read/shared.js';
import { readName } from '../task/task-keywords.js';
import { noteNotified } from '../task/task.js';
import { isTemplate } from '../read/templated.js';

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
  const request = {
    name: role.name,
    files: role.files,
    shared,
    scope,
    entryVars: [],
    by: 'import' as const,
    exported: role.public ?? true,
    unique: !role.allowDuplicates,
    validates: role.validates,
  };
  return loadRole(request, { ...site, prefix: `${id}.` });
}
