import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { attempt } from './process.js';

/** The three views of a host's files that are compared, as folders of the machine. */
export interface Views {
  readonly upper: string;
  readonly merged: string;
  readonly base: string;
}

/** Said of a path that the image has and the host does not have. */
export const absent = 'absent';

interface Hashed {
  readonly stamp: string;
  readonly sha: string;
}

// A file that was not written since keeps its inode, size and change time (which no program can set): not read again.
const hashes = new Map<string, Hashed>();

function sha256(file: string, stat: Stats): string {
  const stamp = `${stat.dev}:${stat.ino}:${stat.size}:${stat.ctimeMs}:${stat.mtimeMs}`;
  const known = hashes.get(file);
  if (known?.stamp === stamp) return known.sha;
  const sha = createHash('sha256').update(readFileSync(file)).digest('hex');
  hashes.set(file, { stamp, sha });
  return sha;
}

function statOf(file: string): Stats | undefined {
  return lstatSync(file, { throwIfNoEntry: false });
}

function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

/** 'type mode uid gid' and what its kind adds: sha256 of the bytes, the link's target, the device number. */
export function describe(file: string, stat: Stats): string {
  const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0');
  const head = (type: string): string => `${type} ${mode} ${stat.uid} ${stat.gid}`;
  if (stat.isFile()) return `${head('f')} ${sha256(file, stat)}`;
  if (stat.isDirectory()) return head('d');
  if (stat.isSymbolicLink()) return `${head('l')} ${readlinkSync(file)}`;
  if (stat.isFIFO()) return head('p');
  if (stat.isSocket()) return head('s');
  return `${head(stat.isBlockDevice() ? 'b' : 'c')} ${stat.rdev}`;
}

/** Most upper files differ from the image in their size already: the image's bytes are read only when they may be equal. */
function isLikeBase(stat: Stats, base: Stats): boolean {
  return (
    stat.mode === base.mode &&
    stat.uid === base.uid &&
    stat.gid === base.gid &&
    (!stat.isFile() || stat.size === base.size)
  );
}

interface Entry {
  readonly path: string;
  readonly text: string;
  readonly sameAsBase: boolean;
  readonly inBase: boolean;
}

/**
 * Walks the upper directory. It holds whatever was touched; what is gone is found by comparing the listings of the image
 * and of the merged view, which covers whiteouts and opaque folders alike without reading overlayfs's own attributes.
 */
function walk(views: Views, dir: string, entries: Entry[], gone: string[]): void {
  const inMerged = new Set(namesIn(join(views.merged, dir)));
  for (const name of namesIn(join(views.base, dir))) {
    if (!inMerged.has(name)) gone.push(`${dir}/${name}`);
  }
  for (const name of namesIn(join(views.upper, dir))) {
    if (!inMerged.has(name)) continue;
    const path = `${dir}/${name}`;
    const file = join(views.upper, path);
    const stat = statOf(file);
    if (stat === undefined) continue;
    const base = statOf(join(views.base, path));
    const like = base !== undefined && isLikeBase(stat, base);
    try {
      const text = describe(file, stat);
      const sameAsBase = like && text === describe(join(views.base, path), base);
      entries.push({ path, text, sameAsBase, inBase: base !== undefined });
    } catch {
      // Gone since the listing: a running host goes on.
      continue;
    }
    if (stat.isDirectory()) walk(views, path, entries, gone);
  }
}

/** Extended attributes (capabilities, ACLs, users' own) of paths below a folder, by path; overlayfs's own are left out. */
function parseXattrs(text: string, root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const block of text.split('\n\n')) {
    const lines = block.split('\n').filter((line) => line !== '');
    const file = lines.shift()?.replace(/^# file: /, '');
    if (file === undefined || lines.length === 0) continue;
    const path = file.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
    found.set(path.slice(root.length), lines.sort().join(' '));
  }
  return found;
}

const wanted = '^(user\\.|security\\.|system\\.posix_acl)';

export async function xattrs(root: string, args: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const options = ['-h', '-d', '-e', 'hex', '-m', wanted, '--absolute-names'];
  const found = new Map<string, string>();
  for (let i = 0; i < args.length; i += 500) {
    const done = await attempt('getfattr', [...options, ...args.slice(i, i + 500)]);
    for (const [path, text] of parseXattrs(done.stdout, root)) found.set(path, text);
  }
  return found;
}

/**
 * File attributes that a program sets on purpose (chattr: immutable, append only, ...), of some paths or of all below
 * `root`; the image's files have none. Asked of the merged view, for overlayfs keeps them in an attribute of its own.
 */
export async function fileAttributes(
  root: string,
  paths?: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const collect = async (args: readonly string[]): Promise<void> => {
    for (const line of (await attempt('lsattr', args)).stdout.split('\n')) {
      const match = /^([A-Za-z-]{8,}) (\/.*)$/.exec(line);
      const set = (match?.[1] ?? '').replace(/[^acdijstuADPST]/g, '');
      if (set !== '') found.set((match?.[2] ?? '').slice(root.length), set);
    }
  };
  if (paths === undefined) await collect(['-R', '-a', '--', root]);
  for (let i = 0; i < (paths?.length ?? 0); i += 500)
    await collect(['-d', '--', ...(paths?.slice(i, i + 500) ?? []).map((path) => join(root, path))]);
  return found;
}

/** Every path by which a host differs from its image, and as what it is there. */
export async function fingerprintFiles(views: Views): Promise<Record<string, string>> {
  const entries: Entry[] = [];
  const gone: string[] = [];
  walk(views, '', entries, gone);
  const [inUpper, inBase, flags] = await Promise.all([
    xattrs(views.upper, ['-R', views.upper]),
    xattrs(
      views.base,
      entries.filter((entry) => entry.inBase).map((entry) => join(views.base, entry.path)),
    ),
    fileAttributes(
      views.merged,
      entries.map((entry) => entry.path),
    ),
  ]);
  const files: Record<string, string> = {};
  for (const path of gone) files[path] = absent;
  for (const { path, text, sameAsBase } of entries) {
    const [xattr, flag] = [inUpper.get(path), flags.get(path)];
    if (sameAsBase && xattr === inBase.get(path) && flag === undefined) continue;
    files[path] =
      text + (xattr === undefined ? '' : ` ${xattr}`) + (flag === undefined ? '' : ` chattr=${flag}`);
  }
  return files;
}
