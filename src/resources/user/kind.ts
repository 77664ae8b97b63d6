/** Users of /etc/passwd. Home directories are file resources. See docs/resources/user.md. */
import { lines, raw, sh, type Shell } from '../../shell/shell.js';
import { inByteOrder, namedBy, parseAccounts, readFreeIds } from '../account/list.js';
import { checkAccountName } from '../account/name.js';
import { filesRenamed } from '../account/owners.js';
import { fieldDiff, yesNo } from '../lib/fields.js';
import { saveEach, undoneKey } from '../lib/keep.js';
import type { Change, ReadRequest, ResourceKind } from '../resource.js';
import type { UserState } from './state.js';
import { effectiveHash, hashDigest, withDefaults } from './effective.js';
import { userLibrary } from './library.js';

function canon(name: string, state: UserState): string {
  if (!state.exists) return 'exists=false';
  const full = withDefaults(name, state);
  return (
    `exists=true uid=${state.uid ?? ''} group=${full.group} groups=${inByteOrder(full.groups).join(',')} ` +
    `home=${full.home} shell=${full.shell} password=${hashDigest(full.passwordHash)} comment=${full.comment}`
  );
}

const self = { kind: 'user', canon } as const;

function parse(requests: readonly ReadRequest<'user'>[], output: Buffer): ReadonlyMap<string, UserState> {
  if (requests.length === 0) return new Map();
  const accounts = parseAccounts(output);
  const { users, groups, hashes } = accounts;
  const free = readFreeIds(accounts, 'UID');
  const groupNames = new Map([...groups.values()].reverse().map(({ name, gid }) => [gid, name]));
  return new Map(
    requests.map(({ name }): [string, UserState] => {
      const user = users.get(name);
      if (user === undefined)
        return [name, { exists: false, free, ...namedBy(name, users.values(), ({ uid }) => uid) }];
      const hash = hashes.get(name);
      const state: UserState = {
        exists: true,
        uid: user.uid,
        group: groupNames.get(user.gid) ?? String(user.gid),
        groups: inByteOrder(
          [...groups.values()].filter(({ members }) => members.includes(name)).map((group) => group.name),
        ),
        comment: user.comment,
        home: user.home,
        shell: user.shell,
        free,
        ...(hash === undefined ? {} : { passwordHash: hash, locked: hash.startsWith('!') }),
      };
      return [name, state];
    }),
  );
}

/** The text of a passwd field; a colon or a line end would make another field or entry of it. */
function field(text: string): string {
  if (/[:\n]/.test(text)) throw new RangeError('a field of /etc/passwd cannot contain a colon or a line end');
  return text;
}

function writeOne(change: Change<'user'>): Shell {
  const { from, to } = change;
  const name = checkAccountName(change.id.name);
  const key = undoneKey(self, change);
  const back = sh`rtp_account_back ${key} user ${name} || exit 1`;
  if (!to.exists)
    return sh`rtp_user_remove ${name} || exit 1
${back}`;
  const full = withDefaults(name, to);
  const words = [
    to.uid === undefined ? '' : String(to.uid),
    checkAccountName(full.group),
    field(full.home),
    field(full.shell),
    field(full.comment),
  ];
  return lines([
    from.exists ? raw('') : sh`rtp_user_add ${name} ${words} || exit 1`,
    sh`rtp_user_modify ${name} ${words} || exit 1`,
    sh`rtp_user_join ${name} ${inByteOrder(full.groups).map(checkAccountName).join(',')} || exit 1`,
    // printf is a builtin of dash, bash and busybox: the hash is in no argv.
    sh`printf '%s\n' ${field(full.passwordHash)} | rtp_user_hash ${name} || exit 1`,
    back,
  ]);
}

export const userKind: ResourceKind<'user'> = {
  kind: 'user',
  library: userLibrary,
  read: (requests) =>
    requests.length === 0
      ? raw('')
      : sh`rtp_account_list ${requests.map(({ name }) => checkAccountName(name))}`,
  parse,
  canon,
  show: (name) => sh`rtp_user_show ${checkAccountName(name)}`,
  save: (changes) =>
    saveEach(
      self,
      changes,
      lines(changes.map(({ id }) => sh`rtp_user_show ${checkAccountName(id.name)}`)),
      (_name, key) => sh`rtp_account_keep ${key}`,
    ),
  write: (changes) => lines(changes.map(writeOne)),
  diff: ({ id, from, to }) => fieldDiff(fields(id.name, from, from, to), fields(id.name, to, from, to)),
  blobs: () => [],
  disturbedBy: (change) =>
    groupsOf(change).flatMap((group) => (/^\d+$/.test(group) ? ['group'] : [`group:${group}`])),
  forgetAfter: true,
  // It has the digest of the password's hash.
  secretCanon: true,
  // usermod(8) refuses to change these of a user of whom a process runs, as userdel(8) does.
  clears: ({ id, from, to }) =>
    from.exists && (!to.exists || from.uid !== to.uid || from.home !== to.home)
      ? { user: id.name, isGone: !to.exists }
      : undefined,
  consequences: filesRenamed,
};

/** Groups that the states name, before and after. */
function groupsOf({ id, from, to }: Change<'user'>): readonly string[] {
  return [id.name, ...[from, to].flatMap(({ group, groups = [] }) => [group ?? id.name, ...groups])];
}

/** A hash is never shown: only that there is one, and that it changes. */
function fields(
  name: string,
  state: UserState,
  from: UserState,
  to: UserState,
): Record<string, string | undefined> {
  if (!state.exists) return {};
  const full = withDefaults(name, state);
  const isNew = state === to && (!from.exists || effectiveHash(from) !== full.passwordHash);
  const password = /^[!*]+$/.test(full.passwordHash) ? 'none' : isNew ? '(new secret)' : '(secret)';
  return {
    uid: state.uid === undefined ? undefined : String(state.uid),
    group: full.group,
    groups: inByteOrder(full.groups).join(', '),
    comment: full.comment,
    home: full.home,
    shell: full.shell,
    password,
    locked: yesNo(full.passwordHash.startsWith('!')),
  };
}
