/** Folders and files of a role that nobody reads, as their names are nearly those that are read: Ansible skips them in silence. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { nearest } from '../../diagnostics/nearest.js';
import type { LoadContext, RoleSite } from '../read/context.js';
import { isFile, isFolder } from '../read/files.js';

const FOLDERS = ['tasks', 'handlers', 'defaults', 'vars', 'meta', 'files', 'templates'];
/** Their `main` is read by itself. */
const WITH_MAIN = ['tasks', 'handlers', 'defaults', 'vars', 'meta'];

function warn(path: string, meant: string, load: LoadContext): void {
  load.diagnostics.warning(
    'ROLE_FILE_MISTYPED',
    'Part of a role is not read',
    `The role has no ${meant}, and ${path} is not read.`,
    { file: path, line: 1, column: 1 },
    `Did you mean "${meant}"?`,
  );
}

/** Warns once a role and run of the check. */
export function warnOfMistyped({ path }: RoleSite, load: LoadContext): void {
  const names = readdirSync(path);
  const others = names.filter((name) => !FOLDERS.includes(name) && isFolder(join(path, name)));
  for (const folder of FOLDERS) {
    const near = names.includes(folder) ? undefined : nearest(folder, others);
    if (near !== undefined) warn(join(path, near), folder, load);
  }
  for (const folder of WITH_MAIN.filter((name) => names.includes(name) && isFolder(join(path, name)))) {
    const files = readdirSync(join(path, folder));
    if (files.some((name) => /^main(?:\.(?:ya?ml|json))?$/.test(name))) continue;
    const near = nearest(
      'main.yml',
      files.filter((name) => isFile(join(path, folder, name))),
    );
    if (near !== undefined) warn(join(path, folder, near), `${folder}/main.yml`, load);
  }
}
