/** `file`, `fileglob` and `first_found`. */
import { basename, dirname, join, normalize } from 'node:path';
import { glob } from '../values/glob.js';
import { isMapping, type Value, type Vars } from '../values/value.js';
import { namesIn } from '../yaml/folder-names.js';
import type { Lookup } from './lookup.js';
import { flagOption, listOption, textOf } from './options.js';
import { baseFolder, demand, expandHome, find, readText, searchFolders, statIfVisible } from './search.js';

export const file: Lookup = (call) =>
  call.terms.map((term) => {
    const text = readText(demand(textOf(term, 'the name of a file'), 'files', call));
    const left = flagOption(call.options, 'lstrip', false) ? text.trimStart() : text;
    return flagOption(call.options, 'rstrip', true) ? left.trimEnd() : left;
  });

/** Only the last part of a name is a pattern. In the order of the names, so that a plan is the same again. */
export const fileglob: Lookup = (call) =>
  call.terms.flatMap((term) => {
    const name = expandHome(textOf(term, 'a pattern of files'));
    const pattern = basename(name);
    const found = name === pattern ? undefined : find(dirname(name), 'files', call);
    const folders =
      name === pattern
        ? searchFolders(call).flatMap((folder) => [join(folder, 'files'), folder])
        : found === undefined
          ? []
          : [found];
    const like = glob(pattern);
    for (const folder of folders) {
      const paths = namesIn(folder)
        .filter((one) => like.test(one) && (!one.startsWith('.') || pattern.startsWith('.')))
        .map((one) => join(folder, one))
        .filter((path) => statIfVisible(path)?.isFile() === true);
      if (paths.length > 0) return paths.sort((a, b) => (a < b ? -1 : 1));
    }
    return [];
  });

function split(values: readonly Value[], signs: RegExp): readonly string[] {
  return values.flatMap((value) =>
    Array.isArray(value) ? split(value as readonly Value[], signs) : textOf(value, 'a name').split(signs),
  );
}

function namesOf(term: Value, options: Vars): readonly string[] {
  const own = isMapping(term) ? term : undefined;
  const files = split(own === undefined ? [term] : listOption(own, 'files'), /[,;]/);
  const paths = split(listOption(own ?? options, 'paths'), /[,:;]/);
  return paths.length === 0 ? files : paths.flatMap((path) => files.map((name) => join(path, name)));
}

function flat(terms: readonly Value[]): readonly Value[] {
  return terms.flatMap((term) => (Array.isArray(term) ? flat(term as readonly Value[]) : [term]));
}

export const firstFound: Lookup = (call, world) => {
  const given = flat(call.terms);
  const terms = given.length > 0 ? given : listOption(call.options, 'files');
  const names = terms.flatMap((term) => namesOf(term, call.options));
  const further = call.folder === 'templates' ? world.furtherTemplates(baseFolder(call)) : [];
  for (const name of names) {
    const path = find(name, call.folder ?? 'files', call, further);
    if (path !== undefined) return [normalize(path)];
  }
  const skips = terms.filter(isMapping).map((term) => flagOption(term, 'skip', false));
  if (skips.at(-1) ?? flagOption(call.options, 'skip', false)) return [];
  throw new Error(`none of these files was found: ${names.join(', ')}`);
};
