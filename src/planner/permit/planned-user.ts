import type { UserState } from '../../resources/user/state.js';
import { isUnknown, type Unknown } from '../../values/value.js';
import type { PlanView } from '../view.js';

/** A user whom tasks make that are not written yet. Undefined where none does; Unknown where that cannot be said. */
export function plannedUser(view: PlanView, name: string): UserState | Unknown | undefined {
  const id = { kind: 'user', name } as const;
  const state = view.peek(id);
  if (isUnknown(state)) return state;
  const user = view.isPlanned(id) ? (state as UserState) : undefined;
  return user?.exists === true ? user : undefined;
}
