/** `user`: a user of /etc/passwd. */
import * as z from 'zod';
import type { ReadRequest } from '../../resources/resource.js';
import { bool, choice, ignored, int, list, path, str, unsupported } from '../args/types.js';
import { accountName } from './account-name.js';
import { homeNeeds, homeSteps } from './home.js';
import { sameUser, wantedUser } from './user-state.js';
import { fileRequest } from '../files/follow.js';
import { targetPath } from '../files/target-path.js';
import type { Module, NeedsContext, PlanContext, Result, Step, TaskPlan } from '../core/module.js';
import type { UserState } from '../../resources/user/state.js';
import { failed, planned } from '../core/plan-result.js';

const KEYS = 'Create the key with a command (ssh-keygen), with `creates`.';
const OF_KEYS = 'It is used only with generate_ssh_key, which rtprov does not support.';
const AGES = 'Set it with a command (chage).';

const args = z.strictObject({
  name: accountName(),
  state: choice(['present', 'absent']).default('present'),
  uid: int({ min: 0, max: 4294967294 }).optional(),
  group: accountName().optional(),
  groups: list().optional(),
  append: bool().default(false),
  comment: str().optional(),
  home: path().optional(),
  create_home: bool().default(true),
  shell: path().optional(),
  password: str().optional(),
  update_password: choice(['always', 'on_create']).default('always'),
  password_lock: bool().optional(),
  system: bool().default(false),
  remove: bool().default(false),
  force: ignored('Only `userdel -f` removes a user who is logged in, and rtprov does not use it.'),
  local: ignored('Users are always created in /etc/passwd.'),
  move_home: unsupported('Move the folder with a command.', false, { arg: 'home' }),
  non_unique: unsupported('Two users with the same uid cannot be distinguished.', false, { arg: 'uid' }),
  generate_ssh_key: unsupported(KEYS, false),
  ssh_key_bits: ignored(OF_KEYS),
  ssh_key_comment: ignored(OF_KEYS),
  ssh_key_file: ignored(OF_KEYS),
  ssh_key_passphrase: ignored(OF_KEYS),
  ssh_key_type: ignored(OF_KEYS),
  skeleton: unsupported('A new home folder gets the files of /etc/skel.'),
  umask: unsupported('login.defs(5) sets the mode of a new home folder.'),
  expires: unsupported(AGES),
  password_expire_max: unsupported(AGES),
  password_expire_min: unsupported(AGES),
  password_expire_warn: unsupported(AGES),
  password_expire_account_disable: unsupported(AGES),
  uid_min: unsupported('Give the uid, or let the host choose it.'),
  uid_max: unsupported('Give the uid, or let the host choose it.'),
  seuser: unsupported('SELinux users are kept as they are.'),
});
export type UserArgs = z.infer<typeof args>;

/** Whether the wanted number is somebody's, as uid and as the gid of a group of the user's own. */
function idNeeds({ uid, state }: UserArgs): readonly ReadRequest[] {
  if (uid === undefined || state === 'absent') return [];
  return [
    { kind: 'user', name: String(uid) },
    { kind: 'group', name: String(uid) },
  ];
}

function needs(given: UserArgs, context: NeedsContext): readonly ReadRequest[] {
  const user: ReadRequest = { kind: 'user', name: given.name };
  const groups = [given.name, ...(given.group === undefined ? [] : [given.group]), ...(given.groups ?? [])];
  const first = [user, ...groups.map((name): ReadRequest => ({ kind: 'group', name })), ...idNeeds(given)];
  if (first.some((read) => !context.has(read))) return first;
  const present = context.state('user', given.name);
  const home = targetPath(given.home ?? present.home ?? `/home/${given.name}`, context.facts);
  if (given.state === 'absent') {
    // As it is in /etc/passwd: `home` of the task says nothing about what goes.
    const own = targetPath(present.home ?? '/', context.facts);
    return given.remove && present.exists && own !== '/' ? [...first, fileRequest(own, 'tree')] : first;
  }
  return given.create_home ? [...first, ...homeNeeds(home, context)] : first;
}

function planAbsent(given: UserArgs, context: PlanContext): TaskPlan {
  const present = context.state('user', given.name);
  const steps: Step[] = [];
  if (present.exists) {
    // The home folder first, while its files still bear the user's name.
    const home = targetPath(present.home ?? '/', context.facts);
    if (given.remove && home !== '/' && context.state('file', home).type !== 'absent') {
      steps.push({ type: 'change', id: { kind: 'file', name: home }, to: { type: 'absent' } });
    }
    steps.push({ type: 'change', id: { kind: 'user', name: given.name }, to: { exists: false } });
    // userdel(8) takes the group of the same name along when nobody else is in it.
    const own = context.state('group', given.name);
    if (
      own.exists &&
      present.group === given.name &&
      (own.members ?? []).every((member) => member === given.name)
    ) {
      steps.push({ type: 'change', id: { kind: 'group', name: given.name }, to: { exists: false } });
    }
  }
  return planned(steps, { name: given.name, state: 'absent', remove: given.remove });
}

function missingGroup(given: UserArgs, context: PlanContext): string | undefined {
  const named = [...(given.group === undefined ? [] : [given.group]), ...(given.groups ?? [])];
  return named.find((name) => name !== given.name && !context.state('group', name).exists);
}

/** The group of the user's own name, when the user is new and no other is given. */
function ownGroup(given: UserArgs, to: UserState, context: PlanContext): readonly Step[] {
  const own = context.state('group', given.name);
  if (to.group !== given.name || own.exists) return [];
  // useradd(8) gives the group the user's number, unless another group has it.
  const isTaken = given.uid !== undefined && context.state('group', String(given.uid)).named !== undefined;
  const number = isTaken ? (given.system ? own.free?.system : own.free?.normal) : to.uid;
  const gid = number === undefined ? {} : { gid: number };
  return [
    { type: 'change', id: { kind: 'group', name: given.name }, to: { exists: true, members: [], ...gid } },
  ];
}

function resultOf(given: UserArgs, to: UserState): Result {
  const { uid, group = '', comment = '', home = '', shell = '' } = to;
  return {
    name: given.name,
    state: 'present',
    ...(uid === undefined ? {} : { uid }),
    group,
    groups: (to.groups ?? []).join(','),
    append: given.append,
    comment,
    home,
    shell,
    create_home: given.create_home,
    system: given.system,
    ...(given.password === undefined ? {} : { password: 'NOT_LOGGING_PASSWORD' }),
  };
}

/** Why the user cannot be written: passwd(5) and shadow(5) have no way to write such a text. */
function badField({ comment, home, shell, password }: UserArgs): string | undefined {
  const [name] =
    Object.entries({ comment, home, shell, password }).find(([, text]) => /[:\n\r]/.test(text ?? '')) ?? [];
  return name === undefined
    ? undefined
    : `${name} contains a colon or a line end, which is not possible in /etc/passwd`;
}

function planPresent(given: UserArgs, context: PlanContext): TaskPlan {
  const bad = badField(given);
  if (bad !== undefined) return failed(bad, { name: given.name });
  const present = context.state('user', given.name);
  const missing = missingGroup(given, context);
  if (missing !== undefined) return failed(`Group ${missing} does not exist`, { name: given.name });
  const to = wantedUser(given, present);
  const holder = given.uid === undefined ? undefined : context.state('user', String(given.uid)).named;
  if (holder !== undefined && holder !== given.name)
    return failed(`UID ${String(given.uid)} is already used by the user ${holder}`, { name: given.name });
  const steps: Step[] = [];
  if (!sameUser(present, to)) {
    steps.push(...ownGroup(given, to, context), {
      type: 'change',
      id: { kind: 'user', name: given.name },
      to,
    });
  }
  if (given.create_home) {
    const home = homeSteps(
      targetPath(to.home ?? '/', context.facts),
      given.name,
      to.group ?? given.name,
      context,
    );
    if (typeof home === 'string') return failed(home, { name: given.name });
    steps.push(...home);
  }
  const plain = given.password !== undefined && !/^(?:[!*]*$|!*\$[A-Za-z0-9]+\$)/.test(given.password);
  const warnings = plain
    ? [`the password of ${given.name} does not look like a hash (crypt(5)); it is written unchanged`]
    : [];
  return planned(steps, resultOf(given, to), { warnings });
}

export const user: Module<UserArgs> = {
  name: 'user',
  fullNames: ['ansible.builtin.user', 'ansible.legacy.user'],
  barrier: false,
  args,
  aliases: { name: ['user'], create_home: ['createhome'] },
  secretArgs: ['password'],
  doc: {
    summary: 'Creates, changes and removes a user.',
    args: {
      name: 'The user.',
      state: '`present` or `absent`. Default: present.',
      uid: 'Its number. Default: unchanged; a free number for a new one.',
      group: 'Its primary group. Default: unchanged; for a new user a group of the same name.',
      groups: 'Its other groups. Empty: none.',
      append: 'Whether `groups` are added to the groups that the user is already in. Default: false.',
      comment: 'The comment field. Default: unchanged.',
      home: 'The home folder. Default: unchanged; /home/NAME for a new user.',
      create_home: 'Whether a missing home folder is created, with the files of /etc/skel. Default: true.',
      shell: 'The login shell. Default: unchanged; /bin/sh for a new user.',
      password: 'The hash of the password (crypt(5)), or `!` or `*` for none.',
      update_password: '`always`, or `on_create`: only for a new user. Default: always.',
      password_lock: 'Whether the password is locked. Default: unchanged.',
      system: 'Whether a new user gets a number from the system range. Default: false.',
      remove: 'Whether `absent` also removes the home folder. Default: false.',
      force: 'Accepted, but has no effect.',
      local: 'Accepted, but has no effect.',
      move_home: 'Moving the home folder.',
      non_unique: 'Using a number that another user has.',
      generate_ssh_key: 'Creating a key.',
      ssh_key_bits: 'Accepted, but has no effect, because no key is created.',
      ssh_key_comment: 'Accepted, but has no effect, because no key is created.',
      ssh_key_file: 'Accepted, but has no effect, because no key is created.',
      ssh_key_passphrase: 'Accepted, but has no effect, because no key is created.',
      ssh_key_type: 'Accepted, but has no effect, because no key is created.',
      skeleton: 'A different folder than /etc/skel.',
      umask: 'The umask for the home folder.',
      expires: 'When the account expires.',
      password_expire_max: 'Ageing of passwords.',
      password_expire_min: 'Ageing of passwords.',
      password_expire_warn: 'Ageing of passwords.',
      password_expire_account_disable: 'Ageing of passwords.',
      uid_min: 'The lowest number for a new user.',
      uid_max: 'The highest number for a new user.',
      seuser: 'The SELinux user.',
    },
    examples: [
      '- user:\n    name: rtadmin\n    groups: [realtime, libvirt]\n    append: true\n    shell: /bin/bash',
    ],
  },
  touches: (given) =>
    typeof given['name'] === 'string' ? [{ kind: 'user', name: given['name'] }] : undefined,
  needs,
  plan: (given, context) => (given.state === 'absent' ? planAbsent : planPresent)(given, context),
};
