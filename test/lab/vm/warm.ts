import { existsSync, mkdirSync, readdirSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../lock.js';
import { removeTree } from '../overlay.js';
import type { VmImage } from './image.js';
import { VmHost } from './machine.js';
import { machineNames } from './names.js';
import { type MachineOptions, optionsKey } from './options.js';
import { freePort } from './ports.js';
import { endQemu, qemusBelow, qemuVersion } from './qemu.js';
import { migrateToFile, qmp } from './qmp.js';
import { knownHostsLine } from './ssh.js';
import { usedVmImages } from './state.js';

/** A machine that had booted and settled, to go on from: its memory and devices, and the disk that belongs to them. */
export interface Snapshot {
  readonly dir: string;
  readonly disk: string;
  readonly state: string;
  readonly efiVars: string;
}

export function snapshotAt(dir: string): Snapshot {
  return { dir, disk: join(dir, 'disk.qcow2'), state: join(dir, 'state'), efiVars: join(dir, 'efivars.fd') };
}

/** Lets go of memory that a booted machine does not need, so that the file is small. */
const settle = `systemctl is-system-running --wait || :
journalctl --flush --rotate >/dev/null 2>&1 || :
sleep 3
sync
echo 3 > /proc/sys/vm/drop_caches`;

async function make(image: VmImage, options: MachineOptions, tmp: string, final: string): Promise<void> {
  const port = await freePort();
  const knownHostsPath = join(tmp, 'known_hosts');
  writeFileSync(knownHostsPath, knownHostsLine(port, image.hostKey));
  const machine = new VmHost(
    'machine',
    tmp,
    options,
    image,
    { port, keyPath: image.key, knownHostsPath },
    undefined,
  );
  const snapshot = snapshotAt(tmp);
  try {
    await machine.prepare();
    await machine.powerOn();
    // CI does this beside other work.
    await machine.waitBooted(900_000);
    await machine.must(settle);
    const names = machineNames(tmp);
    await qmp(names.qmp, 'stop');
    await migrateToFile(names.qmp, snapshot.state);
    await qmp(names.qmp, 'quit').catch(() => undefined);
  } finally {
    await machine.powerCut();
  }
  renameSync(tmp, final);
}

const keepUnusedMs = 3 * 24 * 3600 * 1000;

/** Removes snapshots that were not used for days, as another QEMU leaves them. */
async function clearUnused(image: VmImage): Promise<void> {
  const inUse = usedVmImages();
  for (const name of readdirSync(image.dir).filter((entry) => /^booted-[0-9a-f]+$/.test(entry))) {
    const dir = join(image.dir, name);
    if (!inUse.has(dir) && Date.now() - statSync(dir).mtimeMs > keepUnusedMs) await removeTree(dir);
  }
}

/** The snapshot for machines of these options, made under a lock when the cache has none. */
export async function ensureSnapshot(
  image: VmImage,
  options: MachineOptions,
  say: (line: string) => void,
): Promise<Snapshot> {
  const key = optionsKey(options, [await qemuVersion()]);
  const dir = join(image.dir, `booted-${key}`);
  return withLock(join(image.dir, `booted-${key}.lock`), async () => {
    if (!existsSync(dir)) {
      const tmp = join(image.dir, `booting-${key}`);
      for (const qemu of qemusBelow(tmp)) await endQemu(qemu);
      await removeTree(tmp);
      mkdirSync(tmp);
      await clearUnused(image);
      say(`booting a machine of this kind for the first time, and saving it for later ones`);
      const begin = Date.now();
      await make(image, options, tmp, dir);
      const size = Math.round(statSync(snapshotAt(dir).state).size / 1024 ** 2);
      say(`booted and saved (${size} MiB) in ${Math.round((Date.now() - begin) / 1000)} s`);
    }
    utimesSync(dir, new Date(), new Date());
    return snapshotAt(dir);
  });
}
