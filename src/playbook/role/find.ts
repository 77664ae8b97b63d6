/** Where roles are. */
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, extname, isAbsolute, join, relative, resolve } from 'node:path';
import { nearest } from '../../diagnostics/nearest.js';
import type { SourceRange } from '../../diagnostics/diagnostic.js';
import type { Site } from '../read/context.js';
import { nearFile } from '../../yaml/near-file.js';
import { statOf } from '../../yaml/text-file.js';
import { varsFilesBelow } from '../../yaml/vars-folder.js';
import { isFolder } from '../read/files.js';

/** Where roles are when nobody says: Ansible's default for `roles_path`. */
export function defaultRolesPath(): readonly string[] {
  return [join(homedir(), '.ansible', 'roles'), '/usr/share/ansible/roles', '/etc/ansible/roles'];
}

/** Folders of roles, in the order in which they are searched. */
export function roleFolders(site: Site): readonly string[] {
  const { playbookDir, load } = site.play;
  const beside = site.role === undefined ? [] : [dirname(site.role.path)];
  return [
    ...new Set([
      join(playbookDir, 'roles'),
      ...load.rolesPath.map((path) => resolve(playbookDir, path)),
      ...beside,
      playbookDir,
      ...load.library.roles,
    ]),
  ];
}

function rolesIn(folder: string): readonly string[] {
  return isFolder(folder) ? readdirSync(folder).filter((entry) => isFolder(join(folder, entry))) : [];
}

/** For a role that is named by its path. */
function nearRole(places: readonly string[], playbookDir: string): string | undefined {
  const near = places.flatMap((place) => nearFile(place) ?? []).find(isFolder);
  return near === undefined ? undefined : `Did you mean "${relative(playbookDir, near)}"?`;
}

/** The folder of a role, or undefined with the diagnostic made. */
export function findRole(name: string, range: SourceRange, site: Site): string | undefined {
  const folders = roleFolders(site);
  const places = isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name));
  const found = places.find(isFolder);
  if (found !== undefined) return found;
  const { load, playbookDir } = site.play;
  const names = folders.filter((folder) => folder !== playbookDir).flatMap(rolesIn);
  const near = nearest(name, names);
  const shown = places.map((place) => {
    const near = relative(playbookDir, place);
    return near.startsWith('..') ? place : near;
  });
  const galaxy = /^\w+\.\w+\.\w+$/.test(name) ? ' Copy roles of Ansible collections there.' : '';
  load.diagnostics.error(
    'ROLE_NOT_FOUND',
    'Role does not exist',
    `There is no role "${name}"; it was looked for as ${shown.join(', ')}.${galaxy}`,
    range,
    near === undefined
      ? (nearRole(places, playbookDir) ??
          `Make the folder ${shown[0] ?? join('roles', name)}, or correct the name.`)
      : `Did you mean "${near}"?`,
  );
  return undefined;
}

const ENDINGS = ['.yml', '.yaml', '.json', ''];

/**
 * The files of a role's variables by their name without ending: `defaults/main`. One file, or, where there is none, all
 * files of the folder of that name, in the order in which later ones win.
 */
export function findRoleVars(path: string, folder: string, name: string): readonly string[] {
  const file = findRoleFile(path, folder, name);
  if (file !== undefined) return [file];
  const below = join(path, folder, name);
  return isFolder(below) ? varsFilesBelow(below) : [];
}

/** A file of a role by its name without ending: `tasks/main`. A folder named `main.yml` is found too: reading it shows that it is not a file. */
export function findRoleFile(path: string, folder: string, name: string): string | undefined {
  return ENDINGS.map((ending) => join(path, folder, `${name}${ending}`)).find(
    (file) => statOf(file) !== undefined && (extname(file) !== '' || !isFolder(file)),
  );
}
