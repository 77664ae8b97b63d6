/** The files that templates name: for include, import and extends. */
import { readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';

/** Folders above a template that a name in it may start from: its own, and the templates/ that it lies below. */
function folders(from: string): readonly string[] {
  const own = dirname(from);
  for (let folder = own; dirname(folder) !== folder; folder = dirname(folder)) {
    if (basename(folder) === 'templates') return [folder, own, dirname(folder)];
  }
  return [own];
}

export function templateFile(
  name: string,
  from?: string,
): { readonly path: string; readonly text: string } | undefined {
  if (from === undefined && !isAbsolute(name)) return undefined;
  const paths = isAbsolute(name) ? [name] : folders(from ?? '').map((folder) => join(folder, name));
  for (const path of paths) {
    try {
      return { path, text: readFileSync(path, 'utf8') };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'EISDIR') throw error;
    }
  }
  return undefined;
}
