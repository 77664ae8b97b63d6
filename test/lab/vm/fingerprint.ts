import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Fingerprint } from '../fingerprint.js';
import { absent, describe, fileAttributes, xattrs } from '../fingerprint-files.js';
import { type Live, readLive, readPackages } from '../fingerprint-system.js';
import { withLock } from '../lock.js';
import { unmountBelow } from '../overlay.js';
import { run } from '../process.js';
import { efiExtent, rootOffset } from './disk.js';
import type { VmImage } from './image.js';
import type { VmHost } from './machine.js';
import type { MachineNames } from './names.js';

/** A path's description, and by what to tell without reading it that it was not written since. */
type Listing = Readonly<Record<string, readonly [text: string, stamp: string]>>;

/** Inode and change time are the file system's own; no program in the guest can set them back. */
function stampOf(file: string): string {
  const { ino, size, ctimeMs, mtimeMs, mode, uid, gid } = lstatSync(file);
  return [ino, size, ctimeMs, mtimeMs, mode, uid, gid].join(':');
}

/** Lists a whole root file system. What has the stamp that `base` has of it is not read again. */
async function list(root: string, base: Listing): Promise<Listing> {
  const [attributes, flags] = await Promise.all([xattrs(root, ['-R', root]), fileAttributes(root)]);
  const found: Record<string, readonly [string, string]> = {};
  const walk = (dir: string): void => {
    for (const entry of readdirSync(join(root, dir), { withFileTypes: true })) {
      const path = `${dir}/${entry.name}`;
      const file = join(root, path);
      const stamp = stampOf(file);
      const known = base[path];
      const [xattr, flag] = [attributes.get(path), flags.get(path)];
      const more = (xattr === undefined ? '' : ` ${xattr}`) + (flag === undefined ? '' : ` chattr=${flag}`);
      found[path] = known?.[1] === stamp ? known : [describe(file, lstatSync(file)) + more, stamp];
      if (entry.isDirectory()) walk(path);
    }
  };
  walk('');
  return found;
}

/** Mounts a raw disk's root file system, read-only, while `look` runs. */
async function mounted<T>(
  disk: string,
  image: VmImage,
  point: string,
  isClean: boolean,
  look: () => Promise<T>,
): Promise<T> {
  await unmountBelow(point);
  mkdirSync(point, { recursive: true });
  const offset = String(rootOffset(image.recipe.boot));
  // A mount that is read-only on a device that is not: the journal of a disk that is in use is played back into our copy.
  const access = isClean ? ['--read-only'] : [];
  const device = (await run('losetup', ['-f', '--show', ...access, '-o', offset, disk])).trim();
  try {
    await run('mount', ['-t', 'ext4', '-o', isClean ? 'ro,noload' : 'ro', device, point]);
  } finally {
    // Takes effect when it is unmounted, whoever does that.
    await run('losetup', ['-d', device]);
  }
  try {
    return await look();
  } finally {
    await unmountBelow(point);
  }
}

/** The image's own files, listed once and kept beside it. */
async function baseListing(image: VmImage): Promise<Listing> {
  const file = join(image.dir, 'files.json');
  if (!existsSync(file)) {
    await withLock(join(image.dir, 'files.lock'), async () => {
      if (existsSync(file)) return;
      const point = join(image.dir, 'view');
      const listing = await mounted(image.disk, image, point, true, () => list(point, {}));
      writeFileSync(`${file}.tmp`, JSON.stringify(listing));
      renameSync(`${file}.tmp`, file);
    });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Listing;
}

/** The EFI partition as a whole: the machine's kernel need not know its file system. */
function efiFiles(image: VmImage, disk: string): Record<string, string> {
  if (image.recipe.boot !== 'uefi') return {};
  const bytes = Buffer.alloc(efiExtent.size);
  const file = openSync(disk, 'r');
  readSync(file, bytes, 0, bytes.length, efiExtent.offset);
  closeSync(file);
  return { '/boot/efi': `partition ${createHash('sha256').update(bytes).digest('hex')}` };
}

/** By what a machine's disk differs from its image, and dpkg's records, from a raw copy of the disk. */
async function lookAtDisk(
  image: VmImage,
  names: MachineNames,
): Promise<Pick<Fingerprint, 'files' | 'packages'>> {
  const base = await baseListing(image);
  return mounted(names.viewDisk, image, names.viewDir, false, async () => {
    const now = await list(names.viewDir, base);
    const files: Record<string, string> = {};
    for (const path of Object.keys(base)) if (now[path] === undefined) files[path] = absent;
    for (const [path, [text]] of Object.entries(now)) if (text !== base[path]?.[0]) files[path] = text;
    Object.assign(files, efiFiles(image, names.viewDisk));
    return { files, packages: readPackages(names.viewDir) };
  });
}

/** All of a machine's are its own. `sysctl -a` would mount binfmt_misc by looking into it. */
const listSysctls =
  'cd /proc/sys && find . -path ./fs/binfmt_misc -prune -o -type f -perm /444 -printf "%P\\n" | xargs sysctl -e';

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Without one bit of kernel.tainted, which is not a setting: there the kernel notes that an emulated processor stood still on a busy
 * machine (TAINT_SOFTLOCKUP, Documentation/admin-guide/tainted-kernels.rst).
 */
function withoutLockups(live: Live): Live {
  const { 'kernel.tainted': tainted, ...others } = live.sysctls;
  if (tainted === undefined) return live;
  return { ...live, sysctls: { ...others, 'kernel.tainted': String(Number(tainted) & ~(1 << 14)) } };
}

/**
 * A whole machine from outside, as the containers' fingerprint is. Hashing under emulation would take minutes: the guest
 * writes out what it holds, pauses while its disk is copied, and goes on; the copy is read here.
 */
export async function vmFingerprint(machine: VmHost): Promise<Fingerprint> {
  const { image, names } = machine;
  const isOn = machine.isRunning();
  const inside = (argv: readonly string[]) => machine.ssh(argv.map(quote).join(' '));
  const live = isOn ? withoutLockups(await readLive(inside, listSysctls)) : { units: {}, sysctls: {} };
  if (isOn) await machine.must('sync');
  try {
    await machine.paused(() =>
      run('qemu-img', [
        'convert',
        '-U',
        '-O',
        'raw',
        '-t',
        'unsafe',
        '-T',
        'unsafe',
        names.disk,
        names.viewDisk,
      ]),
    );
    return { ...(await lookAtDisk(image, names)), ...live };
  } finally {
    rmSync(names.viewDisk, { force: true });
  }
}
