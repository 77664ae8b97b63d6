/** A folder as lines to compare: of each path below it type, mode, owner, group, and bytes or target. */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

export type Tree = Readonly<Record<string, string>>;

const longestText = 600;

/** Names of the accounts of the host whose root lies in this folder. */
function names(root: string, file: string): ReadonlyMap<number, string> {
  const lines = readFileSync(join(root, 'etc', file), 'utf8').split('\n');
  return new Map(lines.map((line) => line.split(':')).map(([name = '', , id]) => [Number(id), name]));
}

export interface Owners {
  readonly user: (uid: number) => string;
  readonly group: (gid: number) => string;
}

export function ownersOf(root: string): Owners {
  const users = names(root, 'passwd');
  const groups = names(root, 'group');
  return { user: (uid) => users.get(uid) ?? String(uid), group: (gid) => groups.get(gid) ?? String(gid) };
}

/** A backup's name holds a process number and a time. */
export function withoutTimes(text: string): string {
  return text.replaceAll(/\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~/g, '.BACKUP~');
}

/** Short text as it is, so that a difference can be read; all else by its hash. */
function bytesText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (bytes.length <= longestText && Buffer.from(text).equals(bytes)) return JSON.stringify(text);
  return `${bytes.length} bytes, sha256 ${createHash('sha256').update(bytes).digest('hex')}`;
}

function typeOf(stat: ReturnType<typeof lstatSync>): string {
  if (stat === undefined) return 'absent';
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  if (stat.isFIFO()) return 'fifo';
  return stat.isSymbolicLink() ? 'link' : 'other';
}

export function readTree(folder: string, owners?: Owners): Tree {
  const tree: Record<string, string> = {};
  const inodes = new Map<number, string>();
  const visit = (relative: string): void => {
    const path = join(folder, relative);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return;
    const type = typeOf(stat);
    const shown = withoutTimes(relative === '' ? '.' : relative);
    const parts = [type];
    if (owners !== undefined) {
      if (type !== 'link') parts.push((stat.mode & 0o7777).toString(8).padStart(4, '0'));
      parts.push(`${owners.user(stat.uid)}:${owners.group(stat.gid)}`);
    }
    if (type === 'link') parts.push(`-> ${readlinkSync(path)}`);
    const first = inodes.get(stat.ino);
    if (type === 'file' && first !== undefined) parts.push(`same file as ${first}`);
    else if (type === 'file') parts.push(bytesText(readFileSync(path)));
    if (type === 'file' && first === undefined) inodes.set(stat.ino, shown);
    tree[shown] = parts.join(' ');
    if (type !== 'directory') return;
    for (const name of readdirSync(path).sort()) visit(relative === '' ? name : `${relative}/${name}`);
  };
  visit('');
  return tree;
}
