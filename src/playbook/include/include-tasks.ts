/** `include_tasks`: a node of its own, whose file is read for each host; literal ones are read once for their faults. */
import { basename, relative } from 'node:path';
import type { SourceRange } from '../../diagnostics/diagnostic.js';
import type { MapEntry, MapNode } from '../../yaml/node.js';
import { laterContext, type PlayContext, type Site } from '../read/context.js';
import { filesLike, reportMissingFile } from '../read/files.js';
import { finishLoad } from '../read/finish.js';
import { checkImportKeys } from './import-keys.js';
import { circleEnds, isPassable, loadPassable } from './guarded.js';
import { inherit, type Inherited } from '../read/inherited.js';
import { checkKeys } from '../read/keys.js';
import { readLoop } from '../task/loop.js';
import type { Asked, Include, Included, Node, VarScope } from '../read/model.js';
import { Scope } from '../read/scope.js';
import { readShared } from '../read/shared.js';
import { loadTaskFile } from '../task/task-file.js';
import { readName, readRegister, toKeywords } from '../task/task-keywords.js';
import { searchPathsOf, taskRole } from '../task/task.js';
import { findTasks, listenOf, readFile, reportMissing, type FileArgument } from '../task/tasks-argument.js';
import { isTemplate, noteUses } from '../read/templated.js';

/** What the tasks of an include inherit: not its own keywords, but its variables and what `apply` says. */
function insideOf(site: Site, shared: Partial<Inherited>, file: FileArgument, scope: Scope): Site {
  const own = (shared.vars ?? []).map((vars) => ({ ...vars, layer: 'include_params' as const }));
  const applied =
    file.apply === undefined
      ? {}
      : readShared(file.apply, 'block', site.play.load, { layer: 'block_vars', scope });
  if (file.apply !== undefined) checkKeys(file.apply, 'block', site.play.load);
  return { ...site, scope, inherited: inherit(inherit(site.inherited, { vars: own }), applied) };
}

/** Loads the file of an include for a host, as the engine asks. */
function loadLater(
  asked: Asked,
  inside: Site,
  site: Site,
  id: string,
  range: SourceRange,
  instance: string | undefined,
): Included {
  const load = laterContext(site.play.load);
  const seenRoles = new Set([...site.play.seenRoles, ...(asked.seen ?? [])]);
  const play: PlayContext = { ...site.play, load, notified: [], seenRoles };
  const { name } = asked;
  const exported: VarScope[] = [];
  const { path, tried } = findTasks(name, site);
  const later = {
    ...inside,
    play,
    exported,
    open: [],
    prefix: `${id}:${basename(name)}${instance === undefined ? '' : `:${instance}`}.`,
  };
  const nodes = path === undefined ? [] : loadTaskFile(path, later, range);
  if (path === undefined) {
    reportMissingFile(name, tried, range, load, (place) => relative(play.playbookDir, place));
  }
  finishLoad(load, [play]);
  load.diagnostics.throwIfErrors();
  return { nodes, handlers: [], exported, seen: seenRoles };
}

/** Reads every file that a templated name may mean, so that the names which they define are known. */
function learnFrom(name: string, inside: Site, site: Site): void {
  const folders = [site.dir, ...searchPathsOf(site)];
  const kinds = site.place === 'handler' ? ['handlers', 'tasks'] : ['tasks'];
  const like = kinds.flatMap((kind) => filesLike(name, folders, kind));
  const files = [...new Set(like)].filter((path) => /\.ya?ml$/.test(path));
  if (files.every((path) => site.open.includes(path))) {
    site.play.load.root.open();
    site.play.load.tags.complete = false;
  }
  for (const path of files) {
    if (site.open.includes(path)) continue;
    const load = laterContext(site.play.load);
    loadTaskFile(
      path,
      {
        ...inside,
        play: { ...site.play, load, notified: [] },
        open: [...site.open, path + ' ', ...files.filter((other) => other !== path)],
      },
      { file: path, line: 1, column: 1 },
    );
  }
}

/** A node that names the file; its own `when` and `loop` hold for the include, not for each task. */
export function loadIncludeTasks(map: MapNode, entry: MapEntry, site: Site, id: string): readonly Node[] {
  const { load } = site.play;
  checkImportKeys(map, entry, 'include_tasks', load);
  const scope = new Scope(site.scope);
  const inner = new Scope(scope);
  const loop = readLoop(map, scope, inner, load);
  const shared = readShared(map, 'include_tasks', load, { layer: 'include_params', scope, inner });
  const name = readName(map, inner, site);
  const file = readFile(map, entry, site);
  if (file === undefined) return [];
  noteUses(file.node, inner, load);
  const templated = isTemplate(file.name);
  const keywords = toKeywords(inherit(site.inherited, shared), loop, readRegister(map, site));
  // What a handler includes are tasks: their names are notified by nobody.
  const exported: VarScope[] = [];
  const inside: Site = { ...insideOf(site, shared, file, inner), exported, place: 'task', listen: [] };
  const nodes = templated ? undefined : loadOnce(file, inside, site, id, isPassable(keywords, site));
  if (templated) learnFrom(file.name, inside, site);
  const include: Include = {
    type: 'include',
    kind: 'tasks',
    id,
    ...(site.role === undefined ? {} : { role: taskRole(site.role) }),
    searchPaths: searchPathsOf(site),
    range: map.range,
    ...(name === undefined ? {} : { name }),
    file: { value: file.name, range: file.range },
    from: {},
    keywords,
    literal: nodes !== undefined,
    unique: false,
    own: [],
    load: (asked, instance) =>
      nodes !== undefined && asked.name === file.name && instance === undefined
        ? { nodes, handlers: [], exported, seen: [] }
        : loadLater(asked, inside, site, id, file.range, instance),
    listen: site.place === 'handler' ? listenOf(map, undefined, site) : [],
  };
  return [include];
}

/** Undefined when it is read later, for the host that comes there. */
function loadOnce(
  file: FileArgument,
  inside: Site,
  site: Site,
  id: string,
  passable: boolean,
): readonly Node[] | undefined {
  const load = (within: Site): readonly Node[] | undefined => {
    const { path, tried } = findTasks(file.name, { ...within, place: site.place });
    if (path === undefined) {
      reportMissing(file, tried, within);
      return [];
    }
    if (!site.open.includes(path))
      return loadTaskFile(path, { ...within, prefix: `${id}:${basename(file.name)}.` }, file.range);
    // A file that includes itself ends by a condition at run time: it is read then.
    if (!circleEnds(path, passable, site)) reportEndless(path, file.range, site);
    return undefined;
  };
  return passable ? loadPassable(inside, inside.scope, load) : load(inside);
}

function reportEndless(path: string, range: SourceRange, site: Site): void {
  const { load, playbookDir } = site.play;
  const circle = [...site.open.slice(site.open.indexOf(path)), path];
  load.diagnostics.error(
    'INCLUDE_CIRCLE',
    'Files include each other without end',
    `The circle is: ${circle.map((file) => relative(playbookDir, file)).join(', then ')}. There is no condition, so it would never end.`,
    range,
    'Add a "when" to the include that becomes false at some point, or use a loop.',
  );
}
