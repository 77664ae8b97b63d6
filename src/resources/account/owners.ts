/** Which owner and group a file shows once accounts have changed. */
import type { FileState } from '../file/state.js';
import type { GroupState } from '../group/state.js';
import type { Change, State } from '../resource.js';
import type { UserState } from '../user/state.js';

/** An account that changes: how it was read, if it was, and how it will be. */
export interface PlannedAccount {
  readonly kind: 'user' | 'group';
  readonly name: string;
  readonly from: UserState | GroupState | undefined;
  readonly to: UserState | GroupState;
}

export function idOf(state: UserState | GroupState | undefined): number | undefined {
  if (state?.exists !== true) return undefined;
  return 'uid' in state ? state.uid : 'gid' in state ? state.gid : undefined;
}

/**
 * A file of a user that is gone shows a number for its owner, and one of a number that a new user gets shows that user. A new
 * primary group takes over what is the old one's below the user's home (usermod(8), -g).
 */
export function ownersRenamed<S extends FileState>(
  path: string,
  state: S,
  accounts: Iterable<PlannedAccount>,
): S {
  if (state.type === 'absent') return state;
  let { owner, group }: { owner: string; group: string } = state;
  for (const { kind, name, from, to } of accounts) {
    const [before, after] = [idOf(from), idOf(to)];
    const shown = kind === 'user' ? owner : group;
    const home = kind === 'user' && from?.exists === true ? ((from as UserState).home ?? '/') : '/';
    const atHome = home !== '/' && `${path}/`.startsWith(`${home}/`);
    let now = shown;
    // usermod -u gives the new number to what is below the home only, and groupmod -g to nothing.
    if (shown === name && before !== undefined && before !== after && !(to.exists && atHome))
      now = String(before);
    else if (after !== undefined && shown === String(after)) now = name;
    if (kind === 'group') {
      group = now;
      continue;
    }
    owner = now;
    const [old, user] = [from as UserState | undefined, to as UserState];
    if (old?.exists === true && user.exists && old.group !== user.group && group === old.group && atHome)
      group = user.group ?? group;
  }
  return owner === state.owner && group === state.group ? state : { ...state, owner, group };
}

/** Of the states that are known, by their keys, the files that show another owner or group after the change of an account. */
export function filesRenamed(
  { id, from, to }: Change<'user'> | Change<'group'>,
  known: ReadonlyMap<string, State>,
): readonly (readonly [string, State])[] {
  const account: PlannedAccount = { kind: id.kind, name: id.name, from, to };
  return [...known].flatMap(([key, state]): readonly (readonly [string, State])[] => {
    if (!key.startsWith('file:')) return [];
    const renamed = ownersRenamed(key.slice('file:'.length), state as FileState, [account]);
    return renamed === state ? [] : [[key, renamed]];
  });
}
