/**
 * The script that brings paths from one state to another. Within a batch all new things are made beside
 * their places first, brought to disk together, and then renamed: few processes and few waits for the disk.
 */
import { lines, raw, sh, type Shell } from '../../shell/shell.js';
import { isAnything, type FileState } from './state.js';
import type { Change, ChangePlace } from '../resource.js';
import { batches, foldersOf, type Batch, type Item, type Making, type Removing } from './batches.js';
import { byTask, grouped, strokes, type Stroke } from './strokes.js';
import { expectation } from './expect.js';
import { inPlaceSteps } from './in-place.js';
import { folderOf, shellPath, tagOf } from './names.js';
import { thingOf } from './thing.js';
import { dumpLines } from './xattrs.js';

/** Above this size bytes are copied by `cp`, which shares them with the original or keeps holes where it can. */
const bigBytes = 1024 * 1024;

/** Outside of the steps of a batch: a failure ends the script. */
function must(call: Shell): Shell {
  return sh`${call} || rtp_file_quit`;
}

function indexes(items: readonly Item[]): readonly number[] {
  return items.map(({ index }) => index);
}

/** A step for one item, done when the item is in the present group (library-items.ts). */
function forItem(index: number, call: Shell): Shell {
  return sh`rtp_file_one ${index} ${call} || return 1`;
}

/** A step for several items at once: for those that are in the present group. */
function forItems(name: string, some: readonly number[], word?: string): Shell[] {
  if (some.length === 0) return [];
  return [sh`rtp_file_some ${some.join(' ')} ${raw(name)} ${word === undefined ? [] : word} || return 1`];
}

function forGroups(name: string, groups: readonly [string, number[]][]): Shell[] {
  return groups.flatMap(([key, some]) => forItems(name, some, key));
}

/** When a folder that is at the path is changed in place: never, always, or when it is what the key of a tree says. */
function inPlaceFolder(item: Item & Partial<Pick<Making, 'to' | 'inPlace'>>): string {
  if (item.to === undefined) return 'gone';
  if (item.to.type !== 'directory') return item.to.type === 'link' ? 'link' : 'no';
  return item.inPlace === true ? 'yes' : (item.to.tree ?? 'yes');
}

function numbered(items: readonly Item[]): Shell[] {
  const { folders, numberOf } = foldersOf(items);
  return [
    must(sh`rtp_file_trust ${folders.flatMap(({ parent, path }) => [String(parent), path])}`),
    ...items.map(
      (item) =>
        sh`rtp_file_item ${item.index} ${shellPath(item.name)} ${tagOf(item.name)} ${numberOf(item)} ${inPlaceFolder(item)} ${item.place?.task ?? 0}`,
    ),
  ];
}

/** One item of each folder: a folder is brought to disk once. */
function flushFolders(items: readonly Item[]): Shell[] {
  const byFolder = new Map(items.map((item) => [folderOf(item.name), item.index]));
  return forItems('rtp_file_flush rtp_f_d', [...byFolder.values()]);
}

/** Extended attributes that the made thing shall have; undefined when nobody says. */
function wantedXattrs({ from, to, inPlace }: Making): readonly string[] | undefined {
  if (to.type === 'link' || (inPlace && !inPlaceSteps(from, to).xattrs)) return undefined;
  const kept = to.type === 'file' && from.type === 'file' ? from.xattrs : undefined;
  const xattrs = to.xattrs ?? kept;
  return xattrs === undefined ? undefined : dumpLines(xattrs, to.mode);
}

function wantedLabel({ from, to, inPlace }: Making): string | undefined {
  if (to.type === 'link' || (inPlace && !inPlaceSteps(from, to).label)) return undefined;
  return to.selinux ?? (to.type === 'file' && from.type === 'file' ? from.selinux : undefined);
}

function make(item: Making): Shell {
  const { index, from, to } = item;
  if (item.inPlace) return sh`rtp_file_place ${index}`;
  switch (to.type) {
    case 'file': {
      const keeps = from.type === 'file' && wantedXattrs(item) === undefined;
      return sh`rtp_file_bytes ${index} ${`${to.size > bigBytes ? 'b' : 's'}${keeps ? 'k' : ''}`}`;
    }
    case 'directory':
      return to.tree === undefined ? sh`rtp_file_mkdir ${index}` : sh`rtp_file_untree ${index} ${to.tree}`;
    case 'link':
      return sh`rtp_file_link ${index} ${to.target}`;
    case 'other':
      if (to.what === 'fifo') return sh`rtp_file_fifo ${index}`;
      return sh`rtp_file_fail ${shellPath(item.name)} ${`${thingOf(to)} cannot be created again`}`;
  }
}

/**
 * What may go from the path (see rtp_file_swap): what sort of directory, and whether a special thing. Undo has compared what is there
 * with what the run left; where a kept tree belongs, any folder may go that somebody forces out, or that a command has left there.
 */
function mayGo(from: FileState, to: FileState, guarded: boolean): readonly string[] {
  const whole = !guarded && to.type === 'directory' && to.tree !== undefined;
  const directory = whole ? 'any' : from.type === 'directory' ? (from.tree ?? 'empty') : 'no';
  return [directory, from.type === 'other' || to.type === 'other' ? 'special' : 'plain'];
}

/** Looks that the items' present states are still those that were read. */
function still(variable: 'rtp_f_n' | 'rtp_f_p', items: readonly Item[], guarded: boolean): Shell[] {
  return guarded
    ? forItems(
        `rtp_file_still ${variable}`,
        items.map((item) => item.index),
      )
    : [];
}

/** The items, and the function with the steps that are done for each group of them. */
function batchScript(items: readonly Item[], before: readonly Shell[], steps: readonly Shell[]): Shell[] {
  return [
    ...numbered(items),
    ...before,
    raw('rtp_file_steps() {'),
    ...steps,
    raw('return 0\n}'),
    must(raw('rtp_file_run')),
  ];
}

/** Owner, mode, attributes, label and time of what the items are made as. */
function attributes(items: readonly Making[]): Shell[] {
  const steps = (item: Making) => (item.inPlace ? inPlaceSteps(item.from, item.to) : undefined);
  const dumps = items.flatMap((item) => {
    const wanted = wantedXattrs(item);
    return wanted === undefined || wanted.length === 0
      ? []
      : [forItem(item.index, sh`rtp_file_dump ${item.index} ${wanted.join('\n')}`)];
  });
  return [
    ...forGroups(
      'rtp_file_chown',
      grouped(items, (item) =>
        steps(item)?.chown === false ? undefined : `${item.to.owner}:${item.to.group}`,
      ),
    ),
    // Five digits: GNU chmod leaves a directory's setgid bit alone when given four.
    ...forGroups(
      'rtp_file_chmod',
      grouped(items, (item) =>
        item.to.type === 'link' || steps(item)?.chmod === false ? undefined : `0${item.to.mode}`,
      ),
    ),
    ...forItems('rtp_file_bare', indexes(items.filter((item) => wantedXattrs(item)?.length === 0))),
    ...dumps,
    ...forGroups('rtp_file_label', grouped(items, wantedLabel)),
    ...forGroups(
      'rtp_file_touch',
      grouped(items, (item) =>
        item.to.type === 'link' || steps(item)?.touch === false ? undefined : item.to.mtime,
      ),
    ),
  ];
}

/** The items of a stroke take their places, and those that stay in place become what they are to be. */
function takePlaces({ items, together, severalTasks }: Stroke, guarded: boolean): Shell[] {
  const alone = items.filter(
    (item) => !item.inPlace && !together.some((party) => party.includes(item.index)),
  );
  const inPlace = items.filter((item) => item.inPlace);
  return [
    ...forItems('rtp_file_begin', indexes(inPlace)),
    ...attributes(inPlace),
    ...together.flatMap((party) => forItems('rtp_file_swaps', party, severalTasks ? 'several' : 'one')),
    ...alone.map(({ index, from, to }) =>
      forItem(index, sh`rtp_file_swap ${index} ${mayGo(from, to, guarded)}`),
    ),
  ];
}

function makeBatch(items: readonly Making[], guarded: boolean): Shell[] {
  const inPlace = items.filter((item) => item.inPlace);
  const replaced = items.filter((item) => !item.inPlace);
  const bytes = replaced.flatMap(({ index, to }) => (to.type === 'file' ? [index, to.sha256] : []));
  const fresh = replaced.filter((item) => wantedLabel(item) === undefined && item.to.type !== 'link');
  const order = strokes(items);
  return batchScript(
    items,
    [
      ...(bytes.length === 0 ? [] : [must(sh`rtp_file_need ${bytes}`)]),
      ...(guarded ? items.map(expectation) : []),
    ],
    [
      // So far nothing takes effect: whatever fails, everything is as it was.
      ...order.flatMap(({ together }) => together.flatMap((party) => forItems('rtp_file_gather', party))),
      ...items.map((item) => forItem(item.index, make(item))),
      ...attributes(replaced),
      ...forItems('rtp_file_flush rtp_f_n', indexes(replaced)),
      ...still('rtp_f_n', inPlace, guarded),
      ...still('rtp_f_p', replaced, guarded),
      // From here on it does, in the order of the tasks.
      ...order.flatMap((stroke) => takePlaces(stroke, guarded)),
      ...forItems('rtp_file_flush rtp_f_n', indexes(inPlace)),
      ...forItems('rtp_file_relabel', indexes(fresh)),
      ...flushFolders(replaced),
    ],
  );
}

function removal({ index, from }: Removing): Shell {
  if (isAnything(from)) return sh`rtp_file_rmtree ${index} any`;
  if (from.type === 'directory')
    return from.tree === undefined ? sh`rtp_file_rmdir ${index}` : sh`rtp_file_rmtree ${index} ${from.tree}`;
  return sh`rtp_file_removable ${index} ${mayGo(from, { type: 'absent' }, true)}`;
}

function removeBatch(items: readonly Removing[], guarded: boolean): Shell[] {
  return batchScript(items, guarded ? items.map(expectation) : [], [
    ...still('rtp_f_p', items, guarded),
    ...byTask(items).flatMap((some) => [
      ...some.map((item) => forItem(item.index, removal(item))),
      ...forItems('rtp_file_rm', indexes(some.filter((item) => item.from.type !== 'directory'))),
    ]),
    ...flushFolders(items),
  ]);
}

/** After a write that failed: what it did not reach is marked in the journal. */
function unbegun(found: readonly Batch[]): Shell {
  const words = found.flatMap(({ items }) =>
    items.flatMap(({ index, place }) => (place === undefined ? [] : [String(place.entry), index])),
  );
  return sh` || { rtp_file_unbegun ${words}; false; }`;
}

/**
 * `guarded`: each path has to be as the change found it right before it is changed, or the write ends with `drift: PATH`. `places`: see
 * ResourceKind.write.
 */
export function write(
  changes: readonly Change<'file'>[],
  guarded = false,
  places?: readonly ChangePlace[],
): Shell {
  const found = batches(changes, places);
  if (found.length === 0) return raw(':');
  const script = (batch: Batch): Shell[] =>
    batch.does === 'make' ? makeBatch(batch.items, guarded) : removeBatch(batch.items, guarded);
  // A subshell: the first failure ends it, and umask and noclobber stay inside. noclobber (O_EXCL) keeps a
  // link that somebody planted under the temporary name from being written through.
  return lines([
    places === undefined ? raw('{') : raw('{ rm -f -- "$rtp_stage/begun"'),
    raw('(\numask 077\nset -C\nrtp_f_items= rtp_f_batch= rtp_f_gathered='),
    places === undefined ? raw('rtp_f_begun=') : raw('rtp_f_begun=$rtp_stage/begun'),
    ...found.flatMap(script),
    sh`)${places === undefined ? raw('') : unbegun(found)}`,
    raw('}'),
  ]);
}
