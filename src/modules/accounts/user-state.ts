/** The state that a task wants a user to have. */
import type { UserState } from '../../resources/user/state.js';

export interface WantedUser {
  readonly name: string;
  readonly uid?: number | undefined;
  readonly group?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly append: boolean;
  readonly comment?: string | undefined;
  readonly home?: string | undefined;
  readonly shell?: string | undefined;
  readonly password?: string | undefined;
  readonly update_password: 'always' | 'on_create';
  readonly password_lock?: boolean | undefined;
  readonly system: boolean;
}

function sorted(names: Iterable<string>): string[] {
  return [...new Set(names)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** With `append`, the groups are added to those that the user is in; otherwise they are all that it is in. */
function wantedGroups(wanted: WantedUser, present: UserState, primary: string): string[] {
  const own = present.groups ?? [];
  if (wanted.groups === undefined) return sorted(own);
  const named = wanted.groups.filter((name) => name !== primary);
  return sorted(wanted.append ? [...own, ...named] : named);
}

/** A lock is a `!` before the hash (usermod(8), -L); unlocking must not leave an empty password. */
function lockedHash(hash: string, lock: boolean | undefined): string {
  if (lock === true && !hash.startsWith('!')) return `!${hash}`;
  if (lock === false && /^!+[^!*]/.test(hash)) return hash.replace(/^!+/, '');
  return hash;
}

function wantedHash(wanted: WantedUser, present: UserState): string | undefined {
  const fresh = !present.exists;
  const given = wanted.password !== undefined && (fresh || wanted.update_password === 'always');
  const hash = given ? wanted.password : fresh ? '!' : present.passwordHash;
  return hash === undefined ? undefined : lockedHash(hash, wanted.password_lock);
}

export function wantedUser(wanted: WantedUser, present: UserState): UserState {
  const free = wanted.system ? present.free?.system : present.free?.normal;
  const uid = wanted.uid ?? present.uid ?? free;
  const group = wanted.group ?? present.group ?? wanted.name;
  const hash = wantedHash(wanted, present);
  return {
    exists: true,
    ...(uid === undefined ? {} : { uid }),
    group,
    groups: wantedGroups(wanted, present, group),
    comment: wanted.comment ?? present.comment ?? '',
    home: wanted.home ?? present.home ?? `/home/${wanted.name}`,
    shell: wanted.shell ?? present.shell ?? '/bin/sh',
    ...(hash === undefined ? {} : { passwordHash: hash, locked: hash.startsWith('!') }),
  };
}

function comparable(state: UserState): unknown {
  const { exists, uid, group, groups, comment, home, shell, passwordHash } = state;
  return [exists, uid, group, sorted(groups ?? []), comment, home, shell, passwordHash];
}

export function sameUser(a: UserState, b: UserState): boolean {
  return JSON.stringify(comparable(a)) === JSON.stringify(comparable(b));
}
