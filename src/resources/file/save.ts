/** The script that keeps what undo will need, after checking that the present states are the expected ones. */
import { lines, raw, sh, type Shell } from '../../shell/shell.js';
import type { Change } from '../resource.js';
import { exact, showOptions } from './canon.js';
import { halfLines } from './half.js';
import { isInPlace } from './in-place.js';
import { chunked, shellPath, tagOf } from './names.js';

/** One shell call over parts of a list of words; the list is cut so that one call's words stay small. */
function calls(name: string, groups: readonly (readonly string[])[]): Shell[] {
  return chunked(groups, (group) => Buffer.byteLength(group.join(' '))).map(
    (part) => sh`${raw(name)} ${part.flat()} || exit 1`,
  );
}

/** Whether the change does away with the bytes or the tree that it finds. */
function loses({ from, to }: Change<'file'>): boolean {
  return from.type !== 'absent' && !isInPlace(from, to);
}

/**
 * A path may be changed several times. The first change's `from` is what is on the disk now; it is kept when
 * any of the changes does away with it.
 */
export function save(changes: readonly Change<'file'>[]): Shell {
  if (changes.length === 0) return raw(':');
  const byPath = new Map<string, Change<'file'>[]>();
  for (const change of changes) {
    const path = shellPath(change.id.name);
    byPath.set(path, [...(byPath.get(path) ?? []), change]);
  }
  const present = [...byPath].flatMap(([path, [first, ...later]]) =>
    first === undefined ? [] : [{ path, from: first.from, lost: [first, ...later].some(loses) }],
  );
  const check = present.map(({ path, from }) => [showOptions(from), path, exact(from)]);
  const keep = present.flatMap(({ path, from, lost }) =>
    lost && from.type === 'file' ? [[from.sha256, path]] : [],
  );
  const trees = present.flatMap(({ path, from, lost }) =>
    lost && from.type === 'directory' && from.tree !== undefined ? [[path, from.tree]] : [],
  );
  const halves = changes.flatMap(({ id, from, to }) => {
    const between = halfLines(from, to);
    return between.length === 0 ? [] : [[tagOf(id.name), between.join('\n')]];
  });
  // Not `(` first: in the caller's own `(` it would read as arithmetic.
  return lines([
    raw('{ ('),
    ...calls('rtp_file_check', check),
    ...calls('rtp_file_keep', keep),
    ...trees.map((words) => sh`rtp_file_keep_tree ${words} || exit 1`),
    ...calls('rtp_file_half', halves),
    raw(')\n}'),
  ]);
}
