import { mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../process.js';
import { inChroot } from '../rootfs.js';
import type { Boot } from './options.js';
import { diskMb, rootUuid } from './recipe.js';

const mib = 1024 * 1024;

/** In MiB from the disk's begin, as fdisk and the Debian installer align partitions. */
const efiPartition = { start: 1, size: 64 } as const;

/** The same in bytes. */
export const efiExtent = { offset: efiPartition.start * mib, size: efiPartition.size * mib } as const;

/** Where the root file system begins on the disk, in bytes: the machine's loop devices do not know partitions. */
export function rootOffset(boot: Boot): number {
  switch (boot) {
    case 'bios':
      return mib;
    case 'uefi':
      return (efiPartition.start + efiPartition.size) * mib;
    case 'lvm':
      // Behind the partition's begin and LVM's own first MiB.
      return 2 * mib;
  }
}

function partitions(boot: Boot): string {
  const { start, size } = efiPartition;
  switch (boot) {
    case 'bios':
      return 'label: dos\nlabel-id: 0x5a1f0c3e\nstart=1MiB, type=83, bootable\n';
    case 'lvm':
      return 'label: dos\nlabel-id: 0x5a1f0c3e\nstart=1MiB, type=8e, bootable\n';
    case 'uefi':
      return `label: gpt\nstart=${start}MiB, size=${size}MiB, type=uefi\nstart=${start + size}MiB, type=linux\n`;
  }
}

function emptyFile(file: string, bytes: number): void {
  writeFileSync(file, '');
  truncateSync(file, bytes);
}

/** Whole MiB of the root file system: up to the end of the disk, without GPT's second copy. */
function rootMb(boot: Boot): number {
  return diskMb - rootOffset(boot) / mib - 4;
}

/**
 * Makes the volume group with the tools of the image's own root file system. lvcreate would ask
 * the machine's kernel for a device mapper, which it may not have: the one volume is written into the group's saved
 * metadata instead. It is in one piece after LVM's own data, where mkfs then writes to.
 */
async function makeVolumeGroup(disk: string, rootDir: string, repoDir: string): Promise<void> {
  const partition = ['-o', String(mib), '--sizelimit', String((diskMb - 1) * mib)];
  const device = (await run('losetup', ['-f', '--show', ...partition, disk])).trim();
  const config = `--config 'activation{udev_sync=0 udev_rules=0} devices{scan="/dev" filter=["a|${device}$|","r|.*|"]}'`;
  try {
    await inChroot(
      rootDir,
      repoDir,
      `set -eu
pvcreate -q ${config} --dataalignment 1m ${device}
vgcreate -q ${config} vg0 ${device}
vgcfgbackup -q ${config} -f /run/vg0 vg0
extents=$(sed -n 's/.*pe_count = \\([0-9]*\\).*/\\1/p' /run/vg0)
# Up to the last closing bracket, which is the group's.
last=$(grep -n '^}' /run/vg0 | tail -n 1 | cut -d: -f1)
head -n "$((last - 1))" /run/vg0 > /run/vg1
mv /run/vg1 /run/vg0
cat >> /run/vg0 << EOF
logical_volumes {
root {
id = "Rtprov-Root-Root-Root-Root-Root-rtprov"
status = ["READ", "WRITE", "VISIBLE"]
flags = []
segment_count = 1
segment1 {
start_extent = 0
extent_count = $extents
type = "striped"
stripe_count = 1
stripes = ["pv0", 0]
}
}
}
}
EOF
vgcfgrestore -q ${config} -f /run/vg0 vg0
rm -rf /run/vg0 /etc/lvm/devices/system.devices /run/lvm /run/lock/lvm`,
    );
  } finally {
    await run('losetup', ['-d', device]);
  }
}

/** A disk with a partition table and the root file system on it; nothing is mounted for it. */
export async function makeDisk(disk: string, rootDir: string, repoDir: string, boot: Boot): Promise<void> {
  mkdirSync(dirname(disk), { recursive: true });
  emptyFile(disk, diskMb * mib);
  await run('sfdisk', ['-q', disk], { input: partitions(boot) });
  if (boot === 'lvm') await makeVolumeGroup(disk, rootDir, repoDir);
  const { start, size } = efiPartition;
  const sectors = String(start * 2048);
  if (boot === 'uefi')
    await run('mkfs.vfat', ['-F', '16', '-n', 'EFI', '--offset', sectors, disk, String(size * 1024)]);
  await run('mkfs.ext4', [
    ...['-q', '-F', '-U', rootUuid, '-L', 'root', '-d', rootDir],
    // A sparse file reads as zeros: neither mkfs nor the guest's kernel has to write them.
    ...['-E', `offset=${rootOffset(boot)},lazy_itable_init=0,assume_storage_prezeroed=1,nodiscard`],
    ...[disk, `${rootMb(boot)}M`],
  ]);
}

/** The lab's apt repository as a disk that is never written. */
export async function makeRepoDisk(disk: string, repoDir: string): Promise<void> {
  const megabytes = Math.ceil((Number((await run('du', ['-sk', repoDir])).split('\t')[0]) / 1024) * 1.1 + 16);
  emptyFile(disk, megabytes * mib);
  await run('mkfs.ext4', [
    '-q',
    '-F',
    '-L',
    'lab-repo',
    '-O',
    '^has_journal',
    '-m',
    '0',
    '-d',
    repoDir,
    disk,
  ]);
}

/** The newest kernel of a root file system that is not a flavour of its own, with its initramfs. */
export function stockKernel(rootDir: string): { readonly kernel: string; readonly initrd: string } {
  const version = readdirSync(join(rootDir, 'boot'))
    .map((name) => /^vmlinuz-([0-9.]+-[0-9]+-amd64)$/.exec(name)?.[1])
    .filter((found) => found !== undefined)
    .sort()
    .at(-1);
  if (version === undefined) throw new Error('the image holds no kernel');
  return {
    kernel: join(rootDir, 'boot', `vmlinuz-${version}`),
    initrd: join(rootDir, 'boot', `initrd.img-${version}`),
  };
}
