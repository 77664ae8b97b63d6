/** A file of plays and `import_playbook`. */
import { basename, dirname, join, relative } from 'node:path';
import { nearest } from '../../diagnostics/nearest.js';
import type { SourceRange } from '../../diagnostics/diagnostic.js';
import { describeNode, mapGet, type MapEntry, type MapNode, type Node as YamlNode } from '../../yaml/node.js';
import { parseYamlFile } from '../../yaml/parse.js';
import type { LoadContext } from '../read/context.js';
import { reportImportCircle } from '../read/import-circle.js';
import { findFile, isFile, readText as readTextFile, reportMissingFile } from '../read/files.js';
import { importedInto } from '../read/inherited.js';
import { checkKeys, dashHint } from '../read/keys.js';
import { IMPORTS, SECTIONS, shortName } from '../task/module-key.js';
import { loadPlay, type ImportedBy, type LoadedPlay } from './play.js';
import { readText } from '../read/read.js';
import { Scope } from '../read/scope.js';
import { readShared } from '../read/shared.js';
import { isTemplate } from '../read/templated.js';

function reportNotPlays(node: YamlNode, load: LoadContext): void {
  load.diagnostics.error(
    'NOT_A_LIST',
    'Playbook is not a list',
    `A playbook is a list of plays, but this is ${describeNode(node)}.`,
    node.range,
    dashHint(node) ??
      (node.type === 'map' && ['all', 'children', 'ungrouped'].includes(node.entries[0]?.key ?? '')
        ? 'This looks like an inventory, which is given with -i.'
        : 'Start each play with a dash: "- hosts: ...".'),
  );
}

function reportNotPlay(node: YamlNode, load: LoadContext): void {
  load.diagnostics.error(
    'NOT_A_PLAY',
    'Entry is not a play',
    `Each entry of a playbook is a play or an import_playbook, but this is ${describeNode(node)}.`,
    node.range,
    'Write "- hosts: ..." and below it "tasks:".',
  );
}

/** The module of an entry that is a task and no play. */
function moduleOf(map: MapNode, load: LoadContext): string | undefined {
  if (map.entries.some(({ key }) => SECTIONS.has(key) || nearest(key, SECTIONS) !== undefined))
    return undefined;
  return map.entries
    .map(({ key }) => shortName(key))
    .find((key) => load.modules.find(key) !== undefined || IMPORTS.includes(key));
}

/** A file of tasks: reported once, at its first task. */
function reportTasks(map: MapNode, module: string, load: LoadContext): void {
  load.root.open();
  load.diagnostics.error(
    'NOT_A_PLAY',
    'Entry is not a play',
    `This entry is a task (of the module "${module}"), and a playbook is a list of plays.`,
    map.entries[0]?.keyRange ?? map.range,
    'Write "- hosts: all" and below it "tasks:", and indent the tasks below that.',
  );
}

interface File {
  readonly path: string;
  /** The files that are being read, outermost first. */
  readonly open: readonly string[];
}

function loadImport(
  map: MapNode,
  entry: MapEntry,
  file: File,
  imported: ImportedBy,
  load: LoadContext,
  plays: LoadedPlay[],
): void {
  const named = {
    ...map,
    entries: map.entries.map((item) => (item === entry ? { ...item, key: 'import_playbook' } : item)),
  };
  checkKeys(named, 'import_playbook', load);
  const scope = new Scope(imported.scope);
  const shared = readShared(map, 'import_playbook', load, { layer: 'play_vars', scope });
  const name = readText(entry.value, entry.key, load.diagnostics);
  if (name === undefined) return;
  if (isTemplate(name.value)) {
    load.root.open();
    load.diagnostics.error(
      'TEMPLATED_IMPORT',
      'Import of a templated name',
      'Playbooks are read before any variable is known, so their names cannot be templates.',
      name.range,
      'Write the name out, or choose the playbook on the command line.',
    );
    return;
  }
  const { path, tried } = findFile(name.value, [dirname(file.path)], 'playbooks');
  if (path === undefined) {
    load.root.open();
    reportMissingFile(name.value, tried.slice(-1), name.range, load, (place) =>
      relative(dirname(file.path), place),
    );
  } else if (file.open.includes(path)) {
    const circle = {
      folder: dirname(file.open[0] ?? path),
      range: name.range,
      hint: 'Remove one of the imports.',
    };
    reportImportCircle(path, file.open, circle, load.diagnostics);
  } else {
    const inside = { inherited: importedInto(imported.inherited, shared), scope };
    loadFile({ path, open: [...file.open, path] }, inside, load, plays, name.range);
  }
}

function loadEntry(
  node: YamlNode,
  file: File,
  imported: ImportedBy,
  load: LoadContext,
  plays: LoadedPlay[],
): void {
  if (node.type !== 'map') {
    reportNotPlay(node, load);
    return;
  }
  const entry = mapGet(node, 'import_playbook') ?? mapGet(node, 'ansible.builtin.import_playbook');
  if (entry !== undefined) loadImport(node, entry, file, imported, load, plays);
  else plays.push(loadPlay(node, file.path, plays.length, imported, load));
}

/** For a playbook that is not there, when one of this name comes with the program. */
function libraryHint(path: string, { library }: LoadContext): string | undefined {
  const own = library.playbooks === undefined ? undefined : join(library.playbooks, basename(path));
  return own !== undefined && !isFile(path) && isFile(own)
    ? `A playbook of this name comes with rtprov. Copy it into a project of yours with "rtprov init", or name it by its path: ${own}`
    : undefined;
}

export function loadFile(
  file: File,
  imported: ImportedBy,
  load: LoadContext,
  plays: LoadedPlay[],
  range?: SourceRange,
): void {
  const text = readTextFile(file.path, load, range, libraryHint(file.path, load));
  const before = load.diagnostics.all.length;
  const node = text === undefined ? undefined : parseYamlFile(text, file.path, load.diagnostics);
  if (text === undefined || load.diagnostics.all.slice(before).some((item) => item.severity === 'error')) {
    load.root.open();
    return;
  }
  if (node === undefined || (node.type === 'scalar' && node.value === null)) {
    load.diagnostics.error(
      'EMPTY_PLAYBOOK',
      'Playbook is empty',
      'There is no play in this file.',
      { file: file.path, line: 1, column: 1, text: (text.split('\n')[0] ?? '').trimEnd() },
      'Write a play: "- hosts: all" and below it "tasks:".',
    );
  } else if (node.type === 'list') {
    const [first] = node.items;
    const module = first?.type === 'map' ? moduleOf(first, load) : undefined;
    if (first?.type === 'map' && module !== undefined) reportTasks(first, module, load);
    else for (const item of node.items) loadEntry(item, file, imported, load, plays);
  } else {
    reportNotPlays(node, load);
  }
}
