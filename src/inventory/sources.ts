/** Finds out what an `-i` argument is, and reads it into the builder. */

import { readdirSync, realpathSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileFault } from '../diagnostics/file-fault.js';
import type { SourceRange } from '../diagnostics/diagnostic.js';
import { whyUnread } from '../yaml/near-file.js';
import { readTextFile, statOf } from '../yaml/text-file.js';
import { readAddress } from './address.js';
import type { InventoryBuilder } from './builder.js';
import { readIni } from './ini.js';
import { readYamlInventory } from './yaml-source.js';

/** What Ansible's defaults skip in a directory of inventories (INVENTORY_IGNORE_EXTS and fixed names). */
const SKIPPED =
  /^\.|^(?:host_vars|group_vars|vars_plugins)$|(?:~|\.(?:pyc|pyo|swp|bak|rpm|md|txt|rst|orig|ini|cfg|retry))$/;

/** `h1,h2,` on the command line; a comma distinguishes it from a path. */
export function isHostList(source: string): boolean {
  return source.includes(',') && statOf(source) === undefined;
}

function readHostList(source: string, builder: InventoryBuilder): void {
  const ungrouped = builder.declareGroup('ungrouped', { file: '--inventory', line: 1, column: 1 });
  for (const match of source.matchAll(/[^\s,]+/g)) {
    const range = (from: number): SourceRange => ({
      file: '--inventory',
      line: 1,
      column: match.index + from + 1,
      text: source,
    });
    const address = readAddress(match[0], range, builder.diagnostics);
    for (const name of address?.names ?? []) {
      const host = builder.addHost(name, ungrouped, range(0));
      if (address?.port !== undefined) {
        host.vars.set('ansible_port', { value: address.port, origin: range(0), unsafe: false });
      }
    }
  }
}

/** A file whose name does not show its format is YAML when its first line that says something is a `---` or a bare key. */
function looksLikeYaml(text: string): boolean {
  const first = text.split('\n').find((line) => !/^\s*(?:#|$)/.test(line)) ?? '';
  return /^(?:---|%YAML|\{)/.test(first) || /^[\w"'-]+:\s*(?:#.*)?$/.test(first.trimEnd());
}

function fault(
  path: string,
  code: string,
  summary: string,
  detail: string,
  hint: string,
  builder: InventoryBuilder,
): void {
  builder.diagnostics.error(code, summary, detail, { file: path, line: 1, column: 1 }, hint);
}

function readFile(path: string, builder: InventoryBuilder): void {
  const text = readTextFile(path);
  const extension = extname(path);
  if (text.startsWith('#!')) {
    const hint =
      'Run it yourself and keep what it prints: ansible-inventory --list --yaml --export > hosts.yml.';
    fault(
      path,
      'INVENTORY_SCRIPT',
      'Inventory script',
      `${path} is a program; rtprov reads inventory files and does not run programs.`,
      hint,
      builder,
    );
  } else if (extension === '.toml') {
    const hint = 'Write the inventory as INI or YAML.';
    fault(
      path,
      'INVENTORY_TOML',
      'TOML inventory',
      'rtprov does not read inventories in TOML.',
      hint,
      builder,
    );
  } else if (/^\.(?:ya?ml|json)$/.test(extension) || (extension === '' && looksLikeYaml(text))) {
    readYamlInventory(text, path, builder);
  } else {
    readIni(text, path, builder);
  }
}

/** `within`: the folders around it, by their real paths: a link to one of them would never end. */
function readDirectory(path: string, builder: InventoryBuilder, within: readonly string[]): void {
  let read = 0;
  const real = realpathSync(path);
  if (within.includes(real)) {
    const hint = 'Remove the link.';
    const detail = `${path} is a link to a folder that contains it.`;
    fault(path, 'INVENTORY_CIRCLE', 'Inventory directory contains itself', detail, hint, builder);
    return;
  }
  for (const name of readdirSync(path).sort()) {
    const below = join(path, name);
    if (!SKIPPED.test(name)) {
      readSource(below, builder, [...within, real]);
      read += 1;
    } else if (/\.(?:ini|cfg)$/.test(name) && !name.startsWith('.')) {
      builder.diagnostics.warning(
        'INVENTORY_FILE_SKIPPED',
        'File of an inventory directory is not read',
        'In a directory of inventories, files that end in .ini or .cfg are skipped, as Ansible does.',
        { file: below, line: 1, column: 1 },
        'Remove the extension.',
      );
    }
  }
  if (read > 0) return;
  const hint = 'Add a file such as hosts or hosts.yml.';
  fault(
    path,
    'INVENTORY_EMPTY',
    'Empty inventory directory',
    `${path} has no inventory file.`,
    hint,
    builder,
  );
}

/** Reads one source: a file, a directory, or a list of hosts with a comma. */
export function readSource(source: string, builder: InventoryBuilder, within: readonly string[] = []): void {
  if (isHostList(source)) {
    readHostList(source, builder);
    return;
  }
  try {
    if (statSync(source).isDirectory()) readDirectory(source, builder, within);
    else readFile(source, builder);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const { line, hint } = whyUnread(error, source);
    builder.diagnostics.error(
      'INVENTORY_UNREADABLE',
      'Inventory cannot be read',
      `${fileFault(error, source)}.`,
      { file: source, line, column: 1 },
      hint ?? 'Check the path; a list of hosts needs a comma: -i host1,',
    );
  }
}
