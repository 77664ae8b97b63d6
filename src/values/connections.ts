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

/** What `become_method` and `ansible_become_method` may be: names of sudo, the only way that rtprov has. */
export const BECOME_METHODS: ReadonlySet<string> = new Set([
  'sudo',
  'ansible.builtin.sudo',
  'ansible.legacy.sudo',
]);
