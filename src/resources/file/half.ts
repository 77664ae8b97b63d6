/**
 * States that only a crash within one change leaves. Replacing a file is one rename, but a change in place
 * may take several steps (chown, chmod, ...), and a directory cannot be replaced in one. Rollback compares
 * the present state with a change's two; one between them would look like somebody else's doing. So `save`
 * writes the canonical lines of the states between, and `show` says "the state after" for them: rollback
 * then brings the state before back.
 */
import type { FileState } from './state.js';
import { canon } from './canon.js';
import { inPlaceSteps, isInPlace, type Present } from './in-place.js';

type Moded = Exclude<Present, { type: 'link' }>;

/** chown(2) removes the setuid and setgid bits of a regular file. */
function afterChown(state: Moded, to: Moded): Moded {
  const owned = { ...state, owner: to.owner, group: to.group };
  if (owned.type !== 'file') return owned;
  const mode = `${(Number(owned.mode[0]) & 1).toString()}${owned.mode.slice(1)}`;
  return { ...owned, mode };
}

/** States that only a crash between two steps of the change leaves. */
export function between(from: FileState, to: FileState): FileState[] {
  if (!isInPlace(from, to)) {
    const swapsDirectory =
      from.type !== 'absent' &&
      to.type !== 'absent' &&
      (from.type === 'directory' || to.type === 'directory');
    return swapsDirectory ? [{ type: 'absent' }] : [];
  }
  if (from.type === 'absent' || to.type === 'absent' || from.type === 'link' || to.type === 'link') return [];
  const steps = inPlaceSteps(from, to);
  const owned = steps.chown ? afterChown(from, to) : from;
  // The kernel removes the bits before it changes the owner, and a kill may come between (seen on ext4).
  const bare = steps.chown ? [afterChown(from, from)] : [];
  return steps.chmod ? [...bare, owned, { ...owned, mode: to.mode }] : [...bare, owned];
}

/** The lines `BETWEEN<tab>AFTER` for a change and its undo; none for most changes. */
export function halfLines(from: FileState, to: FileState): readonly string[] {
  const ends = new Set([canon(from), canon(to)]);
  const found = new Set<string>();
  for (const state of [...between(from, to), ...between(to, from)]) found.add(canon(state));
  return [...found].filter((line) => !ends.has(line)).map((line) => `${line}\t${canon(to)}`);
}
