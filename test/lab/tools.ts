import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './process.js';

/** A command that the lab calls on the machine, and the Debian package that has it. */
type Tool = readonly [command: string, pkg: string];

const containerTools: readonly Tool[] = [
  ['mmdebstrap', 'mmdebstrap'],
  ['systemd-nspawn', 'systemd-container'],
  ['ip', 'iproute2'],
  ['ssh', 'openssh-client'],
  ['ssh-keygen', 'openssh-client'],
  ['dpkg-deb', 'dpkg'],
  ['apt-ftparchive', 'apt-utils'],
  ['nsenter', 'util-linux'],
  ['flock', 'util-linux'],
  ['getfattr', 'attr'],
  ['lsattr', 'e2fsprogs'],
];

/** What virtual machines need beside. */
export const vmTools: readonly Tool[] = [
  ['qemu-system-x86_64', 'qemu-system-x86'],
  ['qemu-img', 'qemu-utils'],
  ['sfdisk', 'fdisk'],
  ['mkfs.ext4', 'e2fsprogs'],
  ['mkfs.vfat', 'dosfstools'],
  ['/usr/share/OVMF/OVMF_CODE_4M.fd', 'ovmf'],
];

function isInstalled(command: string): boolean {
  // A file that is read, not a command.
  if (command.startsWith('/')) return existsSync(command);
  return [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'].some((dir) => {
    try {
      accessSync(join(dir, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Installs what the lab needs and the machine lacks, so that a fresh Debian needs no step before it. */
export async function ensureTools(
  say: (line: string) => void,
  tools: readonly Tool[] = containerTools,
): Promise<void> {
  const missing = [...new Set(tools.filter(([command]) => !isInstalled(command)).map(([, pkg]) => pkg))];
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0)
    throw new Error('the lab makes containers and virtual machines and needs root');
  say(`installing on this machine: ${missing.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const lock = ['-o', 'DPkg::Lock::Timeout=600'];
  await run('apt-get', ['update', ...lock], { env });
  await run('apt-get', ['install', '-y', '--no-install-recommends', ...lock, ...missing], { env });
}
