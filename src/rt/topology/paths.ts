/** Which files of a machine a topology is read from. Everything else in a tree is skipped. */
import { pciFolder } from './devices.js';

const wanted: readonly RegExp[] = [
  /^\/sys\/devices\/system\/cpu\/(?:possible|present|online|offline|isolated|nohz_full|smt\/(?:control|active))$/,
  /^\/sys\/devices\/system\/cpu\/cpu\d+\/(?:online|cpu_capacity)$/,
  /^\/sys\/devices\/system\/cpu\/cpu\d+\/topology\/(?:core_cpus|core_cpus_list|thread_siblings|thread_siblings_list|core_id|cluster_id|die_id|physical_package_id)$/,
  /^\/sys\/devices\/system\/cpu\/cpu\d+\/cache\/index\d+\/(?:level|type|size|shared_cpu_list|shared_cpu_map|ways_of_associativity|id)$/,
  /^\/sys\/devices\/cpu_(?:core|atom)\/cpus$/,
  /^\/sys\/devices\/system\/node\/(?:online|has_cpu|has_memory|has_normal_memory)$/,
  /^\/sys\/devices\/system\/node\/node\d+\/(?:cpulist|cpumap|distance|meminfo)$/,
  /^\/sys\/devices\/system\/node\/node\d+\/hugepages\/hugepages-\d+kB\/(?:nr|free)_hugepages$/,
  /^\/sys\/kernel\/mm\/hugepages\/hugepages-\d+kB\/(?:nr|free)_hugepages$/,
  /^\/sys\/bus\/pci\/devices\/[^/]+\/(?:class|numa_node|msi_irqs\/\d+)$/,
  /^\/sys\/fs\/resctrl\/(?:[^/]+\/)?(?:schemata|cpus_list)$/,
  /^\/sys\/fs\/resctrl\/info\/[^/]+\/(?:cbm_mask|min_cbm_bits|num_closids|shareable_bits|bit_usage|sparse_masks)$/,
  /^\/proc\/(?:cpuinfo|meminfo|mounts|interrupts)$/,
  /^\/proc\/irq\/\d+\/(?:smp_affinity_list|effective_affinity_list)$/,
];

/** Where to begin for who walks over a tree. */
export const topologyFolders: readonly string[] = [
  '/sys/devices/system/cpu',
  '/sys/devices/system/node',
  '/sys/devices/cpu_core',
  '/sys/devices/cpu_atom',
  '/sys/kernel/mm/hugepages',
  pciFolder,
  '/sys/fs/resctrl',
  '/proc',
];

/** Folders below those that hold wanted files, or folders which do. */
const below: readonly RegExp[] = [
  /^\/sys\/devices\/system\/cpu\/(?:smt|cpu\d+(?:\/(?:topology|cache(?:\/index\d+)?))?)$/,
  /^\/sys\/devices\/system\/node\/node\d+(?:\/hugepages(?:\/hugepages-\d+kB)?)?$/,
  /^\/sys\/kernel\/mm\/hugepages\/hugepages-\d+kB$/,
  /^\/sys\/bus\/pci\/devices\/[^/]+(?:\/msi_irqs)?$/,
  /^\/sys\/fs\/resctrl\/(?:[^/]+|info\/[^/]+)$/,
  /^\/proc\/irq(?:\/\d+)?$/,
];

/** Whether somebody who walks over a tree goes into a folder below those of `topologyFolders`. */
export function isTopologyFolder(folder: string): boolean {
  return below.some((pattern) => pattern.test(folder));
}

/** Folders that say something by being there: `parseTopology` wants them as paths with empty text. */
export function isNamedFolder(folder: string): boolean {
  return /^\/sys\/devices\/system\/(?:cpu\/cpu|node\/node)\d+$/.test(folder);
}

/**
 * The path under which `parseTopology` looks for a file, or undefined where it is none of its. Devices are found at their place
 * below /sys/devices too, because an archive has /sys/bus/pci/devices as links.
 */
export function topologyPath(path: string): string | undefined {
  const [, device] =
    /^\/sys\/devices\/pci[^/]+\/(?:[^/]+\/)*([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]\/(?:class|numa_node|msi_irqs\/\d+))$/.exec(
      path,
    ) ?? [];
  if (device !== undefined) return `${pciFolder}/${device}`;
  return wanted.some((pattern) => pattern.test(path)) ? path : undefined;
}
