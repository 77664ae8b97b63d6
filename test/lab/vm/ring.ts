import type { MachineOptions } from './options.js';
import { defaultMachine } from './options.js';
import { ensureVmImage } from './image.js';
import { ensureSnapshot } from './warm.js';

/** A machine of many processors, for what depends on the topology. */
export const bigMachine: MachineOptions = {
  ...defaultMachine,
  cpus: 4,
  threads: 2,
  numaNodes: 2,
  watchdog: false,
};

/** The kinds of machines that the ring of virtual machines brings up. */
const ringMachines: readonly MachineOptions[] = [
  { ...defaultMachine, image: 'rt' },
  defaultMachine,
  bigMachine,
];

/** Builds the images and boots the snapshots that the ring goes on from, so that its tests find all of them in the cache. */
export async function buildForRing(say: (line: string) => void): Promise<void> {
  for (const options of ringMachines) {
    const image = await ensureVmImage({ boot: options.boot, kind: options.image }, say);
    await ensureSnapshot(image, options, say);
  }
}
