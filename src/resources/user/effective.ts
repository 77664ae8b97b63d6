import { createHash } from 'node:crypto';
import type { UserState } from './state.js';

/** The shadow field of a user that exists: a lock is an exclamation mark before the hash (usermod(8), -L). */
export function effectiveHash(state: UserState): string {
  const hash = state.passwordHash ?? '!';
  if (state.locked === true && !hash.startsWith('!')) return `!${hash}`;
  // What would be left must not be an empty password.
  if (state.locked === false && /^!+[^!]/.test(hash)) return hash.replace(/^!+/, '');
  return hash;
}

/** Takes the place of the hash where a secret is not allowed. */
export function hashDigest(hash: string): string {
  return createHash('sha256').update(hash).digest('hex').slice(0, 16);
}

/** What useradd gives a user whose wanted state does not say it (useradd(8) on Debian). */
export function withDefaults(
  name: string,
  state: UserState,
): Required<Omit<UserState, 'uid' | 'locked' | 'free' | 'named'>> {
  return {
    exists: state.exists,
    group: state.group ?? name,
    groups: state.groups ?? [],
    comment: state.comment ?? '',
    home: state.home ?? `/home/${name}`,
    shell: state.shell ?? '/bin/sh',
    passwordHash: effectiveHash(state),
  };
}
