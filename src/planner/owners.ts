/** Accounts to which tasks give files. */
import { keyOf, type ReadRequest, type State } from '../resources/resource.js';
import { isMapping, type Value } from '../values/value.js';
import type { PlanInputs } from './inputs.js';
import type { PlanView } from './view.js';

/** The accounts that a task gives files to: whether they are there is read with the files. */
export function owners(module: string, args: unknown): readonly ReadRequest[] {
  if (module === 'user' || !isMapping(args)) return [];
  const { owner, group } = args as { readonly owner?: Value; readonly group?: Value };
  const named = (kind: 'user' | 'group', name: Value | undefined): readonly ReadRequest[] =>
    typeof name === 'string' && name !== 'root' && name !== '0' ? [{ kind, name }] : [];
  return [...named('user', owner), ...named('group', group)];
}

/** Owners that are given by number are named, as what is read names them. */
export function ownersNamed(module: string, args: unknown, view: PlanView): unknown {
  const names = owners(module, args).flatMap(({ kind, name }) => {
    const state = view.state(kind as 'user' | 'group', name);
    return state.named === undefined ? [] : [[kind === 'user' ? 'owner' : 'group', state.named] as const];
  });
  return names.length === 0
    ? args
    : { ...(args as Readonly<Record<string, Value>>), ...Object.fromEntries(names) };
}

/** Why a file cannot be given to its new owner or group: there is no such account. Numbers need none. */
export function unknownOwner(
  from: State,
  to: State,
  made: ReadonlySet<string>,
  inputs: PlanInputs,
): string | undefined {
  const before: { readonly owner?: string; readonly group?: string } = 'owner' in from ? from : {};
  const after: { readonly owner?: string; readonly group?: string } = 'owner' in to ? to : {};
  const { view, facts } = inputs;
  for (const [kind, name, own] of [
    ['user', after.owner, before.owner ?? facts.user],
    ['group', after.group, before.group ?? facts.group],
  ] as const) {
    if (name === undefined || name === own || /^\d+$/.test(name)) continue;
    if (made.has(keyOf({ kind, name }))) continue;
    if (!view.state(kind, name).exists)
      return `${kind === 'user' ? 'chown' : 'chgrp'} failed: failed to look up ${kind} ${name}`;
  }
  return undefined;
}
