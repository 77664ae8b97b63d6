/**
 * The order in which the items of a batch take effect. Changes of one task may do so in any order; nothing of a task may take effect
 * once a change of an earlier one has failed. Pure.
 */
import type { Item, Making } from './batches.js';
import { folderOf } from './names.js';

/** The indexes of the items by a key that they share; items without one are left out. */
export function grouped<T extends Item>(
  items: readonly T[],
  keyOf: (item: T) => string | undefined,
): [string, number[]][] {
  const groups = new Map<string, number[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), item.index]);
  }
  return [...groups];
}

/** From so many on, new files of one folder take their places together (library/together.ts). */
const fewestTogether = 4;

/** A path gets longer by the private folder's name on the way; the kernel takes at most 4096 bytes (path_resolution(7)). */
const longestFolder = 3500;

/** Items that take effect after all of the stroke before. */
export interface Stroke {
  readonly items: readonly Making[];
  /** Numbers of those that take their places together: a list for each folder. */
  readonly together: readonly (readonly number[])[];
  /** Then they are new files of one folder, and all take their places together. */
  readonly severalTasks: boolean;
}

function neighbours<T>(items: readonly T[], same: (before: T, item: T) => boolean): readonly T[][] {
  const found: T[][] = [];
  let last: T[] = [];
  for (const item of items) {
    const [before] = last.slice(-1);
    if (before !== undefined && same(before, item)) last.push(item);
    else found.push((last = [item]));
  }
  return found;
}

/** Items that follow each other and are of one task. */
export function byTask<T extends Item>(items: readonly T[]): readonly T[][] {
  return neighbours(items, (before, item) => before.place?.task === item.place?.task);
}

/** The folder of an item that could take its place with others. */
function sharedFolder({ name, to, from, inPlace }: Making): string | undefined {
  const isPlain = !inPlace && to.type === 'file' && from.type !== 'directory' && from.type !== 'other';
  const folder = folderOf(name);
  return isPlain && Buffer.byteLength(folder) <= longestFolder ? folder : undefined;
}

function parties(items: readonly Making[]): readonly (readonly number[])[] {
  return grouped(items, sharedFolder)
    .map(([, indexes]) => indexes)
    .filter(({ length }) => length >= fewestTogether);
}

export function strokes(items: readonly Making[]): readonly Stroke[] {
  const ofTask = (some: readonly Making[]): Stroke => ({
    items: some,
    together: parties(some),
    severalTasks: false,
  });
  const tasks = byTask(items);
  if (tasks.length === 1) return [ofTask(items)];
  // Small tasks one after the other that write into one folder do so together; a large one does by itself anyway.
  const folderOfTask = (some: readonly Making[]): string | undefined => {
    const [first, ...others] = some.map(sharedFolder);
    return others.every((folder) => folder === first) ? first : undefined;
  };
  const runs = neighbours(tasks, (before, some) => {
    const folder = folderOfTask(some);
    return folder !== undefined && folder === folderOfTask(before);
  });
  return runs.flatMap((run) => {
    const all = run.flat();
    const together = run.length > 1 ? parties(all) : [];
    return together.length > 0 ? [{ items: all, together, severalTasks: true }] : run.map(ofTask);
  });
}
