/** The arguments that all modules share which write a file or a directory. */
import { modeArg } from './mode.js';
import { name, str, unsupported } from './types.js';

const LABELS = ['selevel', 'serole', 'setype', 'seuser'] as const;

/**
 * Why a label of SELinux is not written, on a target that has SELinux. On others the arguments have no effect, as in Ansible;
 * `args` are those of any module.
 */
export function labelFault(args: unknown, { selinux }: { readonly selinux?: true }): string | undefined {
  if (selinux !== true || typeof args !== 'object' || args === null) return undefined;
  const given = LABELS.filter(
    (label) => label in args && (args as Record<string, unknown>)[label] !== undefined,
  );
  if (given.length === 0) return undefined;
  return `${given.join(', ')}: this host has SELinux, and rtprov does not change labels. Remove the argument, and set the label with semanage(8) and restorecon(8) in a command.`;
}

/** `mode`, `owner` and `group`, and the ones of Ansible's that rtprov refuses. */
export const attributeArgs = {
  mode: modeArg().optional(),
  owner: name().optional(),
  group: name().optional(),
  attributes: unsupported('Use a command with chattr(1).'),
  selevel: str().optional(),
  serole: str().optional(),
  setype: str().optional(),
  seuser: str().optional(),
  unsafe_writes: unsupported('Every write is atomic.', false),
};

export const attributeAliases = { attributes: ['attr'] };

export const attributeDocs = {
  mode: "The mode: octal in quotes ('0644') or symbolic ('u=rw,g=r,o='). Default: unchanged; for a new file 0666 without the bits of the umask.",
  owner: 'The owning user, by name. Default: unchanged; for a new file the user that the task runs as.',
  group: 'The owning group, by name. Default: unchanged; for a new file the primary group of that user.',
  attributes: 'Attributes as of chattr(1).',
  selevel:
    'The level of the SELinux label: ignored on hosts without SELinux, and refused on other hosts, because rtprov does not change labels.',
  serole:
    'The role of the SELinux label: ignored on hosts without SELinux, and refused on other hosts, because rtprov does not change labels.',
  setype:
    'The type of the SELinux label: ignored on hosts without SELinux, and refused on other hosts, because rtprov does not change labels.',
  seuser:
    'The user of the SELinux label: ignored on hosts without SELinux, and refused on other hosts, because rtprov does not change labels.',
  unsafe_writes: 'Writing in place; rtprov never does.',
};
