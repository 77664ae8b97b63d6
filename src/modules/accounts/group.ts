/** `group`: a group of /etc/group. */
import * as z from 'zod';
import { bool, choice, ignored, int, unsupported } from '../args/types.js';
import { accountName } from './account-name.js';
import type { Module } from '../core/module.js';
import { failed, planned, unchanged } from '../core/plan-result.js';

const args = z.strictObject({
  name: accountName(),
  gid: int({ min: 0, max: 4294967294 }).optional(),
  state: choice(['present', 'absent']).default('present'),
  system: bool().default(false),
  local: ignored('Groups are always created in /etc/group.'),
  force: unsupported('The primary group of a user is never removed.', false, {
    arg: 'state',
    value: 'absent',
  }),
  non_unique: unsupported('Two groups with the same gid cannot be distinguished.', false),
  gid_min: unsupported('Give the gid, or let the host choose it.'),
  gid_max: unsupported('Give the gid, or let the host choose it.'),
});
export type GroupArgs = z.infer<typeof args>;

export const group: Module<GroupArgs> = {
  name: 'group',
  fullNames: ['ansible.builtin.group', 'ansible.legacy.group'],
  barrier: false,
  args,
  aliases: {},
  doc: {
    summary: 'Creates and removes a group.',
    args: {
      name: 'The group.',
      gid: 'Its number. Default: unchanged; a free number for a new one.',
      state: '`present` or `absent`. Default: present.',
      system: 'Whether a new group gets a number from the system range. Default: false.',
      local: 'Accepted, but has no effect.',
      force: 'Removing the primary group of a user.',
      non_unique: 'Using a number that another group has.',
      gid_min: 'The lowest number for a new group.',
      gid_max: 'The highest number for a new group.',
    },
    examples: ['- group:\n    name: realtime\n    system: true'],
  },
  touches: (given) =>
    typeof given['name'] === 'string' ? [{ kind: 'group', name: given['name'] }] : undefined,
  needs: ({ name, gid, state }) => [
    { kind: 'group', name },
    ...(gid === undefined || state === 'absent' ? [] : [{ kind: 'group' as const, name: String(gid) }]),
  ],
  plan(given, context) {
    const present = context.state('group', given.name);
    const id = { kind: 'group', name: given.name } as const;
    if (given.state === 'absent') {
      if (!present.exists) return unchanged({ name: given.name, state: 'absent' });
      const [member] = present.primaryOf ?? [];
      if (member !== undefined) {
        return failed(`groupdel: cannot remove the primary group of user '${member}'`, { name: given.name });
      }
      return planned([{ type: 'change', id, to: { exists: false } }], { name: given.name, state: 'absent' });
    }
    const free = given.system ? present.free?.system : present.free?.normal;
    const gid = given.gid ?? (present.exists ? present.gid : free);
    const holder = given.gid === undefined ? undefined : context.state('group', String(given.gid)).named;
    if (holder !== undefined && holder !== given.name)
      return failed(`GID ${String(given.gid)} is already used by the group ${holder}`, { name: given.name });
    const result = {
      name: given.name,
      state: 'present',
      system: given.system,
      ...(gid === undefined ? {} : { gid }),
    };
    if (present.exists && present.gid === gid) return unchanged(result);
    const to = { exists: true, members: present.members ?? [], ...(gid === undefined ? {} : { gid }) };
    return planned([{ type: 'change', id, to }], result);
  },
};
