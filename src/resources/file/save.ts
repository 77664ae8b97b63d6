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

/** The paths whose bytes or trees the change does away with. */
function lost(change: Change<'file'>): boolean {
  return change.from.type !== 'absent' && !isInPlace(change.from, change.to);
}

export function save(changes: readonly Change<'file'>[]): Shell {
  if (changes.length === 0) return raw(':');
  const check = changes.map(({ id, from }) => [showOptions(from), shellPath(id.name), exact(from)]);
  const keep = changes.flatMap((change) =>
    lost(change) && change.from.type === 'file' ? [[change.from.sha256, shellPath(change.id.name)]] : [],
  );
  const trees = changes.flatMap((change) =>
    lost(change) && change.from.type === 'directory' && change.from.tree !== undefined
      ? [[shellPath(change.id.name), change.from.tree]]
      : [],
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
    ...halves.map((words) => sh`rtp_file_half ${words} || exit 1`),
    raw(')\n}'),
  ]);
}
