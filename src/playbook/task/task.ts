/** One task: its module, its arguments and its keywords. */
import { nearest } from '../../diagnostics/nearest.js';
import type { Module } from '../../modules/core/module.js';
import { isMapping } from '../../values/value.js';
import { describeNode, mapGet, type MapNode, type Node as YamlNode } from '../../yaml/node.js';
import { readAction } from './action.js';
import {
  finishArguments,
  isOneTemplate,
  readArguments,
  readSpread,
  type Arguments,
  type Given,
} from './arguments.js';
import type { RoleSite, Site } from '../read/context.js';
import { learnNames } from '../read/defines.js';
import { PERHAPS } from '../include/guarded.js';
import { isPassableTask, isSometimes, workApart } from './passable-task.js';
import { inherit, type Inherited } from '../read/inherited.js';
import { readLoop } from './loop.js';
import type { Flush, Located, RolePlace, Task, TaskRole } from '../read/model.js';
import { keywordsOf } from '../read/keywords.js';
import { findModuleKey } from './module-key.js';
import { readTexts } from '../read/read.js';
import { Scope } from '../read/scope.js';
import { readShared } from '../read/shared.js';
import { checkSources } from '../read/sources.js';
import { checkTimeout, readName, readOwn, toKeywords } from './task-keywords.js';

/** The `args:` keyword: arguments that the module's own mapping may override. */
function readArgsKeyword(map: MapNode, module: Module, scope: Scope, site: Site): Given {
  const { load } = site.play;
  const node = mapGet(map, 'args')?.value;
  if (node === undefined) return { list: [], broken: false };
  if (node.type === 'map') return readArguments(node, module, load);
  if (isOneTemplate(node)) return readSpread(node, scope, load);
  load.diagnostics.error(
    'WRONG_TYPE',
    'Keyword has a value of the wrong type',
    `"args" takes a mapping of arguments, or a template that gives one, but this is ${describeNode(node)}.`,
    node.range,
    'Write the arguments below it, one "name: value" per line.',
  );
  return { list: [], broken: true };
}

interface Work {
  readonly module: Module;
  readonly range: YamlNode['range'];
  readonly given: Given;
  readonly local: boolean;
}

type Checked = Pick<Work, 'module' | 'range' | 'local'> & Pick<Task, 'args' | 'spread'>;

function readWork(map: MapNode, scope: Scope, site: Site): Work | undefined {
  const { load } = site.play;
  const key = findModuleKey(map, site.place, load);
  const action = readAction(map, key, load);
  if (action !== undefined) return action;
  if (key === undefined) return undefined;
  const { module, entry } = key;
  // What a module takes as free text is that text; set_fact takes neither, as in Ansible.
  const isSpread = isOneTemplate(entry.value) && module.freeForm === undefined && module.name !== 'set_fact';
  const given = isSpread ? readSpread(entry.value, scope, load) : readArguments(entry.value, module, load);
  const work = { module, range: entry.keyRange, local: false };
  return { ...work, given: key.beside === true ? { ...given, broken: true } : given };
}

function readArgumentsOf(
  map: MapNode,
  work: Work,
  inherited: Inherited,
  scope: Scope,
  site: Site,
): Pick<Task, 'args' | 'spread'> {
  const { given, module, range } = work;
  const further = readArgsKeyword(map, module, scope, site);
  const names = new Set(given.list.map((item) => item.name));
  const list = [...further.list.filter((item) => !names.has(item.name)), ...given.list];
  const all = { list, broken: given.broken || further.broken };
  const defaults = inherited.moduleDefaults.get(module.name) ?? {};
  const args = finishArguments(all, module, range, defaults, scope, site.play.load);
  const spread = given.spread ?? further.spread;
  if (spread === undefined) return { args };
  const over = Object.keys(args).filter((name) => args[name] === defaults[name]);
  return { args, spread: { ...spread, over } };
}

/** The module with its arguments. Undefined when there is none that is known. */
function readChecked(map: MapNode, inherited: Inherited, scope: Scope, site: Site): Checked | undefined {
  const read = (within: Site): Checked | undefined => {
    const work = readWork(map, scope, within);
    return work && { ...work, ...readArgumentsOf(map, work, inherited, scope, within) };
  };
  return isPassableTask(inherited, site) ? workApart(map, site, read) : read(site);
}

/** The names by which a handler is notified besides its own. */
function readListen(map: MapNode, site: Site): readonly string[] {
  const node = mapGet(map, 'listen')?.value;
  if (node === undefined || site.place !== 'handler') return site.listen;
  return [...site.listen, ...readTexts(node, 'listen', site.play.load.diagnostics).map((item) => item.value)];
}

/** A handler's mistyped `name` or `listen` would have been what it is notified by. */
function noteMistyped(map: MapNode, site: Site): void {
  const known = keywordsOf('handler');
  for (const { key, value } of map.entries) {
    if (known.has(key) || nearest(key, ['name', 'listen']) === undefined) continue;
    for (const item of value.type === 'list' ? value.items : [value])
      if (item.type === 'scalar') site.play.brokenHandlers.add(String(item.value));
  }
}

export function noteNotified(notify: readonly Located<string>[], site: Site): void {
  for (const name of notify) site.play.notified.push({ name });
}

/** Where a task's files are looked for: its role, the roles that depend on it, the file's folder, the playbook's. */
export function searchPathsOf(site: Site): readonly string[] {
  const { role } = site;
  return [
    ...new Set([...(role === undefined ? [] : [role.path, ...role.chain]), site.dir, site.play.playbookDir]),
  ];
}

/** What a role's task knows of its role. */
export function taskRole({ name, path, parents }: RoleSite): TaskRole {
  const place = (role: RolePlace): RolePlace => ({ name: role.name, path: role.path });
  return { name, path, parents: parents.map(place) };
}

function isFlush(module: Module, args: Arguments): boolean {
  return module.name === 'meta' && Object.values(args).some((arg) => arg.value === 'flush_handlers');
}

function isEnd(module: Module, args: Arguments): boolean {
  return (
    module.name === 'meta' &&
    Object.values(args).some(({ value }) => typeof value === 'string' && value.startsWith('end_'))
  );
}

/** Loads a task. Undefined when it has no module that is known; its other faults are reported all the same. */
export function loadTask(map: MapNode, site: Site, id: string): Task | Flush | undefined {
  const { load } = site.play;
  const scope = new Scope(site.scope);
  const inner = new Scope(scope);
  const loop = readLoop(map, scope, inner, load);
  const shared = readShared(map, site.place, load, { layer: 'task_vars', scope, inner });
  const inherited = inherit(site.inherited, shared);
  if (isSometimes(site)) inner.markPassable();
  const own = readOwn(map, inner, site);
  const name = readName(map, inner, site);
  const listen = readListen(map, site);
  if (site.place === 'handler') noteMistyped(map, site);
  noteNotified(shared.notify ?? [], site);
  const work = readChecked(map, inherited, inner, site);
  if (work === undefined) {
    if (site.place === 'handler') {
      for (const known of [name ?? '', ...listen]) site.play.brokenHandlers.add(known);
    }
    return undefined;
  }
  const { args, spread } = work;
  checkTimeout(map, work.module, load);
  learnNames(work.module, args, searchPathsOf(site), load);
  // Which variables it sets is in the template.
  if (spread !== undefined && work.module.name === 'set_fact') load.root.open();
  if (isFlush(work.module, args)) {
    return {
      type: 'flush',
      id,
      explicit: true,
      range: map.range,
      tags: inherited.tags,
      when: inherited.when,
    };
  }
  if (isEnd(work.module, args)) load.endings.add(site.open.findLast((entry) => entry !== PERHAPS) ?? '');
  const singles = work.local ? { delegateTo: { value: 'localhost', range: work.range } } : {};
  const keywords = toKeywords(inherit(inherited, { singles }), loop, own);
  const task: Task = {
    type: 'task',
    id,
    ...(name === undefined ? {} : { name }),
    ...(site.role === undefined ? {} : { role: taskRole(site.role) }),
    range: map.range,
    module: work.module,
    args,
    ...(spread === undefined ? {} : { spread }),
    keywords,
    listen,
    searchPaths: searchPathsOf(site),
    furtherTemplates: load.library.templates(site.play.playbookDir),
  };
  const mayFail = site.isRescued || keywords.ignoreErrors !== undefined;
  checkSources(
    task,
    mayFail ? inner.passable('task') : inner,
    load,
    isMapping(loop.loop?.value) || loop.loop?.lookup !== undefined ? undefined : loop,
  );
  return task;
}
