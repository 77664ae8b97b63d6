/** Groups of /etc/group. See docs/resources/group.md. */
import { library, lines, raw, sh, type Shell } from '../../shell/shell.js';
import { accountLibrary } from '../account/library.js';
import { inByteOrder, namedBy, parseAccounts, readFreeIds } from '../account/list.js';
import { checkAccountName } from '../account/name.js';
import { filesRenamed } from '../account/owners.js';
import { fieldDiff } from '../lib/fields.js';
import { saveEach, undoneKey } from '../lib/keep.js';
import type { Change, ReadRequest, ResourceKind } from '../resource.js';
import type { GroupState } from './state.js';

const groupLibrary: Shell = library([
  accountLibrary,
  raw(`
rtp_group_show() (
  set +eu
  LC_ALL=C; export LC_ALL
  line=$(getent group "$1") || { echo exists=false; exit 0; }
  gid=\${line%:*}
  printf 'exists=true gid=%s\\n' "\${gid##*:}"
)
# rtp_group_whole NAME: with its members in byte order
rtp_group_whole() (
  set +eu
  LC_ALL=C; export LC_ALL
  line=$(getent group "$1") || { echo exists=false; exit 0; }
  gid=\${line%:*}
  printf 'exists=true gid=%s members=%s\\n' "\${gid##*:}" "$(printf '%s\\n' "\${line##*:}" | tr , '\\n' | sort -u | tr '\\n' , | sed 's/^,*//; s/,*$//')"
)
rtp_group_write() ( # NAME GID
  set +eu
  if line=$(getent group "$1"); then
    gid=\${line%:*}
    if [ -n "$2" ] && [ "\${gid##*:}" != "$2" ]; then rtp_account_run groupmod -g "$2" -- "$1" || exit 1; fi
  elif [ -n "$2" ]; then
    rtp_account_run groupadd -g "$2" -- "$1" || exit 1
  else
    rtp_account_run groupadd -- "$1" || exit 1
  fi
)
rtp_group_members() ( # NAME MEMBERS(with commas)
  set +eu
  line=$(getent group "$1") || exit 1
  [ "\${line##*:}" = "$2" ] || rtp_account_run gpasswd -M "$2" "$1"
)
rtp_group_remove() (
  set +eu
  getent group "$1" >/dev/null || exit 0
  rtp_account_run groupdel -- "$1"
)`),
]);

/** Members are the users' matter: adding a user to a group must not make the group look changed. */
function canon(_name: string, state: GroupState): string {
  return state.exists ? `exists=true gid=${state.gid ?? ''}` : 'exists=false';
}

/** Where a group comes or goes as a whole, its members do so with it. */
function wholeCanon(name: string, state: GroupState): string {
  const line = canon(name, state);
  return state.exists && state.members !== undefined
    ? `${line} members=${inByteOrder([...new Set(state.members)]).join(',')}`
    : line;
}

const self = { kind: 'group', canon } as const;

function parse(requests: readonly ReadRequest<'group'>[], output: Buffer): ReadonlyMap<string, GroupState> {
  if (requests.length === 0) return new Map();
  const accounts = parseAccounts(output);
  const { groups, users } = accounts;
  const free = readFreeIds(accounts, 'GID');
  return new Map(
    requests.map(({ name }): [string, GroupState] => {
      const group = groups.get(name);
      if (group === undefined)
        return [name, { exists: false, free, ...namedBy(name, groups.values(), ({ gid }) => gid) }];
      const primaryOf = inByteOrder(
        [...users.values()].filter(({ gid }) => gid === group.gid).map((user) => user.name),
      );
      return [name, { exists: true, gid: group.gid, members: inByteOrder(group.members), primaryOf, free }];
    }),
  );
}

function writeOne(change: Change<'group'>): Shell {
  const { from, to } = change;
  const name = checkAccountName(change.id.name);
  const key = undoneKey(self, change);
  const back = sh`rtp_account_back ${key} group ${name} || exit 1`;
  if (!to.exists)
    return sh`rtp_group_remove ${name} || exit 1
${back}`;
  // Only a group that comes back gets its members; of one that is there they are the users' matter.
  const members =
    to.members === undefined || from.exists
      ? raw('')
      : sh`rtp_group_members ${name} ${inByteOrder(to.members).map(checkAccountName).join(',')} || exit 1`;
  return sh`rtp_group_write ${name} ${to.gid === undefined ? '' : String(to.gid)} || exit 1
${members}
${back}`;
}

export const groupKind: ResourceKind<'group'> = {
  kind: 'group',
  library: groupLibrary,
  read: (requests) => (requests.length === 0 ? raw('') : raw('rtp_account_list')),
  parse,
  canon,
  show: (name) => sh`rtp_group_show ${checkAccountName(name)}`,
  whole: {
    applies: ({ from, to }) => from.exists !== to.exists,
    canon: wholeCanon,
    show: (name) => sh`rtp_group_whole ${checkAccountName(name)}`,
  },
  save: (changes) =>
    saveEach(
      self,
      changes,
      lines(changes.map(({ id }) => sh`rtp_group_show ${checkAccountName(id.name)}`)),
      (_name, key) => sh`rtp_account_keep ${key}`,
    ),
  write: (changes) => lines(changes.map(writeOne)),
  diff: ({ from, to }) => fieldDiff(fields(from), fields(to)),
  blobs: () => [],
  // useradd(8) makes a group of the user's name, and userdel(8) removes it.
  disturbedBy: ({ id }) => [`user:${id.name}`],
  forgetAfter: true,
  consequences: filesRenamed,
};

function fields(state: GroupState): Record<string, string | undefined> {
  if (!state.exists) return {};
  return {
    gid: state.gid === undefined ? undefined : String(state.gid),
    members: state.members === undefined ? undefined : inByteOrder(state.members).join(', '),
  };
}
