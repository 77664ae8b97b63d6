/** From the files of sysfs and procfs to what the machine is made of. */
import { readCaches } from './caches.js';
import { readCores } from './cores.js';
import { readCpuSets } from './cpu-sets.js';
import { readDevices, readInterrupts } from './devices.js';
import { MachineFiles } from './files.js';
import type { TopologyState } from '../../resources/topology/state.js';
import type { Topology } from './model.js';
import { readNodes } from './nodes.js';
import { readRdtFlags, readResctrl } from './resctrl.js';

/**
 * Reads texts by their absolute paths (`/sys/devices/system/cpu/online`), those that `topologyPath` knows; a folder that is called cpuN or
 * nodeN may stand among them with empty text, to say that it is there. What is missing is absent from the result, and what
 * contradicts itself leaves a note. Throws RtprovError NO_TOPOLOGY where the files name no CPU.
 */
export function parseTopology(texts: ReadonlyMap<string, string>): Topology {
  const files = new MachineFiles(texts);
  const sets = readCpuSets(files);
  const nodes = readNodes(files, sets.online);
  const resctrl = readResctrl(files);
  const parts = {
    ...sets,
    cores: readCores(files, sets.online, nodes),
    caches: readCaches(files, sets.online),
    nodes,
    devices: readDevices(
      files,
      nodes.map(({ id }) => id),
    ),
    interrupts: readInterrupts(files),
    rdtFlags: readRdtFlags(files),
    ...(resctrl === undefined ? {} : { resctrl }),
  };
  return { ...parts, notes: files.notes, sources: files.sources };
}

/** What the kind `topology` read of a host. Throws RtprovError NO_TOPOLOGY. */
export function topologyOf({ files }: TopologyState): Topology {
  return parseTopology(new Map(Object.entries(files)));
}
