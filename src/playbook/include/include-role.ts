/** `include_role`: a node of its own, whose role is read for each host; literal ones are read once for their faults. */
import { resolve } from 'node:path';
import type { MapEntry, MapNode } from '../../yaml/node.js';
import { laterContext, type LoadContext, type PlayContext, type Site } from '../read/context.js';
import { filesLike, isFolder } from '../read/files.js';
import { finishLoad } from '../read/finish.js';
import { circleEnds, isPassable, loadPassable } from './guarded.js';
import { checkImportKeys } from './import-keys.js';
import { inherit } from '../read/inherited.js';
import { readLoop } from '../task/loop.js';
import type { Asked, Include, Included, Located, Node, RoleFiles, VarScope } from '../read/model.js';
import { readRoleArguments, type RoleArguments } from '../role/arguments.js';
import { roleFolders } from '../role/find.js';
import { loadRole, type RoleRequest } from '../role/role.js';
import { Scope } from '../read/scope.js';
import { readShared } from '../read/shared.js';
import { readName, readRegister, toKeywords } from '../task/task-keywords.js';
import { searchPathsOf, taskRole } from '../task/task.js';
import { isTemplate, noteUses } from '../read/templated.js';

/** Every role and file that templated names may mean is read for the names that it defines. */
function learnFrom(role: RoleArguments, request: RoleRequest, site: Site): void {
  const tasks = request.files.tasks?.value ?? 'main';
  const found = roleFolders(site)
    .filter((folder) => folder !== site.play.playbookDir)
    .flatMap((folder) => filesLike(`${role.name.value}/tasks/${tasks}.yml`, [folder], 'roles'));
  if (found.length === 0) {
    site.play.load.root.open();
    site.play.load.tags.complete = false;
  }
  site.play.handlersUnknown = true;
  for (const path of found) {
    const at = path.lastIndexOf('/tasks/');
    const name = path.slice(0, at);
    if (site.open.includes(`role ${name}`)) continue;
    const play = apartFrom(site, laterContext(site.play.load));
    const files = literalFiles(request.files, path.slice(at + '/tasks/'.length).replace(/\.yml$/, ''));
    loadRole({ ...request, files, name: { ...role.name, value: name } }, { ...site, play, exported: [] });
  }
}

/** Without those that have templates; the file of tasks is the given one. */
function literalFiles(files: RoleFiles, tasks: string): RoleFiles {
  const literal = Object.entries(files).filter(
    ([, file]: [string, Located<string>]) => !isTemplate(file.value),
  );
  const range = files.tasks?.range;
  return {
    ...Object.fromEntries(literal),
    ...(range === undefined ? {} : { tasks: { value: tasks, range } }),
  };
}

/** The play for a load of its own, whose handlers are kept apart. */
function apartFrom(site: Site, load: LoadContext, seenRoles = new Set<string>()): PlayContext {
  return {
    ...site.play,
    load,
    notified: [],
    handlers: [],
    handlerRoles: new Set(),
    seenRoles,
  };
}

/** The files that a host asks for, as if they had been written. */
function askedFiles({ from }: Asked, { files, name }: RoleArguments): RoleFiles {
  return Object.fromEntries(
    Object.entries(from).map(([kind, value]) => [
      kind,
      { value: value.replace(/\.ya?ml$/, ''), range: files[kind as keyof RoleFiles]?.range ?? name.range },
    ]),
  );
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
  const applied =
    role.apply === undefined
      ? {}
      : readShared(role.apply, 'block', load, { layer: 'block_vars', scope: inner });
  const handed = { ...applied, vars: [...(applied.vars ?? []), ...(shared.vars ?? [])] };
  const request: RoleRequest = {
    name: role.name,
    files: role.files,
    shared: handed,
    scope: inner,
    entryVars: [],
    by: 'include',
    validates: role.validates,
    exported: role.public ?? false,
  };
  const before = new Set(site.play.seenRoles);
  const later = (asked: Asked, instance: string | undefined): Included => {
    const fresh = laterContext(load);
    const prefix = `${id}:${asked.name}${instance === undefined ? '' : `:${instance}`}.`;
    const seen = new Set([...before, ...(asked.seen ?? [])]);
    const play = apartFrom(site, fresh, seen);
    const exported: VarScope[] = [];
    const named = { ...request, name: { ...role.name, value: asked.name }, files: askedFiles(asked, role) };
    const nodes = loadRole(named, { ...site, play, prefix, exported, open: [] });
    finishLoad(fresh, [{ ...play, handlersUnknown: true }]);
    fresh.diagnostics.throwIfErrors();
    return { nodes, handlers: play.handlers, exported, seen };
  };
  const texts = [role.name, ...Object.values(role.files).map((file: Located<string>) => file)];
  const literal = !texts.some(({ value }) => isTemplate(value));
  const keywords = toKeywords(inherit(site.inherited, shared), loop, readRegister(map, site));
  const once = literal ? loadOnce(request, site, id, isPassable(keywords, site)) : undefined;
  if (!literal) learnFrom(role, request, site);
  const include: Include = {
    type: 'include',
    kind: 'role',
    id,
    ...(site.role === undefined ? {} : { role: taskRole(site.role) }),
    searchPaths: searchPathsOf(site),
    range: map.range,
    ...(name === undefined ? {} : { name }),
    file: role.name,
    from: role.files,
    keywords,
    literal: once !== undefined,
    unique: !role.allowDuplicates,
    own: (shared.vars ?? []).map(({ vars }) => vars),
    load: (asked, instance) => {
      if (once === undefined) return later(asked, instance);
      const isFirst = instance === undefined && !once.seen.some((key) => asked.seen?.has(key) === true);
      // Its handlers are in the play already.
      return isFirst ? once : { ...later(asked, instance), handlers: [] };
    },
    listen: [],
  };
  return [include];
}

/** Undefined when it is read later, for the host that comes there. */
function loadOnce(
  request: RoleRequest,
  site: Site,
  id: string,
  passable: boolean,
): (Included & { readonly seen: readonly string[] }) | undefined {
  const { name, scope } = request;
  const before = new Set(site.play.seenRoles);
  const exported: VarScope[] = [];
  const load = (within: Site): (Included & { readonly seen: readonly string[] }) | undefined => {
    const path = roleFolders(site)
      .map((folder) => resolve(folder, name.value))
      .find(isFolder);
    const mark = `role ${path ?? ''}`;
    // A role that includes itself ends by a condition at run time: it is read then.
    if (site.open.includes(mark) && circleEnds(mark, passable, site)) return undefined;
    const inside = { ...within, exported, prefix: `${id}:${name.value}.` };
    const nodes = loadRole({ ...request, scope: within.scope }, inside);
    const seen = [...inside.play.seenRoles].filter((key) => !before.has(key));
    return { nodes, handlers: [], exported, seen };
  };
  return passable ? loadPassable(site, scope, load) : load({ ...site, scope });
}
