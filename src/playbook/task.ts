/** One task: its module, its arguments and its keywords. */
import { isMapping } from '../values/value.js';
import { mapGet, type MapNode, type Node as YamlNode } from '../yaml/node.js';
import { readAction } from './action.js';
import { finishArguments, readArguments, type Arguments, type Given, type RawArgument } from './arguments.js';
import { readConditions } from './conditions.js';
import type { Site } from './context.js';
import { learnNames } from './defines.js';
import { inherit, type Inherited } from './inherited.js';
import { readLoop, type Loop } from './loop.js';
import type { Module } from '../modules/module.js';
import type { Flush, Keywords, Located, Task, Templated } from './model.js';
import { findModuleKey } from './module-key.js';
import { readNumber, readText, readTexts } from './read.js';
import { Scope } from './scope.js';
import { readShared } from './shared.js';
import { checkSources } from './sources.js';
import { located, noteUses } from './templated.js';
import { isVariableName, reportBadName } from './vars.js';

/** The keywords of a task that no other place has. */
type OwnKeywords = Pick<
  Keywords,
  'register' | 'changedWhen' | 'failedWhen' | 'until' | 'retries' | 'delay' | 'undo' | 'touches'
>;

function readRegister(map: MapNode, site: Site): string | undefined {
  const { load } = site.play;
  const node = mapGet(map, 'register')?.value;
  if (node === undefined) return undefined;
  const name = readText(node, 'register', load.diagnostics);
  if (name === undefined) return undefined;
  if (!isVariableName(name.value)) {
    reportBadName(name.value, name.range, load);
    return undefined;
  }
  load.root.add(name.value, name.range);
  load.defined.add(name.value, name.range);
  return name.value;
}

function conditionsOf(map: MapNode, key: string, scope: Scope, site: Site): Keywords['until'] {
  const node = mapGet(map, key)?.value;
  return node === undefined ? undefined : readConditions(node, key, scope, site.play.load);
}

function numberOf(map: MapNode, key: string, scope: Scope, site: Site): Templated | undefined {
  const node = mapGet(map, key)?.value;
  if (node === undefined) return undefined;
  noteUses(node, scope, site.play.load);
  return readNumber(node, key, site.play.load.diagnostics);
}

function templatedOf(map: MapNode, key: string, scope: Scope, site: Site): Templated | undefined {
  const node = mapGet(map, key)?.value;
  if (node === undefined) return undefined;
  noteUses(node, scope, site.play.load);
  return located(node);
}

function defined<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

function readOwn(map: MapNode, scope: Scope, site: Site): OwnKeywords {
  const until = conditionsOf(map, 'until', scope, site);
  const retries = mapGet(map, 'retries');
  if (retries !== undefined && until === undefined) {
    site.play.load.diagnostics.warning(
      'RETRIES_WITHOUT_UNTIL',
      'Retries without until',
      'Without "until" a task runs once, whatever "retries" says.',
      retries.keyRange,
      'Add a condition that ends the repeating, for instance: until: result is succeeded.',
    );
  }
  return defined<OwnKeywords>({
    register: readRegister(map, site),
    changedWhen: conditionsOf(map, 'changed_when', scope, site),
    failedWhen: conditionsOf(map, 'failed_when', scope, site),
    until,
    retries: numberOf(map, 'retries', scope, site),
    delay: numberOf(map, 'delay', scope, site),
    undo: templatedOf(map, 'undo', scope, site),
    touches: templatedOf(map, 'touches', scope, site),
  });
}

/** The keywords as the engine reads them, inherited ones included. */
export function toKeywords(inherited: Inherited, loop: Loop, own: Partial<OwnKeywords> = {}): Keywords {
  return {
    when: inherited.when,
    ...(loop.loop === undefined ? {} : { loop: loop.loop }),
    loopControl: loop.control,
    notify: inherited.notify,
    tags: inherited.tags,
    environment: inherited.environment,
    vars: inherited.vars,
    ...inherited.singles,
    ...own,
  };
}

export function readName(map: MapNode, scope: Scope, site: Site): string | undefined {
  const node = mapGet(map, 'name')?.value;
  if (node === undefined || (node.type === 'scalar' && node.value === null)) return undefined;
  noteUses(node, scope, site.play.load);
  return readText(node, 'name', site.play.load.diagnostics)?.value;
}

/** The `args:` keyword: arguments that the module's own mapping may override. */
function readArgsKeyword(map: MapNode, module: Module, site: Site): readonly RawArgument[] {
  const node = mapGet(map, 'args')?.value;
  if (node === undefined) return [];
  if (node.type === 'map') return readArguments(node, module, site.play.load).list;
  site.play.load.diagnostics.error(
    'WRONG_TYPE',
    'Keyword has a value of the wrong type',
    '"args" takes a mapping of arguments that is written out, so that its names can be checked.',
    node.range,
    'Write the arguments below it, one "name: value" a line.',
  );
  return [];
}

interface Work {
  readonly module: Module;
  readonly range: YamlNode['range'];
  readonly given: Given;
  readonly local: boolean;
}

function readWork(map: MapNode, site: Site): Work | undefined {
  const { load } = site.play;
  const key = findModuleKey(map, site.place, load);
  const action = readAction(map, key, load);
  if (action !== undefined) return action;
  if (key === undefined) return undefined;
  return { module: key.module, range: key.entry.keyRange, given: readArguments(key.entry.value, key.module, load), local: false };
}

function readArgumentsOf(map: MapNode, work: Work, inherited: Inherited, scope: Scope, site: Site): Arguments {
  const further = readArgsKeyword(map, work.module, site);
  const names = new Set(work.given.list.map((item) => item.name));
  const list = [...further.filter((item) => !names.has(item.name)), ...work.given.list];
  const given = { list, broken: work.given.broken };
  const defaults = inherited.moduleDefaults.get(work.module.name) ?? {};
  return finishArguments(given, work.module, work.range, defaults, scope, site.play.load);
}

/** The names by which a handler is notified besides its own. */
function readListen(map: MapNode, site: Site): readonly string[] {
  const node = mapGet(map, 'listen')?.value;
  if (node === undefined || site.place !== 'handler') return site.listen;
  return [...site.listen, ...readTexts(node, 'listen', site.play.load.diagnostics).map((item) => item.value)];
}

export function noteNotified(notify: readonly Located<string>[], site: Site): void {
  for (const name of notify) site.play.notified.push({ name, role: site.role?.name });
}

/** Where a task's files are looked for: its role, the roles that depend on it, the file's folder, the playbook's. */
export function searchPathsOf(site: Site): readonly string[] {
  const { role } = site;
  return [...new Set([...(role === undefined ? [] : [role.path, ...role.chain]), site.dir, site.play.playbookDir])];
}

function isFlush(module: Module, args: Arguments): boolean {
  return module.name === 'meta' && Object.values(args).some((arg) => arg.value === 'flush_handlers');
}

/** Loads a task. Undefined when it has no module that is known; its other faults are told all the same. */
export function loadTask(map: MapNode, site: Site, id: string): Task | Flush | undefined {
  const { load } = site.play;
  const scope = new Scope(site.scope);
  const inner = new Scope(scope);
  const loop = readLoop(map, scope, inner, load);
  const shared = readShared(map, site.place, load, { layer: 'task_vars', scope, inner });
  const inherited = inherit(site.inherited, shared);
  const own = readOwn(map, inner, site);
  const name = readName(map, inner, site);
  const listen = readListen(map, site);
  noteNotified(shared.notify ?? [], site);
  const work = readWork(map, site);
  if (work === undefined) {
    if (site.place === 'handler') site.play.handlersUnknown ||= name === undefined;
    return undefined;
  }
  const args = readArgumentsOf(map, work, inherited, inner, site);
  learnNames(work.module, args, searchPathsOf(site), load);
  if (isFlush(work.module, args)) {
    return { type: 'flush', id, explicit: true, tags: inherited.tags, when: inherited.when };
  }
  const singles = work.local ? { delegateTo: { value: 'localhost', range: work.range } } : {};
  const keywords = toKeywords(inherit(inherited, { singles }), loop, own);
  const task: Task = {
    type: 'task',
    id,
    ...(name === undefined ? {} : { name }),
    ...(site.role === undefined ? {} : { role: { name: site.role.name, path: site.role.path } }),
    range: map.range,
    module: work.module,
    args,
    keywords,
    listen,
    searchPaths: searchPathsOf(site),
  };
  checkSources(task, inner, load, isMapping(loop.loop?.value) ? undefined : loop);
  return task;
}
