/** Where lookups find files: the folders of the task (`ansible_search_path`), in Ansible's order. */
import { readFileSync, statSync, type Stats } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, normalize } from 'node:path';
import type { LookupCall } from '../template/runtime/lookup.js';

function textVariable(call: LookupCall, name: string): string | undefined {
  const value = call.variable(name);
  return typeof value === 'string' ? value : undefined;
}

/** Where commands run, and where names of passwords start: the playbook's folder. */
export function baseFolder(call: LookupCall): string {
  return textVariable(call, 'playbook_dir') ?? process.cwd();
}

/** The role's folder, those of the roles that depend on it, the task file's and the playbook's. */
export function searchFolders(call: LookupCall): readonly string[] {
  const found = call.variable('ansible_search_path');
  return Array.isArray(found) && found.length > 0 ? (found as readonly string[]) : [baseFolder(call)];
}

export function expandHome(name: string): string {
  return name === '~' || name.startsWith('~/') ? join(homedir(), name.slice(1)) : name;
}

export function statIfVisible(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // A part of the path is a file, or the user may not look there: for this user there is nothing.
    return undefined;
  }
}

/** Every place that a name means, first below `folder` (files, templates, vars), and last in `further`. */
export function placesOf(
  name: string,
  folder: string,
  call: LookupCall,
  further: readonly string[] = [],
): readonly string[] {
  const expanded = expandHome(name);
  if (isAbsolute(expanded)) return [normalize(expanded)];
  const places = searchFolders(call).flatMap((base) => [join(base, folder, expanded), join(base, expanded)]);
  return [...new Set([...places, ...further.map((last) => join(last, expanded))])];
}

export function find(
  name: string,
  folder: string,
  call: LookupCall,
  further?: readonly string[],
): string | undefined {
  return placesOf(name, folder, call, further).find((place) => statIfVisible(place) !== undefined);
}

/** As `find`, with an Error that names the places. */
export function demand(name: string, folder: string, call: LookupCall, further?: readonly string[]): string {
  const found = find(name, folder, call, further);
  if (found !== undefined) return found;
  throw new Error(
    `the file "${name}" was not found; it was looked for as ${placesOf(name, folder, call, further).join(', ')}`,
  );
}

/** Larger files are not values of variables. */
const maximalBytes = 32 * 1024 * 1024;

/** A text file, as UTF-8. Only regular files are read: a device or a pipe could give bytes without an end. */
export function readText(path: string): string {
  const stats = statIfVisible(path);
  if (stats?.isFile() !== true && path !== '/dev/null') throw new Error(`${path} is not a file`);
  if ((stats?.size ?? 0) > maximalBytes) throw new Error(`${path} is larger than 32 MiB`);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`, {
      cause: error,
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new Error(`${path} is not UTF-8 text`, { cause: error });
  }
}
