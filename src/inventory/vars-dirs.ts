/** `group_vars/` and `host_vars/` beside an inventory or a playbook. */

import { existsSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { nearest } from '../diagnostics/nearest.js';
import { statOf } from '../yaml/text-file.js';
import { varsFilesBelow } from '../yaml/vars-folder.js';
import type { VarEntry, VarTable } from './model.js';
import { readVarsFile } from './var-map.js';

/** In the order in which Ansible looks; the first that exists is taken. */
const EXTENSIONS = ['', '.yml', '.yaml', '.json'];

/** What the two directories of one place say, by group and by host. */
export interface VarsDirs {
  readonly groups: ReadonlyMap<string, VarTable>;
  readonly hosts: ReadonlyMap<string, VarTable>;
}

function isDirectory(path: string): boolean {
  return statOf(path)?.isDirectory() ?? false;
}

function readAll(paths: readonly string[], diagnostics: Diagnostics): VarTable {
  const table = new Map<string, VarEntry>();
  for (const path of paths)
    for (const [name, entry] of readVarsFile(path, diagnostics)) table.set(name, entry);
  return table;
}

function readDirectory(
  directory: string,
  names: readonly string[],
  what: string,
  diagnostics: Diagnostics,
): ReadonlyMap<string, VarTable> {
  const tables = new Map<string, VarTable>();
  if (!isDirectory(directory)) return tables;
  const present = new Set(readdirSync(directory));
  const used = new Set<string>();
  for (const name of names) {
    const [first, ...others] = EXTENSIONS.map((extension) => name + extension).filter((file) =>
      present.has(file),
    );
    if (first === undefined) continue;
    for (const file of [first, ...others]) used.add(file);
    for (const other of others) shadowed(join(directory, other), first, diagnostics);
    const path = join(directory, first);
    tables.set(name, readAll(isDirectory(path) ? varsFilesBelow(path) : [path], diagnostics));
  }
  for (const file of present) {
    if (!used.has(file)) unused(join(directory, file), file, names, what, diagnostics);
  }
  return tables;
}

function shadowed(path: string, by: string, diagnostics: Diagnostics): void {
  diagnostics.warning(
    'VARS_FILE_SHADOWED',
    'File of variables is not read',
    `${by} exists beside it, and only that one is read.`,
    { file: path, line: 1, column: 1 },
    `Move the file into the directory ${by.replace(/\.\w+$/, '')}/, whose files are all read.`,
  );
}

/** A file for a name that is nearly a known one is likely a typo; other files may belong to other inventories. */
function unused(
  path: string,
  file: string,
  names: readonly string[],
  what: string,
  diagnostics: Diagnostics,
): void {
  const extension = extname(file);
  const name = EXTENSIONS.includes(extension) ? file.slice(0, file.length - extension.length) : file;
  const meant = names.includes(name) ? undefined : nearest(name, names);
  if (meant === undefined || file.startsWith('.') || file.endsWith('~')) return;
  diagnostics.warning(
    'VARS_FILE_UNUSED',
    'File of variables is not used',
    `The inventory has no ${what} ${name}.`,
    { file: path, line: 1, column: 1 },
    `Did you mean "${meant}"?`,
  );
}

const NAMES = ['group_vars', 'host_vars'];

/** A folder that is nearly one of the two, which is not there. */
function warnOfMistyped(directory: string, diagnostics: Diagnostics): void {
  if (!isDirectory(directory)) return;
  const present = readdirSync(directory);
  const others = present.filter((name) => !NAMES.includes(name) && isDirectory(join(directory, name)));
  for (const name of NAMES.filter((one) => !present.includes(one))) {
    const near = nearest(name, others);
    if (near === undefined) continue;
    diagnostics.warning(
      'VARS_FOLDER_MISTYPED',
      'Folder of variables is not read',
      `Variables of ${name === 'group_vars' ? 'groups' : 'hosts'} are read from ${name}/ here, and ${near}/ is not read.`,
      { file: join(directory, near), line: 1, column: 1 },
      `Did you mean "${name}"?`,
    );
  }
}

/** Reads what `group_vars/` and `host_vars/` below a directory say of the given groups and hosts. */
export function readVarsDirs(
  directory: string,
  groups: readonly string[],
  hosts: readonly string[],
  diagnostics: Diagnostics,
): VarsDirs {
  if (!existsSync(directory)) return { groups: new Map(), hosts: new Map() };
  warnOfMistyped(directory, diagnostics);
  const plain = (names: readonly string[]): readonly string[] => names.filter((name) => !name.includes('/'));
  return {
    groups: readDirectory(join(directory, 'group_vars'), plain(groups), 'group', diagnostics),
    hosts: readDirectory(join(directory, 'host_vars'), plain(hosts), 'host', diagnostics),
  };
}
