/** `include_role`: a node of its own, whose role is read for each host; literal ones are read once for their faults. */
import type { MapEntry, MapNode } from '../yaml/node.js';
import { laterContext, type PlayContext, type Site } from './context.js';
import { filesLike } from './files.js';
import { finishLoad } from './finish.js';
import { checkImportKeys } from './import-keys.js';
import { inherit } from './inherited.js';
import { readLoop } from './loop.js';
import type { Include, Node, Task } from './model.js';
import { readRoleArguments, type RoleArguments } from './role-arguments.js';
import { roleFolders } from './role-find.js';
import { loadRole, type RoleRequest } from './role.js';
import { Scope } from './scope.js';
import { readShared } from './shared.js';
import { readName, toKeywords } from './task-keywords.js';
import { isTemplate, noteUses } from './templated.js';

/** Every role that a templated name may mean is read for the names that it defines. */
function learnFrom(role: RoleArguments, request: RoleRequest, site: Site): void {
  const names = roleFolders(site)
    .slice(0, -2)
    .flatMap((folder) => filesLike(`${role.name.value}/tasks/main.yml`, [folder], 'roles'))
    .map((path) => path.replace(/\/tasks\/main\.yml$/, ''));
  if (names.length === 0) site.play.load.root.open();
  site.play.handlersUnknown = true;
  for (const name of names) {
    if (site.open.includes(`role ${name}`)) continue;
    const load = laterContext(site.play.load);
    const play: PlayContext = {
      ...site.play,
      load,
      notified: [],
      handlers: [],
      handlerRoles: new Set(),
      seenRoles: new Set(),
    };
    loadRole({ ...request, name: { ...role.name, value: name } }, { ...site, play });
  }
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
    below: [],
    once: false,
    exported: role.public,
  };
  const later = (
    asked: string,
    instance: string | undefined,
  ): { readonly nodes: readonly Node[]; readonly handlers: readonly Task[] } => {
    const fresh = laterContext(load);
    const play: PlayContext = {
      ...site.play,
      load: fresh,
      notified: [],
      handlers: [],
      handlerRoles: new Set(),
      seenRoles: new Set(),
    };
    const prefix = `${id}:${asked}${instance === undefined ? '' : `:${instance}`}.`;
    const nodes = loadRole(
      { ...request, name: { ...role.name, value: asked } },
      { ...site, play, prefix, open: [] },
    );
    finishLoad(fresh, [{ ...play, handlersUnknown: true }]);
    fresh.diagnostics.throwIfErrors();
    return { nodes, handlers: play.handlers };
  };
  const literal = !isTemplate(role.name.value);
  const nodes = literal ? loadRole(request, { ...site, prefix: `${id}:${role.name.value}.` }) : undefined;
  if (!literal) learnFrom(role, request, site);
  const include: Include = {
    type: 'include',
    kind: 'role',
    id,
    ...(site.role === undefined ? {} : { role: { name: site.role.name, path: site.role.path } }),
    range: map.range,
    ...(name === undefined ? {} : { name }),
    file: role.name,
    keywords: toKeywords(inherit(site.inherited, shared), loop),
    literal,
    load: (asked, instance) =>
      nodes !== undefined && asked === role.name.value && instance === undefined
        ? nodes
        : later(asked, instance).nodes,
    handlers: (asked) => (literal && asked === role.name.value ? [] : later(asked, undefined).handlers),
  };
  return [include];
}
