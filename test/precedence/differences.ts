/** Where rtprov does not follow ansible-core's precedence, and why. Each is in docs/from-ansible.md too. */

/**
 * A host has one connection in a play, made of what holds at the play's beginning: nothing that only a task says counts, and neither does
 * what tasks set. Ansible connects again for such a task.
 */
export const TOO_LATE_TO_CONNECT: readonly string[] = [
  'set_fact ansible_user',
  'task vars ansible_user',
  'block remote_user',
  'task remote_user',
  'set_fact ansible_port',
  'task vars ansible_port',
  'block port',
  'task port',
];
