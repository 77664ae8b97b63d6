/** The files that templates name: for include, import and extends. */
import { basename, dirname, isAbsolute, join } from 'node:path';
import { readTextFile } from '../yaml/text-file.js';
import { packageLibrary } from './package-folder.js';

/** Folders above a template that a name in it may start from: its own, and the templates/ that it is below. */
function folders(from: string): readonly string[] {
  const own = dirname(from);
  for (let folder = own; dirname(folder) !== folder; folder = dirname(folder)) {
    if (basename(folder) === 'templates') return [folder, own, dirname(folder)];
  }
  return [own];
}

/**
 * `searched`: the folders of the task, the playbook's last, each also with its templates/; a lone expression has only these.
 * After them comes what comes with rtprov.
 */
export function templateFile(
  name: string,
  from: string | undefined,
  searched: readonly string[] = [],
): { readonly path: string; readonly text: string } | undefined {
  const near = from === undefined ? [] : folders(from);
  const playbookDir = searched.at(-1);
  const further = [
    ...searched.flatMap((folder) => [join(folder, 'templates'), folder]),
    ...(playbookDir === undefined ? [] : packageLibrary.templates(playbookDir)),
  ];
  const places = isAbsolute(name) ? [name] : [...near, ...further].map((folder) => join(folder, name));
  for (const path of new Set(places)) {
    try {
      return { path, text: readTextFile(path) };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'EISDIR') throw error;
    }
  }
  return undefined;
}
