import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostPublicKey } from './container.js';
import { gatewayAddress, hostAddress, hostNames, opspwSudoPassword, proxyPort } from './names.js';
import { run } from './process.js';
import type { Endpoint } from './proxy-protocol.js';
import type { HostState, LabState } from './state.js';

/** The files that a lab leaves for its users, in a folder that git ignores. */
export function labFiles(state: LabState) {
  const at = (name: string): string => join(state.filesDir, name);
  return {
    inventory: at('inventory.yaml'),
    knownHosts: at('known_hosts'),
    key: at('id_ed25519'),
    sshConfig: at('ssh_config'),
  } as const;
}

/** Where a client reaches a host's sshd: its proxy when the lab has one. */
export function endpoint(state: LabState, host: HostState): Endpoint {
  return state.proxy
    ? { address: gatewayAddress(state.subnet), port: proxyPort(host.index) }
    : { address: hostAddress(state.subnet, host.index), port: 22 };
}

/** The lab's key pair, made at the first call; returns the public half's line. */
export async function ensureKey(state: LabState): Promise<string> {
  const { key } = labFiles(state);
  mkdirSync(state.filesDir, { recursive: true });
  if (!existsSync(key))
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'rtprov-lab', '-f', key]);
  return readFileSync(`${key}.pub`, 'utf8');
}

function inventory(state: LabState): string {
  const files = labFiles(state);
  const vars: readonly (readonly [string, string | boolean])[] = [
    ['ansible_user', state.user],
    ['ansible_ssh_private_key_file', files.key],
    ['ansible_ssh_common_args', `-o UserKnownHostsFile=${files.knownHosts} -o StrictHostKeyChecking=yes`],
    ...(state.user === 'root' ? [] : [['ansible_become', true] as const]),
    ...(state.user === 'opspw' ? [['ansible_become_password', opspwSudoPassword] as const] : []),
    ...(state.layer === 'python' ? [['ansible_python_interpreter', '/usr/bin/python3'] as const] : []),
  ];
  const hosts = state.hosts.flatMap((host) => {
    const { address, port } = endpoint(state, host);
    return [`        ${host.name}:`, `          ansible_host: ${address}`, `          ansible_port: ${port}`];
  });
  const [first = 'lab', ...others] = state.groups;
  return [
    'all:',
    '  vars:',
    ...vars.map(([name, value]) => `    ${name}: ${JSON.stringify(value)}`),
    '  children:',
    `    ${first}:`,
    ...(hosts.length === 0 ? ['      hosts: {}'] : ['      hosts:', ...hosts]),
    ...others.flatMap((group) => [
      `    ${group}:`,
      '      hosts:',
      ...state.hosts.map((host) => `        ${host.name}: {}`),
    ]),
    '',
  ].join('\n');
}

function sshConfig(state: LabState): string {
  const files = labFiles(state);
  const hosts = state.hosts.flatMap((host) => {
    const { address, port } = endpoint(state, host);
    return [`Host ${host.name}`, `  HostName ${address}`, `  Port ${port}`];
  });
  return [
    ...hosts,
    'Host *',
    `  User ${state.user}`,
    `  IdentityFile ${files.key}`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${files.knownHosts}`,
    '  GlobalKnownHostsFile /dev/null',
    '  StrictHostKeyChecking yes',
    '',
  ].join('\n');
}

/** Both names of each host: its own address and its proxy's, so that a test may go past the proxy. */
function knownHosts(state: LabState): string {
  return state.hosts
    .map((host) => {
      const key = hostPublicKey(hostNames(state.id, host.name, host.index));
      const direct = hostAddress(state.subnet, host.index);
      const proxied = `[${gatewayAddress(state.subnet)}]:${proxyPort(host.index)}`;
      return `${direct},${proxied} ${key}\n`;
    })
    .join('');
}

/** Writes inventory, ssh_config and known_hosts for the hosts that the lab has now. */
export function writeLabFiles(state: LabState): void {
  const files = labFiles(state);
  writeFileSync(files.knownHosts, knownHosts(state));
  writeFileSync(files.sshConfig, sshConfig(state));
  writeFileSync(files.inventory, inventory(state));
}
