/**
 * What every host has from the start. No python: rtprov must not need it. The kernel and initramfs-tools are left to the
 * scenarios, which install them from the lab's repository.
 */
export const basePackages: readonly string[] = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'libpam-systemd',
  'udev',
  'kmod',
  'procps',
  'iproute2',
  'iputils-ping',
  'openssh-server',
  'sudo',
  'busybox',
  'less',
  'lz4',
  'grub-common',
  'grub2-common',
  'grub-pc-bin',
  'grub-pc',
];

/** What the second layer of `--python` adds: what Ansible and its apt module ask of a target. */
export const pythonPackages: readonly string[] = ['python3-minimal', 'python3-apt', 'python3'];

/** What the second layer of `--rpm` adds: the package managers of RHEL and SUSE as Debian has them, and what makes packages for them. */
export const rpmPackages: readonly string[] = ['dnf', 'zypper', 'rpm', 'createrepo-c', 'cpio'];

/**
 * What the lab's repository offers beside the base packages; each is fetched with all that it needs. A set is resolved
 * by itself, so that packages of two sets may exclude each other.
 */
export const offeredPackages: readonly (readonly string[])[] = [
  ['linux-image-rt-amd64'],
  // A second, small kernel: a host with two boot entries.
  ['linux-image-cloud-amd64'],
  // What virtual machines are built from: the kernel of an installed Debian (the cloud kernel has no driver for a hardware
  // watchdog), and the other ways to boot.
  ['linux-image-amd64'],
  ['grub-efi-amd64'],
  ['lvm2'],
  ['tuned'],
  ['rt-tests'],
  pythonPackages,
  rpmPackages,
  ['tree'],
  ['jq'],
  ['cron'],
  // Ships a service and conffiles, and replaces no package of the base.
  ['chrony'],
  ['irqbalance'],
  ['rsyslog', 'logrotate'],
  ['acl', 'attr', 'e2fsprogs'],
];
