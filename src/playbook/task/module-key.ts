/** Finds which key of a task names its module, and says what is wrong with the keys that are neither that nor keywords. */
import { didYouMean, nearest } from '../../diagnostics/nearest.js';
import type { Module } from '../../modules/core/module.js';
import { mapGet, type MapEntry, type MapNode } from '../../yaml/node.js';
import type { LoadContext } from '../read/context.js';
import { keywordsOf, WITH_KEYWORDS, type Place } from '../read/keywords.js';
import { reportUnknownKey, reportUnsupported } from '../read/keys.js';
import { insteadOfModule } from './other-modules.js';

/** Task keys that rtprov handles itself instead of a module. */
export const IMPORTS: readonly string[] = ['import_tasks', 'include_tasks', 'import_role', 'include_role'];

/** `ansible.builtin.x` and `ansible.legacy.x` are `x`. */
export function shortName(name: string): string {
  return name.replace(/^ansible\.(?:builtin|legacy)\./, '');
}

/** What only plays have: the keys by which one is known. */
export const SECTIONS: ReadonlySet<string> = new Set([
  'hosts',
  'tasks',
  'handlers',
  'roles',
  'pre_tasks',
  'post_tasks',
  'import_playbook',
]);

export interface ModuleKey {
  readonly entry: MapEntry;
  readonly module: Module;
  /** Its arguments are beside it and not below it, which is reported. */
  readonly beside?: true;
}

/** Further modules of Ansible's own that rtprov does not have (docs.ansible.com, collection ansible.builtin). */
const FURTHER: ReadonlySet<string> = new Set([
  'async_status',
  'dpkg_selections',
  'mount_facts',
  'validate_argument_spec',
]);

/** Is it the name of a module of Ansible's, and so no mistyped name of another? */
const isOther = (short: string): boolean => FURTHER.has(short) || insteadOfModule(short) !== undefined;

const isOfCollection = (name: string): boolean =>
  name.includes('.') && !/^ansible\.(?:builtin|legacy)\./.test(name);

/** Whether an unknown module is rather a mistyped name of a known one than a module of Ansible's, or of a collection. */
export function isMistyped(name: string, load: LoadContext): boolean {
  if (isOfCollection(name) || isOther(shortName(name))) return false;
  return nearest(shortName(name), [...load.modules.names, ...IMPORTS]) !== undefined;
}

export function reportUnknownModule(
  name: string,
  range: MapEntry['keyRange'],
  load: LoadContext,
  severity: 'error' | 'warning' = 'error',
): void {
  const short = name.split('.').at(-1) ?? name;
  const known = [...load.modules.names, ...IMPORTS];
  const collection = isOfCollection(name);
  load.diagnostics[severity](
    'UNKNOWN_MODULE',
    'Unknown module',
    collection
      ? `rtprov has no module "${name}", and it cannot run modules of Ansible collections.`
      : `rtprov has no module "${name}".`,
    range,
    insteadOfModule(name) ??
      (isOther(short) ? undefined : didYouMean(short, known)) ??
      'Use one of the modules that docs/modules lists, or a command with `creates`, `undo` and `touches` (docs/modules/command.md).',
  );
}

/** Whether an unknown key is more like a keyword than like a module. */
function looksLikeKeyword(key: string, place: Place, load: LoadContext): boolean {
  const keyword = nearest(key, [...keywordsOf(place).keys(), ...WITH_KEYWORDS]);
  if (keyword === undefined) return false;
  const module = nearest(key, [...load.modules.names, ...IMPORTS]);
  return module === undefined || nearest(key, [keyword, module]) === keyword;
}

function reportStray(entry: MapEntry, place: Place, module: Module | undefined, load: LoadContext): void {
  const names = [...keywordsOf(place).keys(), 'with_items'];
  const isArgument =
    module !== undefined &&
    nearest(entry.key, names) === undefined &&
    Object.hasOwn(module.doc.args, entry.key);
  reportUnknownKey(
    entry,
    place,
    names,
    load,
    isArgument
      ? `"${entry.key}" is an argument of ${module.name}: indent it below "${module.name}:".`
      : undefined,
  );
}

/**
 * The key that names the module. Reports unknown keywords, an unknown module, two modules, or none; in all but the first
 * case the result is undefined.
 */
export function findModuleKey(map: MapNode, place: Place, load: LoadContext): ModuleKey | undefined {
  const keywords = keywordsOf(place);
  const modules: ModuleKey[] = [];
  const strange: MapEntry[] = [];
  for (const entry of map.entries) {
    const keyword = keywords.get(entry.key);
    if (keyword !== undefined) {
      if (keyword.unsupported !== undefined && !isZero(entry))
        reportUnsupported(entry, keyword.unsupported, load);
      continue;
    }
    if (entry.key.startsWith('with_')) continue;
    const module = load.modules.find(shortName(entry.key));
    if (module === undefined) strange.push(entry);
    else modules.push({ entry, module });
  }
  const [first, second] = modules;
  if (first !== undefined) {
    const own = second === undefined ? argumentsBeside(map, first) : [];
    if (own.length > 0) {
      reportBeside(own, first, load);
      return { ...first, beside: true };
    }
    for (const entry of strange) reportStray(entry, place, first.module, load);
    if (second === undefined) return first;
    reportTwo(first.entry, second.entry, load);
    return undefined;
  }
  reportNoModule(map, strange, place, load);
  return undefined;
}

/** The keys that were to be a module's arguments: it has none, and some of them are not keywords. */
function argumentsBeside(map: MapNode, { entry, module }: ModuleKey): readonly MapEntry[] {
  const { value } = entry;
  if (value.type !== 'scalar' || value.value !== null) return [];
  const names = new Set([...Object.keys(module.doc.args), ...Object.values(module.aliases).flat()]);
  const keywords = keywordsOf('task');
  return map.entries.filter((one) => one !== entry && names.has(one.key) && !keywords.has(one.key));
}

function reportBeside(own: readonly MapEntry[], { module }: ModuleKey, load: LoadContext): void {
  const names = own.map(({ key }) => `"${key}"`).join(', ');
  load.diagnostics.error(
    'UNKNOWN_KEYWORD',
    'Unknown keyword',
    own.length === 1
      ? `${names} is an argument of "${module.name}", but is written beside it.`
      : `${names} are arguments of "${module.name}", but are written beside it.`,
    own[0]?.keyRange,
    `Indent the arguments by two more spaces, so that they are below "${module.name}:".`,
  );
}

function isZero(entry: MapEntry): boolean {
  return entry.value.type === 'scalar' && entry.value.value === 0;
}

function reportTwo(first: MapEntry, second: MapEntry, load: LoadContext): void {
  load.diagnostics.error(
    'TWO_MODULES',
    'Task has two modules',
    `A task does one thing, but this one names both "${first.key}" and "${second.key}".`,
    second.keyRange,
    'Make two tasks of it; start the second with a new dash.',
  );
}

/** Variables that modules define which rtprov does not have. */
const RETURNED: Readonly<Record<string, (args: MapEntry['value']) => readonly string[]>> = {
  package_facts: () => ['packages'],
  service_facts: () => ['services'],
  getent: (args) => {
    const database = args.type === 'map' ? mapGet(args, 'database')?.value : args;
    const text = database?.type === 'scalar' && typeof database.value === 'string' ? database.value : '';
    return [`getent_${/^(?:.*\bdatabase=)?["']?(?<name>\w+)/.exec(text)?.groups?.['name'] ?? ''}`];
  },
};

/** What an unknown or mistyped module would have defined is not a second fault. */
function learnMeant(entry: MapEntry, load: LoadContext): void {
  const last = entry.key.split('.').at(-1) ?? '';
  const returned = Object.hasOwn(RETURNED, last) ? RETURNED[last] : undefined;
  if (returned !== undefined) load.root.addAll(returned(entry.value));
  // Which variables it defines is not known.
  else if (last.endsWith('_facts')) load.root.open();
  const meant = nearest(shortName(entry.key), [...load.modules.names, ...IMPORTS]);
  if (meant === 'set_fact' && entry.value.type === 'map') {
    load.root.addAll(entry.value.entries.map(({ key }) => key));
  } else if (meant !== undefined && ['set_fact', 'include_vars', ...IMPORTS].includes(meant)) {
    load.root.open();
  }
}

/** A play, or a section of one, in a list of tasks. */
function reportSection({ key, keyRange }: MapEntry, load: LoadContext): void {
  const isPlay = key === 'hosts' || key === 'import_playbook';
  load.root.open();
  load.diagnostics.error(
    'NOT_A_TASK',
    'Entry is not a task',
    isPlay
      ? `"${key}" belongs in a playbook, but this is a list of tasks.`
      : `"${key}" is a keyword of a play, but this is a list of tasks.`,
    keyRange,
    isPlay
      ? 'Keep only the tasks here, or name the file on the command line or with import_playbook, beside the plays.'
      : `Indent "${key}:" like the play's "hosts:", without a dash. Group tasks below "block:".`,
  );
}

function reportNoModule(map: MapNode, strange: readonly MapEntry[], place: Place, load: LoadContext): void {
  const section = strange.find(({ key }) => SECTIONS.has(key));
  if (section !== undefined) {
    reportSection(section, load);
    return;
  }
  const other = strange.find((entry) => !looksLikeKeyword(entry.key, place, load));
  for (const entry of strange) {
    if (entry === other) {
      reportUnknownModule(entry.key, entry.keyRange, load);
      learnMeant(entry, load);
    } else {
      reportStray(entry, place, undefined, load);
    }
  }
  const action = map.entries.some((entry) => entry.key === 'action' || entry.key === 'local_action');
  if (other !== undefined || action) return;
  load.diagnostics.error(
    'NO_MODULE',
    'Task has no module',
    'A task needs a module, and none of these keys is a module.',
    map.entries[0]?.keyRange ?? map.range,
    'Add a module, for instance "command: uptime".',
  );
}
