/** The words of a drawing, the same in the terminal and in SVG. */
import { formatCpuList } from '../../cpus/cpu-list.js';
import type { Topology } from '../../topology/model.js';
import { counted, sizeText } from '../diagnostics.js';
import { formatSize } from '../inputs/size.js';
import { smallPage } from '../memory/huge-pages.js';
import type { PartitionPlan, PlacedGuest } from '../model.js';
import type { DrawnGroup, LegendLine } from './layout.js';

/** `2 packages, 2 NUMA nodes, 16 cores, 32 CPUs, 92.9 GiB`. */
export function machineLine(topology: Topology): string {
  const packages = new Set(topology.cores.map((core) => core.package)).size;
  const memory = topology.nodes.reduce((sum, node) => sum + node.memoryBytes, 0);
  return [
    counted(packages, 'package'),
    counted(topology.nodes.length, 'NUMA node'),
    counted(topology.cores.length, 'core'),
    counted(topology.online.length, 'CPU'),
    ...(memory === 0 ? [] : [sizeText(memory)]),
  ].join(', ');
}

/** `package 0, node 0, 45.7 GiB`. */
export function nodeLine({ package: label, node }: DrawnGroup): string {
  const memory = node === undefined || node.memoryBytes === 0 ? [] : [sizeText(node.memoryBytes)];
  return [
    // The kernel gives -1 where the firmware does not say.
    label < 0 ? 'package not known' : `package ${label}`,
    ...(node === undefined ? ['no NUMA node'] : [`node ${node.id}`, ...memory]),
  ].join(', ');
}

/** `L3 0, 11 MiB`; empty where the kernel does not say which cache it is, without the size where it gives none. */
export function cacheLine({ cache }: DrawnGroup): string {
  if (cache === undefined) return '';
  const id = cache.id === undefined ? '' : ` ${cache.id}`;
  const size = cache.sizeBytes === 0 ? '' : `, ${formatSize(cache.sizeBytes)}`;
  return `L${cache.level}${id}${size}`;
}

/** `6 caches L3 of 4 MiB` for caches of one level and size; of one, as `cacheLine`. */
export function cachesLine(groups: readonly DrawnGroup[]): string {
  const [first] = groups;
  if (first?.cache === undefined) return '';
  if (groups.length === 1) return cacheLine(first);
  const { level, sizeBytes } = first.cache;
  return `${groups.length} caches L${level}${sizeBytes === 0 ? '' : ` of ${formatSize(sizeBytes)}`}`;
}

function guestWords(guest: PlacedGuest): string {
  const shared = guest.vcpus.filter((vcpu) => vcpu.shared);
  const own = guest.vcpus.filter((vcpu) => !vcpu.shared);
  const numbers = (vcpus: typeof own): string => formatCpuList(vcpus.map(({ vcpu }) => vcpu));
  const huge = `in ${counted(guest.pages ?? 0, 'page')} of ${formatSize(guest.pageBytes)}`;
  const pages = guest.pageBytes > smallPage ? huge : 'without huge pages';
  return [
    ...(own.length === 0
      ? []
      : [
          `vCPU ${numbers(own)} on CPU ${formatCpuList(own.flatMap(({ cpus }) => cpus).sort((a, b) => a - b))}`,
        ]),
    ...(shared.length === 0
      ? []
      : [`vCPU ${numbers(shared)} shared on ${formatCpuList(shared[0]?.cpus ?? [])}`]),
    `emulator on ${formatCpuList(guest.emulator)}`,
    ...(guest.memoryBytes === undefined
      ? []
      : [`${formatSize(guest.memoryBytes)} ${pages}`, `node ${formatCpuList(guest.memoryNodes)}`]),
  ].join('; ');
}

/** What is beside a mark. */
export function legendWords({ role, owner, cpus }: LegendLine, plan: PartitionPlan): string {
  const list = formatCpuList(cpus);
  switch (role) {
    case 'housekeeping':
      return `housekeeping: CPU ${list}`;
    case 'vcpu': {
      const guest = plan.guests.find(({ name }) => name === owner);
      return `guest ${owner ?? ''}: ${guest === undefined ? list : guestWords(guest)}`;
    }
    case 'reserved': {
      const use = plan.reservations.find(({ name }) => name === owner)?.for ?? '';
      return `reserved for ${use} ${owner ?? ''}: CPU ${list}`;
    }
    case 'foreign':
      return `domain ${owner ?? ''}, not in the inventory: CPU ${list}`;
    case 'idle':
      return `idle thread of a core that is taken: CPU ${list}`;
    case 'free':
      return `isolated, free: CPU ${list}`;
    case 'uncovered':
      return `in no list: CPU ${list}`;
    case 'nosmt':
      return `off once the machine has booted with nosmt: CPU ${list}`;
  }
}
