/**
 * NUMA nodes. Sources: Documentation/ABI/stable/sysfs-devices-node, Documentation/mm/memory-model.rst (node states) and
 * mm/mm_init.c (N_NORMAL_MEMORY is without movable memory, N_MEMORY with it).
 */
import { cpuSet, formatCpuList, intersectCpus, type CpuSet } from '../cpus/cpu-list.js';
import { highestNode, type MachineFiles } from './files.js';
import type { NumaNode, PagePool } from './model.js';

const nodeFolder = '/sys/devices/system/node';

/** Lists of node ids have the form of CPU lists. Blank is as good as missing: there is always a node with memory. */
function nodeList(files: MachineFiles, name: string): CpuSet | undefined {
  const ids = files.list(`${nodeFolder}/${name}`, highestNode);
  return ids === undefined || ids.length === 0 ? undefined : ids;
}

/** Bytes of `MemTotal: N kB`, in a node's meminfo after `Node 0`. 0: no memory. */
function memTotal(files: MachineFiles, path: string): number {
  const [, kib] = /^(?:Node \d+ )?MemTotal:\s+(\d{1,15}) kB/m.exec(files.text(path) ?? '') ?? [];
  return kib === undefined ? 0 : Number(kib) * 1024;
}

/** Page pools below a folder, ascending by size of a page. */
function pools(files: MachineFiles, folder: string): readonly PagePool[] {
  return files
    .children(folder)
    .flatMap((name) => {
      const [, kib] = /^hugepages-([1-9]\d{0,11})kB$/.exec(name) ?? [];
      const total = files.number(`${folder}/${name}/nr_hugepages`);
      if (kib === undefined || total === undefined) return [];
      files.source('hugePages', `${folder.replace(/node\d+/, 'node*')}/hugepages-*kB`);
      const free = files.number(`${folder}/${name}/free_hugepages`) ?? 0;
      return [{ pageBytes: Number(kib) * 1024, total, free }];
    })
    .sort((a, b) => a.pageBytes - b.pageBytes);
}

/**
 * The row is indexed by the sorted online ids, which may have gaps: the third number is the distance to the third online node.
 * A row of another length says nothing.
 */
function distancesOf(files: MachineFiles, id: number, online: CpuSet): ReadonlyMap<number, number> {
  const path = `${nodeFolder}/node${id}/distance`;
  const text = files.text(path);
  if (text === undefined || text === '') return new Map();
  const row = text.split(/\s+/);
  if (row.length !== online.length || row.some((word) => !/^\d{1,6}$/.test(word))) {
    files.note(
      'DISTANCE_ROW',
      path,
      `${row.length} distances for ${online.length} online nodes (${formatCpuList(online)}); they are not used`,
    );
    return new Map();
  }
  files.source('distances', `${nodeFolder}/node*/distance`);
  return new Map(online.map((other, index) => [other, Number(row[index])]));
}

/**
 * Nodes whose memory is movable or persistent. Known only where both lists are there and name online nodes alone: kernels before
 * 3.9 have no `has_memory`, and a list that names other nodes is not about this machine.
 */
function withoutNormalMemory(files: MachineFiles, online: CpuSet): ReadonlySet<number> {
  const memory = nodeList(files, 'has_memory');
  const normal = nodeList(files, 'has_normal_memory');
  if (memory === undefined || normal === undefined) return new Set();
  const isOnline = (id: number): boolean => online.includes(id);
  if (!memory.every(isOnline) || !normal.every(isOnline)) return new Set();
  files.source('normalMemory', `${nodeFolder}/has_normal_memory`);
  return new Set(memory.filter((id) => !normal.includes(id)));
}

function readNode(
  files: MachineFiles,
  id: number,
  known: { readonly online: CpuSet; readonly cpus: CpuSet; readonly special: ReadonlySet<number> },
): NumaNode {
  const folder = `${nodeFolder}/node${id}`;
  // From the node's own folder alone: links from CPUs to nodes go stale, and some trees have them wrong.
  const listed = files.firstSet(folder, ['cpulist', 'cpumap']);
  if (listed !== undefined) files.source('nodes', `${nodeFolder}/node*/${listed.file}`);
  const memoryBytes = memTotal(files, `${folder}/meminfo`);
  if (memoryBytes > 0) files.source('memory', `${nodeFolder}/node*/meminfo`);
  return {
    id,
    cpus: intersectCpus(listed?.cpus ?? [], known.cpus),
    memoryBytes,
    normalMemory: memoryBytes > 0 && !known.special.has(id),
    distances: distancesOf(files, id, known.online),
    hugePages: pools(files, `${folder}/hugepages`),
  };
}

/** A kernel without NUMA support has no node folders: the machine is one node. */
function wholeMachine(files: MachineFiles, cpus: CpuSet): NumaNode {
  const memoryBytes = memTotal(files, '/proc/meminfo');
  files.source('nodes', '/proc/meminfo');
  files.source('memory', '/proc/meminfo');
  return {
    id: 0,
    cpus,
    memoryBytes,
    normalMemory: memoryBytes > 0,
    distances: new Map([[0, 10]]),
    hugePages: pools(files, '/sys/kernel/mm/hugepages'),
  };
}

function sumOfPools(nodes: readonly NumaNode[]): readonly PagePool[] {
  const sums = new Map<number, PagePool>();
  for (const { pageBytes, total, free } of nodes.flatMap(({ hugePages }) => hugePages)) {
    const sum = sums.get(pageBytes);
    sums.set(pageBytes, { pageBytes, total: total + (sum?.total ?? 0), free: free + (sum?.free ?? 0) });
  }
  return [...sums.values()].sort((a, b) => a.pageBytes - b.pageBytes);
}

/** The whole machine as one node, under its lowest id, since the firmware says which CPUs are where and contradicts itself. */
function united(nodes: readonly NumaNode[], cpus: CpuSet): NumaNode {
  const usable = nodes.filter(({ normalMemory }) => normalMemory);
  const id = nodes[0]?.id ?? 0;
  return {
    id,
    cpus,
    memoryBytes: usable.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
    normalMemory: usable.length > 0,
    distances: new Map([[id, 10]]),
    hugePages: sumOfPools(nodes),
  };
}

function listedTwice(nodes: readonly NumaNode[]): CpuSet {
  const seen = new Set<number>();
  const twice: number[] = [];
  for (const cpu of nodes.flatMap(({ cpus }) => cpus)) {
    if (seen.has(cpu)) twice.push(cpu);
    seen.add(cpu);
  }
  return cpuSet(twice);
}

/** Online nodes, ascending by id. `cpus` are the online CPUs. */
export function readNodes(files: MachineFiles, cpus: CpuSet): readonly NumaNode[] {
  const folders = files.numbered(nodeFolder, 'node', highestNode);
  if (folders.length === 0) return [wholeMachine(files, cpus)];
  const online = nodeList(files, 'online') ?? folders;
  const special = withoutNormalMemory(files, online);
  const ids = intersectCpus(folders, online);
  const nodes = (ids.length > 0 ? ids : folders).map((id) => readNode(files, id, { online, cpus, special }));
  const twice = listedTwice(nodes);
  if (twice.length > 0) {
    files.note(
      'CPU_IN_SEVERAL_NODES',
      nodeFolder,
      `the CPUs ${formatCpuList(twice)} are listed in several nodes; the host is treated as one node`,
    );
    return [united(nodes, cpus)];
  }
  const listed = new Set(nodes.flatMap((node) => node.cpus));
  const withoutParent = cpus.filter((cpu) => !listed.has(cpu));
  if (withoutParent.length > 0) {
    files.note(
      'CPU_WITHOUT_NODE',
      nodeFolder,
      `no node lists the CPUs ${formatCpuList(withoutParent)}; they host no guest`,
    );
  }
  return nodes;
}
