import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ensureImage, type Image } from '../image.js';
import { withLock } from '../lock.js';
import { cacheDir } from '../names.js';
import { removeTree, unmountBelow } from '../overlay.js';
import { run } from '../process.js';
import { inChroot } from '../rootfs.js';
import { ensureTools, vmTools } from '../tools.js';
import { makeDisk, makeRepoDisk, stockKernel } from './disk.js';
import { machineNames } from './names.js';
import { defaultMachine } from './options.js';
import { freePort } from './ports.js';
import { endQemu, killQemu, makeOverlay, type Parts, qemuOf, qemusBelow, startQemu } from './qemu.js';
import { chrootScript, machineScript, type Recipe, recipeFiles, recipeInputs, rootDevice } from './recipe.js';
import { knownHostsLine, sshMust, waitSsh } from './ssh.js';
import { waitFor } from '../process.js';
import { usedVmImages } from './state.js';

/** What all machines of one kind start from; never written again. */
export interface VmImage {
  readonly dir: string;
  readonly recipe: Recipe;
  /** The whole disk, raw and sparse. */
  readonly disk: string;
  readonly efiVars: string;
  readonly parts: Parts;
  /** The key that logs in to each machine of this image as root, ops and opspw. */
  readonly key: string;
  /** 'ssh-ed25519 AAAA...' of each machine of this image. */
  readonly hostKey: string;
}

const ovmf = { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', vars: '/usr/share/OVMF/OVMF_VARS_4M.fd' } as const;

export function imageAt(dir: string, recipe: Recipe): VmImage {
  return {
    dir,
    recipe,
    disk: join(dir, 'disk.raw'),
    efiVars: join(dir, 'efivars.fd'),
    parts: { repoDisk: join(dir, 'repo.img'), efiCode: ovmf.code },
    key: join(dir, 'id_ed25519'),
    get hostKey() {
      return readFileSync(join(dir, 'host-key.pub'), 'utf8').trim();
    },
  };
}

async function buildTree(base: Image, rootDir: string, image: VmImage): Promise<void> {
  const { recipe } = image;
  await run('cp', ['-a', `${base.rootfs}/.`, rootDir]);
  for (const [path, text] of recipeFiles(recipe)) {
    mkdirSync(dirname(join(rootDir, path)), { recursive: true });
    writeFileSync(join(rootDir, path), text, { mode: 0o644 });
  }
  await inChroot(rootDir, base.repo, chrootScript(recipe));
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'rtprov-lab', '-f', image.key]);
  for (const [home, id] of [
    ['root', 0],
    ['home/ops', 1000],
    ['home/opspw', 1001],
  ] as const) {
    const dir = join(rootDir, home, '.ssh');
    mkdirSync(dir, { recursive: true });
    copyFileSync(`${image.key}.pub`, join(dir, 'authorized_keys'));
    chmodSync(dir, 0o700);
    chmodSync(join(dir, 'authorized_keys'), 0o600);
    await run('chown', ['-R', `${id}:${id}`, dir]);
  }
  const line = readFileSync(join(rootDir, 'etc/ssh/ssh_host_ed25519_key.pub'), 'utf8');
  writeFileSync(join(image.dir, 'host-key.pub'), `${line.split(' ').slice(0, 2).join(' ')}\n`);
}

/** Boots the new disk once, past its missing boot loader, and lets the machine put that on it. */
async function finishInside(image: VmImage, rootDir: string): Promise<void> {
  const { recipe } = image;
  const options = { ...defaultMachine, boot: recipe.boot, watchdog: false };
  const names = machineNames(join(image.dir, 'first-boot'));
  mkdirSync(names.dir, { recursive: true });
  if (recipe.boot === 'uefi') copyFileSync(ovmf.vars, names.efiVars);
  await makeOverlay(image.disk, 'raw', names.disk);
  const port = await freePort();
  const knownHostsPath = join(names.dir, 'known_hosts');
  writeFileSync(knownHostsPath, knownHostsLine(port, image.hostKey));
  const access = { port, keyPath: image.key, knownHostsPath };
  const { kernel, initrd } = stockKernel(rootDir);
  const append = `root=${rootDevice[recipe.boot]} ro console=ttyS0,115200 quiet`;
  try {
    await startQemu(names, options, image.parts, {
      port,
      more: ['-kernel', kernel, '-initrd', initrd, '-append', append],
    });
    // CI builds images beside other work.
    await waitSsh(access, 900_000, () => qemuOf(names) !== undefined);
    await sshMust(access, 'systemctl is-system-running --wait || :');
    await sshMust(access, machineScript(recipe));
    await sshMust(access, 'systemctl poweroff || :');
    await waitFor('turning the new machine off', 600_000, () =>
      qemuOf(names) === undefined ? true : undefined,
    );
    await run('qemu-img', ['commit', '-q', names.disk]);
    if (recipe.boot === 'uefi') copyFileSync(names.efiVars, image.efiVars);
  } catch (error) {
    const tail = existsSync(names.serial) ? readFileSync(names.serial, 'utf8').slice(-2000) : '';
    throw new Error(`the new machine's first boot: ${String(error)}\n${tail}`, { cause: error });
  } finally {
    await killQemu(names);
  }
  rmSync(names.dir, { recursive: true });
}

async function build(base: Image, tmp: string, recipe: Recipe): Promise<void> {
  const image = imageAt(tmp, recipe);
  const rootDir = join(tmp, 'rootfs');
  mkdirSync(rootDir);
  await buildTree(base, rootDir, image);
  await makeRepoDisk(image.parts.repoDisk, base.repo);
  await makeDisk(image.disk, rootDir, base.repo, recipe.boot);
  await finishInside(image, rootDir);
  await removeTree(rootDir);
}

const prefix = 'vm-';
const building = 'vmbuilding-';
const keepUnusedMs = 3 * 24 * 3600 * 1000;

/** Removes builds that were killed, and images that no lab has used for days. Called under the build's lock. */
async function clearCache(): Promise<void> {
  const inUse = usedVmImages();
  for (const name of readdirSync(cacheDir)) {
    const dir = join(cacheDir, name);
    const isOld = (): boolean => Date.now() - statSync(dir).mtimeMs > keepUnusedMs;
    const isGarbage = name.startsWith(building) || (name.startsWith(prefix) && !inUse.has(dir) && isOld());
    if (!isGarbage || !statSync(dir).isDirectory()) continue;
    for (const qemu of qemusBelow(dir)) await endQemu(qemu);
    await unmountBelow(dir);
    await removeTree(dir);
  }
}

/** The image for this clone, built under a lock when the cache has none; a build that was killed leaves nothing usable. */
export async function ensureVmImage(recipe: Recipe, say: (line: string) => void): Promise<VmImage> {
  const base = await ensureImage(say);
  await ensureTools(say, vmTools);
  const hash = createHash('sha256').update(basename(base.dir)).update(recipeInputs(recipe)).digest('hex');
  const dir = join(cacheDir, `${prefix}${recipe.boot}-${recipe.kind}-${hash.slice(0, 12)}`);
  return withLock(join(cacheDir, 'vm-build.lock'), async () => {
    if (existsSync(dir)) {
      utimesSync(dir, new Date(), new Date());
      return imageAt(dir, recipe);
    }
    await clearCache();
    const tmp = join(cacheDir, `${building}${process.pid}`);
    mkdirSync(tmp, { recursive: true, mode: 0o700 });
    say(`building the ${recipe.boot} image '${recipe.kind}' in ${cacheDir} (once, about four minutes)`);
    const begin = Date.now();
    try {
      await build(base, tmp, recipe);
      renameSync(tmp, dir);
    } catch (error) {
      await unmountBelow(tmp);
      await removeTree(tmp);
      throw error;
    }
    say(`built in ${Math.round((Date.now() - begin) / 1000)} s`);
    return imageAt(dir, recipe);
  });
}
