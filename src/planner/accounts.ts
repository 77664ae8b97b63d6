/** What planned users and groups mean for other accounts: free ids, whose primary group a group is. */
import { freeIds } from '../resources/account/list.js';
import { idOf, type PlannedAccount } from '../resources/account/owners.js';
import type { GroupState } from '../resources/group/state.js';
import type { UserState } from '../resources/user/state.js';

/** Ids as they will be taken: those that were read, without the accounts that go, with the ones that come. */
function takenIds(read: readonly number[], accounts: readonly PlannedAccount[]): Set<number> {
  const counts = new Map<number, number>();
  const add = (id: number | undefined, by: number): void => {
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + by);
  };
  for (const id of read) add(id, 1);
  for (const { from, to } of accounts) {
    add(idOf(from), -1);
    add(idOf(to), 1);
  }
  return new Set([...counts].filter(([, count]) => count > 0).map(([id]) => id));
}

/** Whose number it is that was asked for as a name, once the planned accounts are there or gone. `read`: whose it was. */
function holderOf(
  id: { readonly kind: string; readonly name: string },
  read: string | undefined,
  planned: readonly PlannedAccount[],
): string | undefined {
  const mine = planned.filter(({ kind }) => kind === id.kind);
  const taking = mine.find(({ to }) => String(idOf(to)) === id.name);
  if (taking !== undefined) return taking.name;
  return mine.some(({ name }) => name === read) ? undefined : read;
}

/** An account's state with what other planned accounts make of it. `base` is how it was read. */
export function withAccounts(
  id: { readonly kind: string; readonly name: string },
  state: UserState | GroupState,
  base: UserState | GroupState | undefined,
  accounts: Iterable<PlannedAccount>,
): UserState | GroupState {
  const planned = [...accounts];
  if (planned.length === 0) return state;
  const known = state.free ?? base?.free;
  const free =
    state.exists || known?.taken === undefined || known.ranges === undefined
      ? {}
      : {
          free: {
            ...known,
            ...freeIds(
              takenIds(known.taken, planned),
              new Map(Object.entries(known.ranges)),
              id.kind === 'user' ? 'UID' : 'GID',
            ),
          },
        };
  const named = state.exists ? undefined : holderOf(id, state.named, planned);
  if (id.kind === 'user' || !state.exists) {
    const { named: _read, ...rest } = state;
    return { ...rest, ...free, ...(named === undefined ? {} : { named }) };
  }
  const group = state as GroupState;
  const primaryOf = new Set(group.primaryOf ?? (base as GroupState | undefined)?.primaryOf ?? []);
  for (const { kind, name, to } of planned) {
    if (kind !== 'user') continue;
    if (to.exists && (to as UserState).group === id.name) primaryOf.add(name);
    else primaryOf.delete(name);
  }
  return { ...group, primaryOf: [...primaryOf].sort() };
}
