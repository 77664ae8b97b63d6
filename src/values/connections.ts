/** What `connection` and `ansible_connection` may be, and which way each means. */
export const CONNECTIONS: Readonly<Record<string, 'ssh' | 'local'>> = {
  ssh: 'ssh',
  smart: 'ssh',
  paramiko: 'ssh',
  paramiko_ssh: 'ssh',
  'ansible.builtin.ssh': 'ssh',
  'ansible.netcommon.libssh': 'ssh',
  local: 'local',
  'ansible.builtin.local': 'local',
};
