/**
 * The script that brings paths from one state to another. Within a batch all new things are made beside
 * their places first, brought to disk together, and then renamed: few processes and few waits for the disk.
 */
import { lines, raw, sh, type Shell } from '../../shell/shell.js';
import type { Change } from '../resource.js';
import { batches, type Batch, type Item, type Making, type Removing } from './batches.js';
import { inPlaceSteps } from './in-place.js';
import { folderOf, shellPath, tagOf } from './names.js';
import { dumpLines } from './xattrs.js';

/** Above this size bytes are copied by `cp`, which shares them with the original or keeps holes where it can. */
const bigBytes = 1024 * 1024;

/** The indexes of the items by a key that they share; items without one are left out. */
function grouped<T extends Item>(
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

function step(call: Shell): Shell {
  return sh`${call} || rtp_file_quit`;
}

function forGroups(name: string, groups: readonly [string, number[]][]): Shell[] {
  return groups.map(([key, indexes]) => step(sh`${raw(name)} ${key} ${indexes}`));
}

function forItems(name: string, indexes: readonly number[]): Shell[] {
  return indexes.length === 0 ? [] : [step(sh`${raw(name)} ${indexes}`)];
}

function numbered(items: readonly Item[]): Shell[] {
  return items.map(({ index, name }) => step(sh`rtp_file_item ${index} ${shellPath(name)} ${tagOf(name)}`));
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
      return sh`rtp_file_fail ${shellPath(item.name)} ${`a ${to.what} cannot be made again`}`;
  }
}

function swap({ index, from }: Making): Shell {
  let directory = 'no';
  if (from.type === 'directory') directory = from.tree === undefined ? 'empty' : 'tree';
  return sh`rtp_file_swap ${index} ${directory}`;
}

function makeBatch(items: readonly Making[]): Shell[] {
  const replaced = items.filter((item) => !item.inPlace);
  const bytes = replaced.flatMap(({ index, to }) => (to.type === 'file' ? [index, to.sha256] : []));
  const steps = (item: Making) => (item.inPlace ? inPlaceSteps(item.from, item.to) : undefined);
  const dumps = items.flatMap((item) => {
    const wanted = wantedXattrs(item);
    return wanted === undefined || wanted.length === 0
      ? []
      : [sh`rtp_file_dump ${item.index} ${wanted.join('\n')}`];
  });
  const bare = items.filter((item) => wantedXattrs(item)?.length === 0).map((item) => item.index);
  const fresh = replaced.filter((item) => wantedLabel(item) === undefined && item.to.type !== 'link');
  return [
    ...numbered(items),
    ...(bytes.length === 0 ? [] : [step(sh`rtp_file_need ${bytes}`)]),
    ...items.map((item) => step(make(item))),
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
    ...forItems('rtp_file_bare', bare),
    ...dumps.map(step),
    ...forGroups('rtp_file_label', grouped(items, wantedLabel)),
    ...forGroups(
      'rtp_file_touch',
      grouped(items, (item) =>
        item.to.type === 'link' || steps(item)?.touch === false ? undefined : item.to.mtime,
      ),
    ),
    ...forItems(
      'rtp_file_flush rtp_f_n',
      items.map((item) => item.index),
    ),
    ...replaced.map((item) => step(swap(item))),
    ...forItems(
      'rtp_file_relabel',
      fresh.map((item) => item.index),
    ),
    ...flushFolders(replaced),
  ];
}

function removal({ index, from }: Removing): Shell | undefined {
  if (from.type !== 'directory') return undefined;
  return from.tree === undefined ? sh`rtp_file_rmdir ${index}` : sh`rtp_file_rmtree ${index}`;
}

function removeBatch(items: readonly Removing[]): Shell[] {
  const plain = items.filter((item) => item.from.type !== 'directory').map((item) => item.index);
  return [
    ...numbered(items),
    ...(plain.length === 0 ? [] : [step(sh`rtp_file_each rtp_f_p rm -f -- ${plain}`)]),
    ...items.flatMap((item) => removal(item) ?? []).map(step),
    ...flushFolders(items),
  ];
}

function batchScript(batch: Batch): Shell[] {
  return batch.does === 'make' ? makeBatch(batch.items) : removeBatch(batch.items);
}

export function write(changes: readonly Change<'file'>[]): Shell {
  const found = batches(changes);
  if (found.length === 0) return raw(':');
  // A subshell: the first failure ends it, and umask and noclobber stay inside. noclobber (O_EXCL) keeps a
  // link that somebody planted under the temporary name from being written through.
  return lines([raw('{ (\numask 077\nset -C\nrtp_f_items='), ...found.flatMap(batchScript), raw(')\n}')]);
}
