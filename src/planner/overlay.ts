/**
 * The overlay: effects of tasks that are planned and not yet written, by the keys of resources. Files have their real paths in
 * them.
 */
import { foldersAbove } from '../resources/file/names.js';
import type { FileState } from '../resources/file/state.js';
import type { State } from '../resources/resource.js';
import type { GroupState } from '../resources/group/state.js';
import type { UserState } from '../resources/user/state.js';
import { Unknown } from '../values/value.js';
import type { PlannedAccount } from '../resources/account/owners.js';

export type Effect = State | Unknown;
export type Overlay = ReadonlyMap<string, Effect>;

/**
 * What is planned on a target. All of its users' views share one: what a task plans as one user, later tasks of other users see. In
 * a run that acts only one user's tasks wait at a time, so that the others find nothing here.
 */
export interface Effects {
  overlay: Map<string, Effect>;
  /** How that was read last by whoever planned it: another user may not have looked, or may not be able to. */
  readonly before: Map<string, State>;
}

export const noEffects = (): Effects => ({ overlay: new Map(), before: new Map() });

/** Keys of the overlay that say: what was below this path is gone, whatever is made there again. */
const gone = (path: string): string => `gone:${path}`;

/** Paths below which nothing of what was read is there any more. */
export function gonePaths(overlay: Overlay): readonly string[] {
  return namesUnder(overlay, 'gone:');
}

/** Packages that are changed. */
export function packagesIn(overlay: Overlay): readonly string[] {
  return namesUnder(overlay, 'package:');
}

function namesUnder(overlay: Overlay, prefix: string): readonly string[] {
  return [...overlay.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
}

/** Puts an effect in. Whatever is made of a path that is not a directory, nothing is below it any more. */
export function putEffect(overlay: Map<string, Effect>, key: string, state: Effect): void {
  if (key.startsWith('file:') && !(state instanceof Unknown) && (state as FileState).type !== 'directory') {
    for (const other of [...overlay.keys()]) if (other.startsWith(`${key}/`)) overlay.delete(other);
    overlay.set(gone(key.slice('file:'.length)), state);
  }
  overlay.set(key, state);
}

/** What is planned of a real path. One below something that is removed, or of which a file is made, is not there. */
export function fileEffect(overlay: Overlay, path: string): Effect | undefined {
  const own = overlay.get(`file:${path}`);
  if (own !== undefined) return own;
  for (const above of foldersAbove(path)) {
    const state = overlay.get(`file:${above}`);
    if (state instanceof Unknown) return state;
    if (overlay.has(gone(above))) return { type: 'absent' };
  }
  return undefined;
}

/** Is what was read of a real path gone, be it with a folder above? */
export function isGone(overlay: Overlay, path: string): boolean {
  return [path, ...foldersAbove(path)].some((above) => overlay.has(gone(above)));
}

type Listing = NonNullable<Extract<FileState, { type: 'directory' }>['listing']>;

/** What is below a folder, once what is planned there is made and removed. `read`: what is there now. */
export function listingWith(overlay: Overlay, path: string, read: Listing): Listing {
  const listing = new Map(read.map((entry) => [entry.path, entry.type]));
  for (const removed of gonePaths(overlay)) {
    if (!removed.startsWith(`${path}/`)) continue;
    const relative = removed.slice(path.length + 1);
    for (const entry of [...listing.keys()]) if (entry.startsWith(`${relative}/`)) listing.delete(entry);
  }
  const below = `file:${path}/`;
  for (const [key, planned] of overlay) {
    if (!key.startsWith(below) || planned instanceof Unknown) continue;
    const { type } = planned as FileState;
    const relative = key.slice(below.length);
    if (type === 'absent') listing.delete(relative);
    else listing.set(relative, type);
  }
  const entries = [...listing].map(([entry, type]) => ({ path: entry, type }));
  return entries.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

/** Paths that tasks change. */
export function pathsIn(overlay: Overlay): readonly string[] {
  return namesUnder(overlay, 'file:');
}

/** Planned users and groups. `read`: how the account of a key was read. */
export function* accountsIn(
  overlay: Overlay,
  read: (key: string) => State | undefined,
): Iterable<PlannedAccount> {
  for (const [key, to] of overlay) {
    const kind = key.startsWith('user:') ? 'user' : key.startsWith('group:') ? 'group' : undefined;
    if (kind === undefined || to instanceof Unknown) continue;
    yield {
      kind,
      name: key.slice(kind.length + 1),
      from: read(key) as UserState | GroupState | undefined,
      to: to as UserState | GroupState,
    };
  }
}
