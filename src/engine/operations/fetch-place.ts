/**
 * Where a fetched file is on the controller. The name of the host and the path on the target may come from others (inventories
 * are generated, loops run over what a target printed), so they are data: what they name has to be below the folder that the playbook
 * names, and no link on the way may lead out of it.
 */
import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { makeFolder } from '../../journal/make-folder.js';

/** Why a file cannot be written there: the text for the person who wrote the playbook. */
export class PlaceFault extends Error {}

export interface Wanted {
  /** `dest` of the task, from the folder that relative paths begin at. */
  readonly dest: string;
  readonly flat: boolean;
  readonly host: string;
  readonly src: string;
  readonly base: string;
}

export interface LocalPlace {
  /** The folder that the playbook names. */
  readonly root: string;
  /** The names below it; the last is the file's. */
  readonly names: readonly string[];
  readonly path: string;
}

/** Throws PlaceFault for names that are not names. */
function plainName(name: string, what: string): string {
  const fault =
    name === ''
      ? 'is empty'
      : name === '.' || name === '..'
        ? `is ${name}`
        : name.includes('/')
          ? 'has a slash in it'
          : name.includes('\0')
            ? 'has a NUL character in it'
            : undefined;
  if (fault === undefined) return name;
  throw new PlaceFault(`${what} ${JSON.stringify(name)} cannot be a name below dest: it ${fault}`);
}

/** The place by names alone; nothing is looked at. Throws PlaceFault. */
export function placeOf({ dest, flat, host, src, base }: Wanted): LocalPlace {
  if (dest.includes('\0')) throw new PlaceFault('dest has a NUL character in it');
  const parts = src.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) {
    // Behind a link `..` leads elsewhere on the target than its text says.
    throw new PlaceFault(
      `src ${JSON.stringify(src)} contains "..", so it is not known where it leads; give the path without ".."`,
    );
  }
  const below = parts.map((part) => plainName(part, 'the part of src'));
  const last = below.at(-1);
  if (last === undefined) throw new PlaceFault(`src ${JSON.stringify(src)} is not the path of a file`);
  const full = resolve(base, dest);
  if (!flat) return placed(full, [plainName(host, 'the name of the host'), ...below]);
  if (dest.endsWith('/')) return placed(full, [last]);
  return placed(dirname(full), [full.split('/').at(-1) ?? '']);
}

function placed(root: string, names: readonly string[]): LocalPlace {
  return { root, names, path: join(root, ...names) };
}

async function lookAt(path: string): Promise<Stats | undefined> {
  return await lstat(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
}

function kindOf(stats: Stats): string {
  if (stats.isSymbolicLink()) return 'a link';
  if (stats.isDirectory()) return 'a folder';
  return stats.isFile() ? 'a file' : 'a device, FIFO or socket';
}

/** Looks at what is there on the way, and makes missing folders unless `make` is false. Gives whether the file is there. Throws PlaceFault. */
export async function checkPlace({ root, names, path }: LocalPlace, make: boolean): Promise<boolean> {
  if (make) await makeFolder(root);
  let folder = root;
  for (const name of names.slice(0, -1)) {
    folder = join(folder, name);
    const stats = await lookAt(folder);
    if (stats === undefined && !make) return false;
    if (stats === undefined) await mkdir(folder);
    else if (!stats.isDirectory()) {
      throw new PlaceFault(`${folder} is ${kindOf(stats)} and not a folder, so nothing is written in it`);
    }
  }
  const stats = await lookAt(path);
  if (stats === undefined || stats.isFile()) return stats !== undefined;
  const hint = stats.isDirectory() ? '; with flat, a dest that is a folder ends with a slash' : '';
  throw new PlaceFault(`${path} is ${kindOf(stats)} and is not replaced by a file${hint}`);
}

/** Opens the file that is there for reading, without following a link. */
export async function openPresent(path: string): Promise<FileHandle> {
  return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
}

/** Puts a new file in place: `fill` writes it under a name that nobody can foresee, and a failure leaves nothing. */
export async function replaceFile(
  place: LocalPlace,
  fill: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const folder = dirname(place.path);
  const expected = join(await realpath(place.root), ...place.names.slice(0, -1));
  if ((await realpath(folder)) !== expected) {
    throw new PlaceFault(`${folder} leads out of ${place.root}, so nothing is written there`);
  }
  const partial = join(folder, `.rtprov-${randomBytes(8).toString('hex')}`);
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const file = await open(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    try {
      await fill(file);
    } finally {
      await file.close();
    }
    await rename(partial, place.path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
