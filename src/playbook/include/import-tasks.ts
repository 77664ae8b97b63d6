/** `import_tasks`: the tasks of a file in place of the import. */
import type { MapEntry, MapNode } from '../../yaml/node.js';
import type { Site } from '../read/context.js';
import { checkImportKeys } from './import-keys.js';
import { inherit } from '../read/inherited.js';
import type { Node } from '../read/model.js';
import { Scope } from '../read/scope.js';
import { readShared } from '../read/shared.js';
import { loadTaskFile } from '../task/task-file.js';
import { readName } from '../task/task-keywords.js';
import { noteNotified } from '../task/task.js';
import { findTasks, listenOf, readFile, reportMissing, type FileArgument } from '../task/tasks-argument.js';
import { isTemplate } from '../read/templated.js';

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
  const inside = {
    ...site,
    scope,
    inherited: inherit(site.inherited, shared),
    prefix: `${id}.`,
    listen: listenOf(map, name, site),
  };
  return loadTaskFile(path, inside, file.range);
}
