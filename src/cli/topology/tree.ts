/** A recorded machine on the controller's disk: a folder with `sys` and `proc`, or such a folder as .tar.bz2. */
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync, type Stats } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileFault } from '../../diagnostics/file-fault.js';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import type { Topology } from '../../rt/topology/model.js';
import { parseTopology } from '../../rt/topology/parse.js';
import { isNamedFolder, isTopologyFolder, topologyFolders, topologyPath } from '../../rt/topology/paths.js';
import { namesIn } from '../../yaml/folder-names.js';
import { archiveLimits, bunzip, readTar, type ArchiveLimits } from './archive.js';

type Texts = ReadonlyMap<string, string>;

function unreadable(path: string, why: string): RtprovError {
  return new RtprovError('BAD_TOPOLOGY', `${path} cannot be read as a machine's topology: ${why}`, {
    hint: "Give a folder with the machine's sys and proc in it, or a .tar.bz2 of one.",
  });
}

/** Splits the path of an archive's file into what is before `sys` or `proc`, and the path on the machine. */
function machinePath(path: string): { readonly root: string; readonly path: string } | undefined {
  const [, root = '', rest] = /^(?:\.?\/)*((?:[^/]+\/)*?)((?:sys|proc)(?:\/.*)?)$/.exec(path) ?? [];
  return rest === undefined ? undefined : { root, path: `/${rest}` };
}

async function readArchive(file: string, limits: ArchiveLimits): Promise<Texts> {
  const texts = new Map<string, string>();
  const roots = new Set<string>();
  const keyOf = (path: string, isFolder: boolean): string | undefined => {
    const found = machinePath(path);
    if (found === undefined) return undefined;
    const key = isFolder ? (isNamedFolder(found.path) ? found.path : undefined) : topologyPath(found.path);
    if (key !== undefined) roots.add(found.root);
    return key;
  };
  const kept = new Map<string, string>();
  try {
    const files = await readTar(
      bunzip(readFileSync(file), limits.bytes),
      (path, isFolder) => {
        const key = keyOf(path, isFolder);
        if (key !== undefined) kept.set(path, key);
        return key !== undefined;
      },
      limits,
    );
    for (const [path, text] of files) texts.set(kept.get(path) ?? path, text);
  } catch (error) {
    throw unreadable(file, fileFault(error, file));
  }
  if (roots.size > 1) throw unreadable(file, `it holds several machines: ${[...roots].sort().join(', ')}`);
  return texts;
}

/** Whether a file or folder really is in the tree: a recorded link is not to show this machine's files. */
function isInside(root: string, path: string): boolean {
  try {
    const way = relative(root, realpathSync(path));
    return way !== '..' && !way.startsWith(`..${sep}`);
  } catch {
    return false;
  }
}

/** A file that cannot be read is absent, as it is on a machine, and so is a link out of the tree. Throws BAD_TOPOLOGY where it is too long. */
function textOf(root: string, path: string, { fileBytes }: ArchiveLimits): string | undefined {
  const file = join(root, path);
  try {
    if (lstatSync(file).isSymbolicLink() && !isInside(root, file)) return undefined;
    const stats = statSync(file);
    if (!stats.isFile()) return undefined;
    if (stats.size <= fileBytes) return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  throw unreadable(root, `${path} is longer than ${fileBytes} bytes`);
}

function readFolder(root: string, limits: ArchiveLimits): Texts {
  let total = 0;
  const texts = new Map<string, string>();
  const walk = (folder: string): void => {
    if (!isInside(root, join(root, folder))) return;
    if (isNamedFolder(folder)) texts.set(folder, '');
    for (const name of namesIn(join(root, folder))) {
      const path = `${folder}/${name}`;
      if (isTopologyFolder(path)) walk(path);
      const text = topologyPath(path) === path ? textOf(root, path, limits) : undefined;
      if (text === undefined) continue;
      total += text.length;
      if (total > limits.bytes) throw unreadable(root, `its files hold more than ${limits.bytes} bytes`);
      texts.set(path, text);
    }
  };
  for (const folder of topologyFolders) walk(folder);
  return texts;
}

/** The folder itself, or the only one in it that has a `sys`: what an archive unpacks to. */
function rootIn(folder: string): string {
  const names = namesIn(folder);
  if (names.includes('sys')) return folder;
  const below = names.filter((name) => namesIn(join(folder, name)).includes('sys'));
  return below.length === 1 ? join(folder, below[0] ?? '') : folder;
}

/** The texts of a recorded machine by their paths. Throws RtprovError BAD_TOPOLOGY. */
export async function readTopologyTexts(path: string, limits: ArchiveLimits = archiveLimits): Promise<Texts> {
  let stats: Stats;
  try {
    stats = statSync(path);
    // Below it what cannot be read is absent; of the folder itself the user wants to know.
    if (stats.isDirectory()) readdirSync(path);
  } catch (error) {
    throw unreadable(path, fileFault(error, path));
  }
  if (stats.isDirectory()) return readFolder(realpathSync(rootIn(path)), limits);
  // A FIFO may have nobody who writes into it, and a device may have no end.
  if (!stats.isFile()) throw unreadable(path, 'it is neither a folder nor a regular file');
  if (stats.size > limits.bytes) throw unreadable(path, `it is longer than ${limits.bytes} bytes`);
  return readArchive(path, limits);
}

/** Reads a recorded machine. Throws RtprovError BAD_TOPOLOGY, with what is wrong with the folder or the archive. */
export async function readTopologyTree(
  path: string,
  limits: ArchiveLimits = archiveLimits,
): Promise<Topology> {
  const texts = await readTopologyTexts(path, limits);
  try {
    return parseTopology(texts);
  } catch (error) {
    if (error instanceof RtprovError) throw unreadable(path, error.message);
    throw error;
  }
}
