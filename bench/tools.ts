/** The tools that are timed, as commands. Each gets what its users would give it: Ansible with pipelining and ControlPersist. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Tool {
  readonly name: string;
  /** The command line; it is started by a shell in `folder`. */
  command(playbook: string, inventory: string, hosts: readonly string[]): string;
}

function ansibleConfig(folder: string, name: string, more: string): string {
  const file = join(folder, `${name}.cfg`);
  writeFileSync(
    file,
    `[defaults]
forks = 50
gathering = explicit
host_key_checking = True
${more}
[ssh_connection]
pipelining = True
ssh_args = -o ControlMaster=auto -o ControlPersist=60s
control_path_dir = ${join(folder, 'cp')}
`,
  );
  return file;
}

export function tools(folder: string, rtprov: string): readonly Tool[] {
  const plain = ansibleConfig(folder, 'ansible', '');
  const mitogen = ansibleConfig(folder, 'mitogen', 'strategy = mitogen_linear\n');
  const limit = (hosts: readonly string[]): string => `--limit ${hosts.join(',')}`;
  return [
    {
      name: 'rtprov',
      command: (playbook, inventory, hosts) =>
        `node ${rtprov} run ${playbook} -i ${inventory} ${limit(hosts)}`,
    },
    {
      name: 'ansible',
      command: (playbook, inventory, hosts) =>
        `ANSIBLE_CONFIG=${plain} ansible-playbook ${playbook} -i ${inventory} ${limit(hosts)}`,
    },
    {
      name: 'mitogen',
      command: (playbook, inventory, hosts) =>
        `ANSIBLE_CONFIG=${mitogen} ansible-playbook ${playbook} -i ${inventory} ${limit(hosts)}`,
    },
  ];
}
