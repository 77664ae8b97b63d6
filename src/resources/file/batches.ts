/** Changes in the order given, cut into batches that can be made side by side. */
import type { FileState } from './state.js';
import type { Change, ChangePlace } from '../resource.js';
import { isInPlace, isNoChange, type Present } from './in-place.js';
import { folderOf, shellPath } from './names.js';

export interface Item {
  /** Number within the script: the shell's variables end in it. */
  readonly index: number;
  readonly name: string;
  readonly from: FileState;
  readonly place: ChangePlace | undefined;
}

export interface Making extends Item {
  readonly to: Present;
  readonly inPlace: boolean;
}

export interface Removing extends Item {
  readonly from: Present;
}

export type Batch =
  | { readonly does: 'make'; readonly items: readonly Making[] }
  | { readonly does: 'remove'; readonly items: readonly Removing[] };

/** So many that argument lists stay small and a failure is found early. */
const mostItems = 200;

function above(path: string): string[] {
  const found: string[] = [];
  for (let at = folderOf(path); ; at = folderOf(at)) {
    found.push(at);
    if (at === '/' || at === '.' || folderOf(at) === at) return found;
  }
}

/** A change does not join a batch that has a change of the same path, of a folder above it, or of something below it. */
export function batches(
  changes: readonly Change<'file'>[],
  places: readonly ChangePlace[] = [],
): readonly Batch[] {
  const done: Batch[] = [];
  let making: Making[] = [];
  let removing: Removing[] = [];
  let paths = new Set<string>();
  let folders = new Set<string>();
  const flush = (): void => {
    if (making.length > 0) done.push({ does: 'make', items: making });
    if (removing.length > 0) done.push({ does: 'remove', items: removing });
    making = [];
    removing = [];
    paths = new Set();
    folders = new Set();
  };
  let index = 0;
  for (const [at, { id, from, to }] of changes.entries()) {
    if (isNoChange(from, to)) continue;
    const path = shellPath(id.name);
    const parents = above(path);
    const related = paths.has(path) || folders.has(path) || parents.some((parent) => paths.has(parent));
    const otherKind = to.type === 'absent' ? making.length > 0 : removing.length > 0;
    if (related || otherKind || paths.size >= mostItems) flush();
    paths.add(path);
    for (const parent of parents) folders.add(parent);
    const item = { index, name: id.name, from, place: places[at] };
    index += 1;
    if (to.type !== 'absent') making.push({ ...item, to, inPlace: isInPlace(from, to) });
    else if (from.type !== 'absent') removing.push({ ...item, from });
  }
  flush();
  return done;
}

interface Folder {
  /** The number of the folder above, counted from 1; 0 for none. */
  readonly parent: number;
  readonly path: string;
}

/** The folders of the items and all above them, each after the one it is in, and the number of an item's folder. */
export function foldersOf(items: readonly Pick<Item, 'name'>[]): {
  readonly folders: readonly Folder[];
  readonly numberOf: (item: Pick<Item, 'name'>) => number;
} {
  const folders: Folder[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (path: string): number => {
    const known = numbers.get(path);
    if (known !== undefined) return known;
    const up = folderOf(path);
    const parent = up === path || path === '.' ? 0 : numberOf(up);
    folders.push({ parent, path });
    numbers.set(path, folders.length);
    return folders.length;
  };
  for (const { name } of items) numberOf(folderOf(name));
  return { folders, numberOf: ({ name }) => numberOf(folderOf(name)) };
}
