/** Folders with their parents. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and the missing ones above it, one after the other: mkdir's `recursive` never ends where a file system makes no
 * folders (/proc says ENOENT). Throws the system's error.
 */
export async function makeFolder(folder: string, mode?: number): Promise<void> {
  try {
    await mkdir(folder, mode);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const above = dirname(folder);
    if (code === 'ENOENT' && above !== folder && !(await isThere(above))) {
      await makeFolder(above, mode);
      await mkdir(folder, mode);
    } else if (code !== 'EEXIST' || !(await isFolder(folder))) throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
