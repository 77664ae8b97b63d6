/** A folder of files with variables: `group_vars/NAME/`, `defaults/main/` of a role. */
import { readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { statOf } from './text-file.js';

const ENDINGS = ['', '.yml', '.yaml', '.json'];

/**
 * The files of a folder of variables, in name order, those of its subfolders in their place. As in Ansible, hidden files,
 * backups and other endings are passed by.
 */
export function varsFilesBelow(folder: string): readonly string[] {
  return readdirSync(folder)
    .sort()
    .filter((name) => !name.startsWith('.') && !name.endsWith('~'))
    .flatMap((name) => {
      const path = join(folder, name);
      if (statOf(path)?.isDirectory() === true) return extname(name) === '' ? varsFilesBelow(path) : [];
      return ENDINGS.includes(extname(name)) ? [path] : [];
    });
}
