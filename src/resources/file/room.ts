import type { Change, Room } from '../resource.js';
import { folderOf } from './names.js';

/** What a new folder takes: a block of the usual file systems. */
const block = 4096;

/** Old bytes in the journal, new ones in the stage and at their place. */
export function room({ id, from, to }: Change<'file'>): Room {
  const same = from.type === 'file' && to.type === 'file' && from.sha256 === to.sha256;
  const old = from.type === 'file' && !same ? [from.size] : [];
  const tree = from.type === 'directory' && from.tree !== undefined ? { tree: id.name } : {};
  if (to.type === 'absent' || same) return { kept: old, ...tree };
  const size = to.type === 'file' ? to.size : to.type === 'directory' ? block : 0;
  return {
    kept: to.type === 'file' ? [...old, size] : old,
    ...tree,
    made: { folder: folderOf(id.name), bytes: size },
  };
}
