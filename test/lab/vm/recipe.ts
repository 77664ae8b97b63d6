import type { Boot, ImageKind } from './options.js';

/** Fixed, so that the ids of GRUB's menu entries can be written down. */
export const rootUuid = '3e6be9de-8139-11d1-9106-a43f08d823a6';

/** Large enough for a scenario that installs kernels; it is a sparse file. */
export const diskMb = 8192;

export interface Recipe {
  readonly boot: Boot;
  readonly kind: ImageKind;
}

const kernels: Readonly<Record<ImageKind, readonly string[]>> = {
  stock: ['linux-image-amd64'],
  rt: ['linux-image-amd64', 'linux-image-rt-amd64'],
};

const bootPackages: Readonly<Record<Boot, readonly string[]>> = {
  bios: [],
  uefi: ['grub-efi-amd64'],
  lvm: ['lvm2'],
};

const initramfsModules: readonly string[] = ['virtio_pci', 'virtio_blk', 'ext4', 'dm_mod'];

/** The device of the root file system as the machine sees it. */
export const rootDevice: Readonly<Record<Boot, string>> = {
  bios: '/dev/vda1',
  uefi: '/dev/vda2',
  lvm: '/dev/mapper/vg0-root',
};

function fstab(boot: Boot): string {
  const root = boot === 'lvm' ? rootDevice.lvm : `UUID=${rootUuid}`;
  return [
    `${root} / ext4 errors=remount-ro 0 1`,
    ...(boot === 'uefi' ? ['LABEL=EFI /boot/efi vfat umask=0077 0 1'] : []),
    // A boot must not depend on it.
    'LABEL=lab-repo /srv/lab-repo ext4 ro,nofail,x-systemd.device-timeout=600s 0 0',
    '',
  ].join('\n');
}

/** Files of the root file system: path and text; mode 0644. */
export function recipeFiles({ boot }: Recipe): readonly (readonly [path: string, text: string])[] {
  return [
    ['/etc/fstab', fstab(boot)],
    ['/etc/hostname', 'machine\n'],
    ['/etc/hosts', '127.0.0.1 localhost\n::1 localhost\n127.0.1.1 machine\n'],
    ['/etc/initramfs-tools/modules', `${initramfsModules.join('\n')}\n`],
    [
      '/etc/systemd/network/lab.network',
      // No DHCP: QEMU's server would be asked at each boot. No gateway: there is no way out.
      '[Match]\nType=ether\n\n[Network]\nAddress=10.0.2.15/24\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n',
    ],
  ];
}

/**
 * What runs in a chroot of a copy of the containers' root file system, before it is on a disk. The containers' stand-in of
 * grub-probe goes last: kernel packages call update-grub, and the disk is not there yet. That file is made again inside.
 */
export function chrootScript({ boot, kind }: Recipe): string {
  return `set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
apt-get update
apt-get install -y --no-install-recommends e2fsprogs ${bootPackages[boot].join(' ')} ${kernels[kind].join(' ')}
apt-get clean
systemctl enable systemd-networkd.service
systemctl unmask getty@tty1.service
# As the Debian installer leaves it, but for a short menu and a console that the serial log shows.
sed -i -e 's/^GRUB_TIMEOUT=.*/GRUB_TIMEOUT=1/' \\
  -e 's/^GRUB_CMDLINE_LINUX=.*/GRUB_CMDLINE_LINUX="console=tty0 console=ttyS0,115200"/' /etc/default/grub
${kind === 'rt' ? "sed -i 's/^GRUB_DEFAULT=.*/GRUB_DEFAULT=saved/' /etc/default/grub" : ''}
rm -f /usr/sbin/grub-probe /etc/machine-id /root/.bash_history
dpkg-divert --local --rename --remove /usr/sbin/grub-probe
# An empty one would make systemd think that this is a first boot, which sets up what no installed machine sets up again.
systemd-machine-id-setup
rm -f /boot/grub/grub.cfg
ssh-keygen -q -t ed25519 -N '' -C root@machine -f /etc/ssh/ssh_host_ed25519_key
mkdir -p /boot/efi
${boot === 'uefi' ? '' : "echo 'grub-pc grub-pc/install_devices multiselect /dev/vda' | debconf-set-selections\nrmdir /boot/efi"}
`;
}

// Without an entry in the firmware's variables: efibootmgr is not there. The firmware finds GRUB as it does on a removable disk.
const installOnEfi =
  'mountpoint /boot/efi; grub-install --target=x86_64-efi --efi-directory=/boot/efi --no-nvram --force-extra-removable';

/** What only a machine that runs can do: put GRUB on its disk and list its kernels. */
export function machineScript({ boot, kind }: Recipe): string {
  return `set -eu
${boot === 'uefi' ? installOnEfi : 'grub-install /dev/vda'}
update-grub
${
  kind === 'rt'
    ? `stock=$(sed -n "s/.*menuentry_id_option '\\(gnulinux-[0-9][^']*-[0-9]*-amd64-advanced-[^']*\\)'.*/\\1/p" /boot/grub/grub.cfg | grep -v -e -rt- -e -cloud-)
grub-set-default "gnulinux-advanced-${rootUuid}>$stock"`
    : ''
}
grub-editenv list
apt-cache policy >/dev/null
sync
`;
}

/** Everything that decides what an image holds, beside the containers' image that it is made from. */
export function recipeInputs(recipe: Recipe): string {
  return JSON.stringify([
    rootUuid,
    diskMb,
    recipe,
    recipeFiles(recipe),
    chrootScript(recipe),
    machineScript(recipe),
  ]);
}
