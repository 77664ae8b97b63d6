/** A play: hosts, variables, roles, tasks and handlers. */
import { dirname } from 'node:path';
import { nearest } from '../../diagnostics/nearest.js';
import { describeNode, mapGet, type MapNode, type Node as YamlNode } from '../../yaml/node.js';
import type { LoadContext, PlayContext, Site } from '../read/context.js';
import { flattenHandlers } from './handlers.js';
import { importedInto, type Inherited } from '../read/inherited.js';
import { checkKeys } from '../read/keys.js';
import { keywordsOf } from '../read/keywords.js';
import type { Flush, Located, Node, Play } from '../read/model.js';
import { readBatches, readPlaySettings } from './play-settings.js';
import { Scope } from '../read/scope.js';
import { readShared } from '../read/shared.js';
import { noteUses } from '../read/templated.js';
import { readVarsFiles } from './vars-files.js';
import { readPrompts } from './vars-prompt.js';

/** What an import_playbook hands to the plays of its file. */
export interface ImportedBy {
  readonly inherited: Inherited;
  readonly scope: Scope;
}

function readHosts(map: MapNode, scope: Scope, load: LoadContext): Located<string> {
  const entry = mapGet(map, 'hosts');
  const nothing = { value: '', range: entry?.value.range ?? map.entries[0]?.keyRange ?? map.range };
  if (entry === undefined) {
    // A mistyped "hosts" was reported as an unknown keyword.
    if (map.entries.some(({ key }) => nearest(key, ['hosts']) !== undefined)) return nothing;
    load.diagnostics.error(
      'HOSTS_MISSING',
      'Play has no hosts',
      'A play needs "hosts", the hosts on which it runs.',
      nothing.range,
      'Add "hosts:" with a group or a host of the inventory, for instance "hosts: all".',
    );
    return nothing;
  }
  const { value } = entry;
  noteUses(value, scope, load);
  const items = value.type === 'list' ? value.items : [value];
  const texts = items.flatMap((item) =>
    item.type === 'scalar' && item.value !== null && item.value !== '' ? [String(item.value)] : [],
  );
  if (texts.length === items.length && texts.length > 0)
    return { value: texts.join(','), range: value.range };
  load.diagnostics.error(
    'HOSTS_MISSING',
    'Play has no hosts',
    `"hosts" takes a pattern or a list of patterns, but this is ${describeNode(value)}.`,
    value.range,
    'Name a group or a host of the inventory, for instance "hosts: all".',
  );
  return nothing;
}

function section(map: MapNode, key: string, site: Site, first: number): readonly Node[] {
  const entry = mapGet(map, key);
  return entry === undefined ? [] : site.play.load.nodes(entry.value, `"${key}"`, site, first);
}

function readRoles(map: MapNode, site: Site, first: number): readonly Node[] {
  const node = mapGet(map, 'roles')?.value;
  if (node === undefined || (node.type === 'scalar' && node.value === null)) return [];
  if (node.type === 'list') {
    return node.items.flatMap((item, index) =>
      site.play.load.roleEntry(item, { ...site, prefix: `${site.prefix}${first + index}.` }),
    );
  }
  site.play.load.diagnostics.error(
    'NOT_A_LIST',
    'Roles are not a list',
    `"roles" holds a list of roles, but this is ${describeNode(node)}.`,
    node.range,
    'Write one "- role: NAME" per line.',
  );
  return [];
}

/** How many entries a section has, so that ids count on over the sections. */
function lengthOf(map: MapNode, key: string): number {
  const node = mapGet(map, key)?.value;
  return node?.type === 'list' ? node.items.length : 0;
}

function flush(id: string): Flush {
  return { type: 'flush', id, explicit: false, tags: ['always'], when: [] };
}

/**
 * Everything that runs, in order; handlers run after each of the three sections (the last one also when there are no post_tasks:
 * a handler may have notified one before it). With `force_handlers` they run after a failure too.
 */
function readBody(map: MapNode, site: Site, force: boolean): readonly Node[] {
  const counts = ['pre_tasks', 'roles', 'tasks'].map((key) => lengthOf(map, key));
  const [pre = 0, roles = 0, tasks = 0] = counts;
  const { handlers } = site.play;
  const ofRoles = readRoles(map, site, pre);
  // Roles' handlers come before the play's own, and those of roles that tasks name after them.
  const first = handlers.length;
  const prefix = `${site.play.handlerPrefix}${first}.`;
  const own = section(map, 'handlers', { ...site, place: 'handler', prefix }, 0);
  handlers.push(...flattenHandlers(own, site));
  const sections = [
    section(map, 'pre_tasks', site, 0),
    [...ofRoles, ...section(map, 'tasks', site, pre + roles)],
    section(map, 'post_tasks', site, pre + roles + tasks),
  ];
  return sections.flatMap((nodes, index) => {
    const end = flush(`${site.prefix}f${index}`);
    if (!force) return index === 0 && nodes.length === 0 ? [] : [...nodes, end];
    const id = `${site.prefix}s${index}`;
    return [{ type: 'block', id, range: map.range, block: nodes, rescue: [], always: [end] } as const];
  });
}

function nameOf(map: MapNode, hosts: Located<string>, scope: Scope, load: LoadContext): string {
  const node = mapGet(map, 'name')?.value;
  if (node?.type !== 'scalar' || node.value === null) return hosts.value;
  noteUses(node, scope, load);
  return String(node.value);
}

function reportEmpty(map: MapNode, load: LoadContext): void {
  load.diagnostics.warning(
    'EMPTY_PLAY',
    'Play does nothing',
    'This play has neither roles nor tasks.',
    map.entries[0]?.keyRange ?? map.range,
    'Add "tasks:" or "roles:", or remove the play.',
  );
}

export interface LoadedPlay {
  readonly play: Play;
  readonly context: PlayContext;
}

function newContext(path: string, index: number, scope: Scope, load: LoadContext): PlayContext {
  return {
    load,
    index,
    playbookPath: path,
    playbookDir: dirname(path),
    scope,
    handlers: [],
    handlerPrefix: `${index}.h`,
    notified: [],
    seenRoles: new Set(),
    importedRoles: new Set(),
    handlerRoles: new Set(),
    roleNames: { named: [], dependent: [] },
    brokenHandlers: new Set(),
    handlersUnknown: false,
  };
}

/** Warns where nothing is to be done. */
function checkSections(map: MapNode, load: LoadContext): void {
  const sections = ['tasks', 'pre_tasks', 'post_tasks', 'roles'];
  const known = keywordsOf('play');
  // A word that is not a keyword was reported, and may have been meant for one of these.
  if (!map.entries.some(({ key, value }) => !known.has(key) || (sections.includes(key) && isPresent(value))))
    reportEmpty(map, load);
}

/** The keywords about connections and users. */
function connectingBy({ singles }: Inherited): Pick<Play, 'connection' | 'ignoreUnreachable' | 'become'> {
  const { remoteUser, port, connection, ignoreUnreachable, become, becomeUser, becomeMethod } = singles;
  return {
    connection: {
      ...(remoteUser === undefined ? {} : { remoteUser }),
      ...(port === undefined ? {} : { port }),
      ...(connection === undefined ? {} : { connection }),
    },
    ...(ignoreUnreachable === undefined ? {} : { ignoreUnreachable }),
    become: {
      ...(become === undefined ? {} : { become }),
      ...(becomeUser === undefined ? {} : { becomeUser }),
      ...(becomeMethod === undefined ? {} : { becomeMethod }),
    },
  };
}

/** Loads one play. */
export function loadPlay(
  map: MapNode,
  path: string,
  index: number,
  imported: ImportedBy,
  load: LoadContext,
): LoadedPlay {
  checkKeys(map, 'play', load);
  const scope = new Scope(imported.scope);
  const context = newContext(path, index, scope, load);
  const own = readShared(map, 'play', load, { layer: 'play_vars', scope });
  const shared = importedInto(imported.inherited, own);
  const hosts = readHosts(map, scope, load);
  const name = nameOf(map, hosts, scope, load);
  const varsPrompt = readPrompts(mapGet(map, 'vars_prompt')?.value, scope, load);
  const varsFiles = readVarsFiles(mapGet(map, 'vars_files')?.value, context);
  const site: Site = {
    play: context,
    role: undefined,
    inherited: { ...shared, vars: [] },
    scope,
    dir: context.playbookDir,
    prefix: `${index}.`,
    place: 'task',
    listen: [],
    isRescued: false,
    inRescue: false,
    exported: [],
    open: [path],
  };
  const settings = readPlaySettings(map, scope, load);
  const body = readBody(map, site, settings.forceHandlers);
  checkSections(map, load);
  const roleVars = (layer: 'role_defaults' | 'role_vars') =>
    site.exported.filter((item) => item.layer === layer);
  const play: Play = {
    name,
    range: map.range,
    playbookPath: path,
    tags: shared.tags,
    hosts,
    serial: readBatches(mapGet(map, 'serial')?.value, scope, load),
    ...settings,
    vars: [...roleVars('role_defaults'), ...shared.vars, ...roleVars('role_vars')],
    varsFiles,
    varsPrompt,
    body,
    handlers: context.handlers,
    roleNames: context.roleNames,
    ...connectingBy(shared),
  };
  return { play, context };
}

function isPresent(node: YamlNode | undefined): boolean {
  return node !== undefined && !(node.type === 'scalar' && node.value === null);
}
