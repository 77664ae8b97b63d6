/** A role: its dependencies, variables, handlers and tasks. */
import { basename, dirname, join, relative } from 'node:path';
import type { SourceRange } from '../../diagnostics/diagnostic.js';
import type { Located, Node, RoleFiles, VarScope } from '../read/model.js';
import type { RoleSite, Site } from '../read/context.js';
import { reportMissingFile } from '../read/files.js';
import { loadHandlerFile } from '../play/handlers.js';
import { inherit, type Inherited } from '../read/inherited.js';
import { findRole, findRoleFile, findRoleVars } from './find.js';
import { readMeta, type RoleMeta } from './meta.js';
import { warnOfMistyped } from './mistyped.js';
import { validationTask } from './spec.js';
import { Scope } from '../read/scope.js';
import { loadTaskFile } from '../task/task-file.js';
import { readVarsFile } from '../play/vars.js';

export interface RoleRequest {
  readonly name: Located<string>;
  readonly files: RoleFiles;
  /** Keywords of the entry or of the import; its variables in the layers where they count. */
  readonly shared: Partial<Inherited>;
  /** Where those variables and what `when` guards are known. */
  readonly scope: Scope;
  /** `vars:` of an entry: above the role's own variables in its tasks, and below them in its dependencies. */
  readonly entryVars: readonly VarScope[];
  /** An entry of `roles:` or of dependencies runs once with the same parameters. */
  readonly by: 'entry' | 'import' | 'include';
  /** Its variables are known in the rest of the play. */
  readonly exported: boolean;
  /** `allow_duplicates: false` of an import: nothing when another import has loaded the same. */
  readonly unique?: boolean;
  /** `rolespec_validate: false`: its argument specs are skipped. */
  readonly validates?: boolean;
  /** Called when the role's defaults are known: reports names that are not parameters. */
  readonly check?: (defaults: ReadonlySet<string>) => void;
}

interface RoleVars {
  readonly defaults: readonly VarScope[];
  readonly vars: readonly VarScope[];
}

/** A file that is named (`tasks_from`) has to be there; `main` may be missing. */
function reportMissing(role: RoleSite, folder: string, from: Located<string> | undefined, site: Site): void {
  if (from === undefined) return;
  const place = join(role.path, folder, `${from.value}.yml`);
  site.play.load.root.open();
  reportMissingFile(from.value, [place], from.range, site.play.load, (path) =>
    relative(site.play.playbookDir, path),
  );
}

function roleFile(
  role: RoleSite,
  folder: string,
  from: Located<string> | undefined,
  site: Site,
): string | undefined {
  const found = findRoleFile(role.path, folder, from?.value ?? 'main');
  if (found === undefined) reportMissing(role, folder, from, site);
  return found;
}

function readRoleVars(role: RoleSite, files: RoleFiles, scope: Scope, site: Site): RoleVars {
  const { load } = site.play;
  const read = (
    folder: string,
    from: Located<string> | undefined,
    layer: VarScope['layer'],
  ): readonly VarScope[] => {
    const paths = findRoleVars(role.path, folder, from?.value ?? 'main');
    if (paths.length === 0) reportMissing(role, folder, from, site);
    return paths.flatMap((path) => readVarsFile(path, layer, scope, load) ?? []);
  };
  return {
    defaults: read('defaults', files.defaults, 'role_defaults'),
    vars: read('vars', files.vars, 'role_vars'),
  };
}

/** What makes two uses of a role differ, so that both run. */
function signature(path: string, request: RoleRequest, playbookDir: string): string {
  const { shared, files, entryVars } = request;
  const values = (scopes: readonly VarScope[]): unknown => scopes.map((scope) => scope.vars);
  return JSON.stringify([
    relative(playbookDir, path),
    values(shared.vars ?? []),
    values(entryVars),
    shared.when?.map((when) => when.value) ?? [],
    [...(shared.tags ?? [])].sort(),
    Object.values(files).map((file: Located<string>) => file.value),
  ]);
}

/** What makes two imports of a role the same for `allow_duplicates: false`. */
function useOf(path: string, { shared, files }: RoleRequest): string {
  const names = Object.entries(files).map(([kind, file]: [string, Located<string>]) => [kind, file.value]);
  return JSON.stringify([path, names, (shared.vars ?? []).map((scope) => scope.vars)]);
}

function reportCircle(role: RoleSite, site: Site, range: SourceRange): void {
  const names = site.open
    .filter((entry) => entry.startsWith('role '))
    .map((entry) => basename(entry.slice(5)));
  site.play.load.diagnostics.error(
    'ROLE_CIRCLE',
    'Roles depend on each other in a circle',
    `The circle is: ${[...names.slice(names.indexOf(role.name)), role.name].join(', then ')}.`,
    range,
    'Remove one of the dependencies.',
  );
}

function loadDependencies(meta: RoleMeta, inside: Site, prefix: string): readonly Node[] {
  return meta.dependencies.flatMap((entry, index) =>
    inside.play.load.roleEntry(entry, { ...inside, prefix: `${prefix}d${index}.` }),
  );
}

function loadTasks(role: RoleSite, request: RoleRequest, inside: Site): readonly Node[] {
  const path = roleFile(role, 'tasks', request.files.tasks, inside);
  return path === undefined ? [] : loadTaskFile(path, inside, request.name.range);
}

function noteName(names: string[], name: string): void {
  if (!names.includes(name)) names.push(name);
}

/** Loads a role in place: the nodes of its dependencies and its tasks. Ids are the site's prefix and a number. */
export function loadRole(request: RoleRequest, site: Site): readonly Node[] {
  const { play } = site;
  const path = findRole(request.name.value, request.name.range, site);
  if (path === undefined) {
    play.load.root.open();
    play.handlersUnknown = true;
    return [];
  }
  const outer = site.role;
  const chain = outer === undefined ? [] : [outer.path, ...outer.chain];
  const role: RoleSite = {
    name: basename(request.name.value),
    path,
    chain,
    parents: outer === undefined ? [] : request.by === 'entry' ? outer.parents : [outer, ...outer.parents],
  };
  const mark = `role ${path}`;
  if (site.open.includes(mark)) {
    reportCircle(role, site, request.name.range);
    return [];
  }
  warnOfMistyped(role, play.load);
  const scope = new Scope(request.scope);
  const { defaults, vars } = readRoleVars(role, request.files, scope, site);
  request.check?.(new Set([...defaults, ...vars].flatMap((item) => Object.keys(item.vars))));
  const meta = readMeta(path, site);
  const key = signature(path, request, play.playbookDir);
  const isRepeated = request.by === 'entry' && !meta.allowDuplicates && play.seenRoles.has(key);
  if (request.by === 'entry') play.seenRoles.add(key);
  if (request.by === 'import') {
    const own = useOf(path, request);
    if (request.unique === true && play.importedRoles.has(own)) return [];
    play.importedRoles.add(own);
  }
  if (request.by === 'entry' && outer !== undefined) noteName(play.roleNames.dependent, role.name);
  else if (request.by !== 'include') noteName(play.roleNames.named, role.name);
  const own = inherit({ ...site.inherited, vars: [] }, request.shared);
  const within = (...scopes: readonly VarScope[]): Site => ({
    ...site,
    role,
    scope,
    inherited: { ...own, vars: [...site.inherited.vars, ...scopes, ...own.vars] },
    dir: dirname(join(path, 'tasks', 'main.yml')),
    open: [...site.open, mark],
  });
  const provided: VarScope[] = [];
  const around = within(...defaults, ...request.entryVars, ...vars);
  const before = loadDependencies(meta, { ...around, exported: provided }, site.prefix);
  provided.push(...defaults, ...vars);
  if (request.exported) {
    site.exported.push(...provided);
    // A dependency is known in the role that names it, and further only if that is.
    const known = request.by === 'entry' ? site.scope : play.scope;
    for (const item of provided) known.addAll(Object.keys(item.vars));
  }
  const inside = within(...provided, ...request.entryVars);
  // As in Ansible: a dependency may be one that runs each time.
  if (isRepeated) return before;
  if (!play.handlerRoles.has(key)) {
    play.handlerRoles.add(key);
    const handlers = roleFile(role, 'handlers', request.files.handlers, site);
    if (handlers !== undefined)
      loadHandlerFile(handlers, key, { ...inside, dir: dirname(handlers) }, request.name.range);
  }
  const validation =
    request.validates === false
      ? []
      : validationTask(path, request.files.tasks?.value ?? 'main', inside, `${site.prefix}v`);
  return [...before, ...validation, ...loadTasks(role, request, inside)];
}
