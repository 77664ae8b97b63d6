/** Why a planned task cannot share a window with those before or after it. */
import { kindOf } from '../resources/registry.js';
import type { Change } from '../resources/resource.js';
import type { GroupState } from '../resources/group/state.js';
import type { UserState } from '../resources/user/state.js';
import type { Item } from './item.js';
import type { PlanView } from './view.js';

function changesOf(items: readonly Item[]): readonly Change[] {
  return items.flatMap(({ plan }) =>
    plan.type === 'states' ? plan.steps.flatMap((step) => (step.type === 'change' ? [step.change] : [])) : [],
  );
}

function fileChanges(items: readonly Item[]): readonly Change<'file'>[] {
  return changesOf(items).filter((change): change is Change<'file'> => change.id.kind === 'file');
}

/**
 * Does the task remove a folder below which the window, yet to be written, changes something; or does it make something
 * below a folder that the window removes? The journal keeps what is there when a window begins, so each begins again.
 */
export function crossesRemoval(items: readonly Item[], waiting: readonly Item[]): boolean {
  const mine = fileChanges(items);
  const pending = fileChanges(waiting);
  const crosses = (removing: readonly Change<'file'>[], changing: readonly Change<'file'>[]): boolean =>
    removing.some(
      ({ id: { name: folder }, from, to }) =>
        from.type === 'directory' &&
        to.type !== 'directory' &&
        changing.some(({ id: { name } }) => name === folder || name.startsWith(`${folder}/`)),
    );
  return crosses(mine, pending) || crosses(pending, mine);
}

/**
 * Does it change whose name files show: by removing an account, by giving it another number or primary group (usermod(8)), or by
 * making one with a number that files bear already?
 */
export function changesNames(items: readonly Item[], view: PlanView): boolean {
  return changesOf(items).some((change) => {
    if (change.id.kind !== 'user' && change.id.kind !== 'group') return false;
    const { from, to } = change as Change<'user'> | Change<'group'>;
    const names = (state: UserState & GroupState): string =>
      JSON.stringify([state.exists, state.uid, state.gid, state.group]);
    const id = 'uid' in to ? to.uid : 'gid' in to ? to.gid : undefined;
    return from.exists ? names(from) !== names(to) : id !== undefined && view.readOwner(String(id));
  });
}

/** Packages bring files and units with them: later tasks are planned over what is then there. */
export function changesPackages(items: readonly Item[]): boolean {
  return changesOf(items).some((change) => kindOf(change.id.kind).takesAlong === true);
}

/** Does only acting show its result? */
export function acts(items: readonly Item[]): boolean {
  return items.some(({ plan }) => plan.type === 'command');
}
