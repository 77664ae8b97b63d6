/** The arguments that all modules share which write a file or a directory. */
import { modeArg } from './mode.js';
import { name, unsupported } from './types.js';

const SELINUX = 'An SELinux label is kept as it is; write it with semanage(8) in a command.';

/** `mode`, `owner` and `group`, and the ones of Ansible's that rtprov refuses. */
export const attributeArgs = {
  mode: modeArg().optional(),
  owner: name().optional(),
  group: name().optional(),
  attributes: unsupported('Use a command with chattr(1).'),
  selevel: unsupported(SELINUX),
  serole: unsupported(SELINUX),
  setype: unsupported(SELINUX),
  seuser: unsupported(SELINUX),
  unsafe_writes: unsupported('Every write is atomic.', false),
};

export const attributeAliases = { attributes: ['attr'] };

export const attributeDocs = {
  mode: "The mode: octal in quotes ('0644') or symbolic ('u=rw,g=r,o='). Default: as it is; 0666 without the umask when new.",
  owner: 'The owning user, by name. Default: as it is; the user that the task runs as when new.',
  group: 'The owning group, by name. Default: as it is; the primary group of that user when new.',
  attributes: 'Attributes as of chattr(1).',
  selevel: 'The level of the SELinux label.',
  serole: 'The role of the SELinux label.',
  setype: 'The type of the SELinux label.',
  seuser: 'The user of the SELinux label.',
  unsafe_writes: 'Writing in place; rtprov never does.',
};
