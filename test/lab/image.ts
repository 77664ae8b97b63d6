import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.js';
import { machineMirrors } from './mirrors.js';
import { cacheDir } from './names.js';
import { removeTree, unmountBelow } from './overlay.js';
import { pythonPackages, rpmPackages } from './packages.js';
import { finishRepo } from './repo.js';
import { buildLayer, buildRootfs, finishRootfs, imageInputs } from './rootfs.js';
import { rpmDistribution } from './rpm-packages.js';
import { allLabIds, readState } from './state.js';
import { ensureTools } from './tools.js';

/** A built image: what all hosts of the machine share, never written again. */
export interface Image {
  readonly dir: string;
  readonly rootfs: string;
  /** The layer of `--python` over `rootfs`. */
  readonly python: string;
  /** The layer of `--rpm`. */
  readonly rpm: string;
  readonly repo: string;
}

export function imageAt(dir: string): Image {
  return {
    dir,
    rootfs: join(dir, 'rootfs'),
    python: join(dir, 'python'),
    rpm: join(dir, 'rpm'),
    repo: join(dir, 'repo'),
  };
}

/** Named by its inputs: the lists of packages, the files laid into it and the code that builds the demo packages. */
function imageName(): string {
  const demo = readFileSync(fileURLToPath(new URL('demo-packages.ts', import.meta.url)));
  const hash = createHash('sha256')
    .update(imageInputs())
    .update(rpmDistribution)
    .update(demo)
    .update(machineMirrors().join('\n'));
  return `image-${hash.digest('hex').slice(0, 16)}`;
}

async function build(tmp: string): Promise<void> {
  const image = imageAt(tmp);
  await buildRootfs(image.rootfs, image.repo);
  await finishRepo(image.repo);
  await finishRootfs(image.rootfs, image.repo);
  await buildLayer(image.python, image.rootfs, image.repo, pythonPackages);
  await buildLayer(image.rpm, image.rootfs, image.repo, rpmPackages, rpmDistribution);
}

const building = 'building-';
const keepUnusedMs = 3 * 24 * 3600 * 1000;

/** Removes builds that were killed, and images that no lab has used for days. Called under the build's lock. */
async function clearCache(): Promise<void> {
  const inUse = new Set(allLabIds().map((id) => readState(id)?.imageDir));
  for (const name of readdirSync(cacheDir)) {
    const dir = join(cacheDir, name);
    const isOld = (): boolean => Date.now() - statSync(dir).mtimeMs > keepUnusedMs;
    const isGarbage = name.startsWith(building) || (name.startsWith('image-') && !inUse.has(dir) && isOld());
    if (!isGarbage) continue;
    await unmountBelow(dir);
    await removeTree(dir);
  }
}

/** The image for this clone, built under a lock when the cache has none; a build that was killed leaves nothing usable. */
export async function ensureImage(say: (line: string) => void): Promise<Image> {
  const dir = join(cacheDir, imageName());
  if (existsSync(dir)) {
    await ensureTools(say);
    // Its last use, by which unused ones are recognised.
    utimesSync(dir, new Date(), new Date());
    return imageAt(dir);
  }
  return withLock(join(cacheDir, 'build.lock'), async () => {
    if (existsSync(dir)) return imageAt(dir);
    await ensureTools(say);
    await clearCache();
    const tmp = join(cacheDir, `${building}${process.pid}`);
    mkdirSync(tmp, { recursive: true, mode: 0o755 });
    say(`building the root file system and the apt repository in ${cacheDir} (once, about two minutes)`);
    const begin = Date.now();
    try {
      await build(tmp);
      renameSync(tmp, dir);
    } catch (error) {
      await unmountBelow(tmp);
      await removeTree(tmp);
      throw error;
    }
    say(`built in ${Math.round((Date.now() - begin) / 1000)} s`);
    return imageAt(dir);
  });
}
