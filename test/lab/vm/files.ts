import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VmImage } from './image.js';
import { knownHostsLine } from './ssh.js';
import type { VmState } from './state.js';

/** The files that a lab leaves for its users, in a folder that git ignores; the same names as a container lab's. */
export function vmLabFiles(filesDir: string) {
  const at = (name: string): string => join(filesDir, name);
  return {
    inventory: at('inventory.yaml'),
    knownHosts: at('known_hosts'),
    key: at('id_ed25519'),
    sshConfig: at('ssh_config'),
  } as const;
}

function inventory(state: VmState): string {
  const files = vmLabFiles(state.filesDir);
  const vars: readonly (readonly [string, string])[] = [
    ['ansible_user', 'root'],
    ['ansible_ssh_private_key_file', files.key],
    ['ansible_ssh_common_args', `-o UserKnownHostsFile=${files.knownHosts} -o StrictHostKeyChecking=yes`],
  ];
  const groups = state.groups.length === 0 ? ['lab'] : state.groups;
  return [
    'all:',
    '  vars:',
    ...vars.map(([name, value]) => `    ${name}: ${JSON.stringify(value)}`),
    '  hosts:',
    ...state.machines.flatMap(({ name, port }) => [
      `    ${name}:`,
      '      ansible_host: 127.0.0.1',
      `      ansible_port: ${port}`,
    ]),
    '  children:',
    ...groups.flatMap((group) => [
      `    ${group}:`,
      '      hosts:',
      ...state.machines.map(({ name }) => `        ${name}: {}`),
    ]),
    '',
  ].join('\n');
}

function sshConfig(state: VmState): string {
  const files = vmLabFiles(state.filesDir);
  return [
    ...state.machines.flatMap(({ name, port }) => [`Host ${name}`, '  HostName 127.0.0.1', `  Port ${port}`]),
    'Host *',
    '  User root',
    `  IdentityFile ${files.key}`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${files.knownHosts}`,
    '  GlobalKnownHostsFile /dev/null',
    '  StrictHostKeyChecking yes',
    '',
  ].join('\n');
}

/** Writes inventory, ssh_config, known_hosts and the key. */
export function writeVmLabFiles(state: VmState, image: VmImage): void {
  const files = vmLabFiles(state.filesDir);
  mkdirSync(state.filesDir, { recursive: true });
  for (const end of ['', '.pub']) copyFileSync(`${image.key}${end}`, `${files.key}${end}`);
  writeFileSync(
    files.knownHosts,
    state.machines.map(({ port }) => knownHostsLine(port, image.hostKey)).join(''),
  );
  writeFileSync(files.sshConfig, sshConfig(state));
  writeFileSync(files.inventory, inventory(state));
}
