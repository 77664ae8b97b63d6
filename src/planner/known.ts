/** States that were read, by the keys of resources; and how much was read of a file: itself, its bytes too, or all below it. */
import { foldersAbove } from '../resources/file/names.js';
import type { FileState } from '../resources/file/state.js';
import type { ContentStore, ReadRequest, State } from '../resources/resource.js';

export type Depth = NonNullable<ReadRequest['depth']>;
const rank: Readonly<Record<Depth, number>> = { meta: 0, content: 1, tree: 2 };

export interface Known {
  readonly state: State;
  readonly depth: Depth;
}

export const depthOf = (request: ReadRequest): Depth => request.depth ?? 'meta';

export function reaches(depth: Depth, wanted: Depth): boolean {
  return rank[depth] >= rank[wanted];
}

/** Does a state hold all that is wanted, however it came to be known? */
export function holdsAll(state: State, wanted: Depth, store: ContentStore): boolean {
  if (wanted === 'meta' || !('type' in state)) return true;
  if (wanted === 'content') return state.type !== 'file' || store.has(state.sha256);
  return state.type !== 'directory' || state.tree !== undefined;
}

export function forgetBelow(known: Map<string, Known>, folders: readonly string[]): void {
  if (folders.length === 0) return;
  for (const key of [...known.keys()])
    if (folders.some((folder) => key.startsWith(`file:${folder}/`))) known.delete(key);
}

/** What was read of everything below a folder is no longer so when this path has changed. */
export function forgetListings(known: Map<string, Known>, path: string): void {
  for (const above of foldersAbove(path)) {
    const key = `file:${above}`;
    const folder = known.get(key)?.state as FileState | undefined;
    if (folder?.type !== 'directory' || (folder.tree === undefined && folder.listing === undefined)) continue;
    const { tree: _tree, listing: _listing, ...state } = folder;
    known.set(key, { state, depth: 'meta' });
  }
}
