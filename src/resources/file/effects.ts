/** What changes of files mean for other resources of the target, and theirs for files. Pure. */
import { keyOf, type Change, type State } from '../resource.js';
import type { FileState } from './state.js';
import { foldersAbove } from './names.js';

const fileKey = (name: string): string => keyOf({ kind: 'file', name });

/** Marks of the folders above it: `below:FOLDER`, and `in:NAME` for folders of this name wherever they are. */
export function disturbs({ id }: Change<'file'>): readonly string[] {
  return foldersAbove(id.name).flatMap((folder) => [
    `below:${folder}`,
    `in:${folder.slice(folder.lastIndexOf('/') + 1)}`,
  ]);
}

/** A file is what it is but for what is above and below it, and the accounts whose names it shows. */
export function disturbedBy({ id, from, to }: Change<'file'>): readonly string[] {
  const names = [from, to].flatMap((state) => (state.type === 'absent' ? [] : [state.owner, state.group]));
  return [
    'package',
    `below:${id.name}`,
    ...foldersAbove(id.name).map(fileKey),
    ...names.flatMap((name) => [`user:${name}`, `group:${name}`]),
  ];
}

/** What is below the folders above a path is another thing once it has changed. */
export function consequences(
  { id }: Change<'file'>,
  known: ReadonlyMap<string, State>,
): readonly (readonly [string, State])[] {
  return foldersAbove(id.name).flatMap((above): readonly (readonly [string, State])[] => {
    const key = fileKey(above);
    const folder = known.get(key) as FileState | undefined;
    if (folder?.type !== 'directory' || folder.tree === undefined) return [];
    const { tree: _tree, listing: _listing, ...rest } = folder;
    return [[key, rest]];
  });
}
