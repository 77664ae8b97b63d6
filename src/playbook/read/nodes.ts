/** A list of tasks, blocks, imports and includes. */
import { describeNode, mapGet, type MapEntry, type MapNode, type Node as YamlNode } from '../../yaml/node.js';
import { loadBlock } from '../task/block.js';
import type { Site } from './context.js';
import { loadImportRole } from '../include/import-role.js';
import { loadIncludeRole } from '../include/include-role.js';
import { loadImportTasks } from '../include/import-tasks.js';
import { loadIncludeTasks } from '../include/include-tasks.js';
import { dashHint } from './keys.js';
import type { Node } from './model.js';
import { SECTIONS, shortName } from '../task/module-key.js';
import { loadTask } from '../task/task.js';

type Load = (map: MapNode, entry: MapEntry, site: Site, id: string) => readonly Node[];

const LOADERS: Readonly<Record<string, Load>> = {
  import_tasks: loadImportTasks,
  include_tasks: loadIncludeTasks,
  import_role: loadImportRole,
  include_role: loadIncludeRole,
};

/** The entry of a task that imports or includes something. */
function importEntry(map: MapNode): { readonly entry: MapEntry; readonly load: Load } | undefined {
  for (const entry of map.entries) {
    const name = shortName(entry.key);
    const load = Object.hasOwn(LOADERS, name) ? LOADERS[name] : undefined;
    if (load !== undefined) return { entry, load };
  }
  return undefined;
}

function reportNotTask(node: YamlNode, site: Site): void {
  site.play.load.diagnostics.error(
    'NOT_A_TASK',
    'Entry is not a task',
    `Each entry of a list of tasks is a mapping with a module, but this is ${describeNode(node)}.`,
    node.range,
    'Write "- name: ..." and below it the module, with the same indentation.',
  );
}

function reportRemovedInclude(entry: MapEntry, site: Site): void {
  site.play.load.diagnostics.error(
    'INCLUDE_REMOVED',
    'include no longer exists',
    'Ansible removed "include", which did two different things.',
    entry.keyRange,
    'Use import_tasks for a file that is always the same, include_tasks for one that depends on the host or a loop.',
  );
}

function reportStrayBlockKey(entry: MapEntry, site: Site): void {
  site.play.load.diagnostics.error(
    'BLOCK_MISSING',
    `${entry.key} without block`,
    `"${entry.key}" belongs to a block, but there is no "block" here.`,
    entry.keyRange,
    `Put the tasks that "${entry.key}" is for below "block:" in the same entry.`,
  );
}

function loadEntry(node: YamlNode, site: Site, id: string): readonly Node[] {
  if (node.type !== 'map') {
    reportNotTask(node, site);
    return [];
  }
  if (mapGet(node, 'block') !== undefined) return loadBlock(node, site, id);
  const stray = mapGet(node, 'rescue') ?? mapGet(node, 'always');
  if (stray !== undefined) {
    reportStrayBlockKey(stray, site);
    return loadBlock(node, site, id);
  }
  const removed = mapGet(node, 'include') ?? mapGet(node, 'ansible.builtin.include');
  if (removed !== undefined) {
    reportRemovedInclude(removed, site);
    site.scope.open();
    return [];
  }
  const found = importEntry(node);
  if (found !== undefined) return found.load(node, found.entry, site, id);
  const task = loadTask(node, site, id);
  return task === undefined ? [] : [task];
}

/** Loads a list of tasks; ids are the site's prefix and the number in the list, from `first` on. */
export function loadNodes(node: YamlNode, what: string, site: Site, first = 0): readonly Node[] {
  if (node.type === 'scalar' && node.value === null) return [];
  if (node.type === 'list') {
    return node.items.flatMap((item, index) => loadEntry(item, site, `${site.prefix}${first + index}`));
  }
  site.play.load.diagnostics.error(
    'NOT_A_LIST',
    'Tasks are not a list',
    `${what} contains a list of tasks, but this is ${describeNode(node)}.`,
    node.range,
    dashHint(node) ?? keyTooMuch(node) ?? 'Start each task with a dash: "- name: ...".',
  );
  return [];
}

/** A file of tasks that begins as a play's section does. */
function keyTooMuch(node: YamlNode): string | undefined {
  const key = node.type === 'map' ? node.entries[0]?.key : undefined;
  return key === undefined || !SECTIONS.has(key)
    ? undefined
    : `Remove "${key}:": the list itself begins here, with "- name: ...".`;
}
