import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { machineMirrors, suite } from './mirrors.js';
import { opspwLoginPassword, opspwSudoPassword, repoMountPoint } from './names.js';
import { basePackages, offeredPackages, pythonPackages, rpmPackages } from './packages.js';
import { run } from './process.js';

/**
 * grub-probe asks which device carries /; below an overlay there is none, and update-grub would fail. This is in
 * front of the real one and, where that has no answer, describes a disk as a plain Debian installation has it: GPT, one
 * ext4 file system on /dev/vda1. All else of GRUB (grub-mkconfig, /etc/grub.d, grub-reboot, grubenv) is real.
 */
const grubProbe = `#!/bin/sh
# Lab stand-in for hosts without a disk: answers for an ext4 on /dev/vda1 where the real grub-probe cannot.
if out=$(/usr/sbin/grub-probe.real "$@" 2>/dev/null); then printf '%s\\n' "$out"; exit 0; fi
target=
while [ $# -gt 0 ]; do
  case $1 in
    --target=*) target=\${1#--target=} ;;
    -t | --target) shift; target=$1 ;;
  esac
  shift
done
case $target in
  device) echo /dev/vda1 ;;
  disk) echo /dev/vda ;;
  fs) echo ext2 ;;
  fs_uuid) echo 3e6be9de-8139-11d1-9106-a43f08d823a6 ;;
  partuuid) echo 5a1f0c3e-01 ;;
  drive) echo '(hd0,gpt1)' ;;
  partmap) echo gpt ;;
  bios_hints | baremetal_hints | efi_hints | arc_hints | ieee1275_hints | compatibility_hint) echo hd0,gpt1 ;;
  hints_string) echo '--hint-bios=hd0,gpt1 --hint-efi=hd0,gpt1 --hint-baremetal=ahci0,gpt1' ;;
  fs_label | abstraction | cryptodisk_uuid | msdos_parttype | gpt_parttype | zero_check) ;;
  *) echo "grub-probe: error: unknown target $target." >&2; exit 1 ;;
esac
`;

/** Files of the image beside its packages: path, mode, text. */
const imageFiles: readonly (readonly [path: string, mode: number, text: string])[] = [
  ['/etc/apt/sources.list', 0o644, `deb [trusted=yes] file://${repoMountPoint} ./\n`],
  ['/etc/apt/apt.conf.d/99lab', 0o644, 'Acquire::Languages "none";\n'],
  // No name server: a host has no way out, and a look-up must fail at once.
  ['/etc/resolv.conf', 0o644, ''],
  // A container boots no initramfs: made as small and as quickly as its tools allow, once they are installed.
  ['/etc/initramfs-tools/conf.d/lab', 0o644, 'MODULES=list\nCOMPRESS=lz4\nFSTYPE=ext4\nRESUME=none\n'],
  [
    '/etc/ssh/sshd_config.d/lab.conf',
    0o644,
    [
      'PermitRootLogin prohibit-password',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'Match User opspw',
      '    PasswordAuthentication yes',
      '    KbdInteractiveAuthentication yes',
      '',
    ].join('\n'),
  ],
  [
    '/etc/sudoers.d/lab',
    0o440,
    // `rootpw`: sudo's password is another than the login's, so that a mix-up is found.
    ['ops ALL=(ALL:ALL) NOPASSWD: ALL', 'Defaults:opspw rootpw', 'opspw ALL=(ALL:ALL) ALL', ''].join('\n'),
  ],
  ['/usr/sbin/grub-probe', 0o755, grubProbe],
  // systemd takes an empty file for "make one at first boot"; each host is given its own before that.
  ['/etc/machine-id', 0o444, ''],
  ['/etc/fstab', 0o644, '# The root of a lab host is an overlay.\n'],
];

const customize = `set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
useradd -m -s /bin/bash ops
useradd -m -s /bin/bash opspw
printf '%s\\n' 'opspw:${opspwLoginPassword}' 'root:${opspwSudoPassword}' | chpasswd
rm -f /etc/ssh/ssh_host_* /var/lib/dbus/machine-id
ln -s /etc/machine-id /var/lib/dbus/machine-id
rm -rf /etc/apt/sources.list.d/* /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
# What would change a host by itself while a test looks at it, or hold apt's lock.
systemctl mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \\
  systemd-tmpfiles-clean.timer console-getty.service getty@tty1.service
mkdir -p /var/log/journal
mkdir -p ${repoMountPoint}
`;

// After the stand-in is in place and the repository is bound.
const finish = `set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
grub-editenv /boot/grub/grubenv create
# As a login on a host has it, without a locale: grub-mkconfig writes what it finds in the environment.
env -u LC_ALL -u LC_MESSAGES -u LANG -u LANGUAGE update-grub
apt-get update
# Builds apt's binary caches, so that a host does not do it at its first call.
apt-cache policy >/dev/null
apt-get -s install rtprov-demo-a >/dev/null
! command -v python3
`;

/** Everything that decides what the image holds; its hash names the image in the cache. */
export function imageInputs(): string {
  return JSON.stringify([
    suite,
    basePackages,
    pythonPackages,
    rpmPackages,
    offeredPackages,
    imageFiles,
    customize,
    finish,
  ]);
}

/** Runs a script in a root file system with the kernel's file systems and the repository bound, and always unbinds. */
export async function inChroot(rootDir: string, repoDir: string, script: string): Promise<string> {
  // A mount namespace of its own: the binds end with the process, whatever happens to it.
  const outer = `set -eu
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mkdir -p "$1${repoMountPoint}"
mount --bind -o ro "$2" "$1${repoMountPoint}"
exec chroot "$1" /bin/sh -s
`;
  return run(
    'unshare',
    ['--mount', '--propagation', 'private', 'sh', '-c', outer, 'sh', rootDir, repoDir],
    // Services must not be started in a chroot that has no init.
    { input: `${script}\n`, env: { SYSTEMD_OFFLINE: '1', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } },
  );
}

/**
 * Builds the root file system, and fills the repository's folder with what apt would fetch for each offered set on top of
 * it, and with the base's own packages (so that a removed one can be installed again).
 */
export async function buildRootfs(rootDir: string, repoDir: string): Promise<void> {
  mkdirSync(repoDir, { recursive: true });
  const hook = [
    'set -eu',
    `find "$1/var/cache/apt/archives" -maxdepth 1 -name '*.deb' -exec cp -t '${repoDir}' {} +`,
    ...offeredPackages.map(
      (set) =>
        `APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get install -q -y --download-only --no-install-recommends -o Dir::Cache::archives='${repoDir}' -o APT::Sandbox::User=root ${set.join(' ')}`,
    ),
  ].join('\n');
  const hookFile = join(dirname(rootDir), 'download-hook.sh');
  writeFileSync(hookFile, `#!/bin/sh\n${hook}\n`, { mode: 0o755 });
  await run('mmdebstrap', [
    '--variant=minbase',
    '--mode=root',
    '--aptopt=Acquire::Languages "none"',
    // Stays in the image: a host is thrown away, and fsync is most of the time of a kernel's package.
    '--dpkgopt=force-unsafe-io',
    // Keeps the downloaded packages until the hook has copied them.
    '--skip=download/empty,essential/unlink',
    `--include=${basePackages.join(',')}`,
    `--customize-hook=${hookFile}`,
    suite,
    rootDir,
    ...machineMirrors(),
  ]);
  rmSync(hookFile);
  await run('chroot', [rootDir, '/bin/sh', '-c', customize], { env: { SYSTEMD_OFFLINE: '1' } });
  await run('chroot', [
    rootDir,
    'dpkg-divert',
    '--local',
    '--rename',
    '--divert',
    '/usr/sbin/grub-probe.real',
    '--add',
    '/usr/sbin/grub-probe',
  ]);
  for (const [path, mode, text] of imageFiles) {
    const file = join(rootDir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode });
    chmodSync(file, mode);
  }
}

export async function finishRootfs(rootDir: string, repoDir: string): Promise<void> {
  await inChroot(rootDir, repoDir, finish);
}

/** Installs packages into a layer of its own over the root file system, and runs a script there. */
export async function buildLayer(
  layerDir: string,
  rootDir: string,
  repoDir: string,
  packages: readonly string[],
  script = '',
): Promise<void> {
  const merged = `${layerDir}-merged`;
  const work = `${layerDir}-work`;
  for (const dir of [layerDir, merged, work]) mkdirSync(dir, { recursive: true });
  await run('mount', [
    '-t',
    'overlay',
    'overlay',
    '-o',
    `lowerdir=${rootDir},upperdir=${layerDir},workdir=${work},redirect_dir=off,metacopy=off,index=off`,
    merged,
  ]);
  try {
    await inChroot(
      merged,
      repoDir,
      `set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
apt-get install -y --no-install-recommends ${packages.join(' ')}
${script}`,
    );
  } finally {
    await run('umount', [merged]);
    await run('rm', ['-rf', work, merged]);
  }
}
