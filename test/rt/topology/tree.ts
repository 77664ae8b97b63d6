/** Trees of sysfs and procfs as the kernel would show a machine, for tests that change one thing in them. */
import { formatCpuList, type CpuSet } from '../../../src/rt/cpus/cpu-list.js';
import { formatCpuMask } from '../../../src/rt/cpus/cpu-mask.js';

export interface Shape {
  readonly packages: number;
  readonly cores: number;
  readonly threads: number;
  /** Siblings lie beside each other (0,1), or the second threads come after all first ones (0,16). */
  readonly siblings: 'near' | 'far';
}

const cpuFolder = '/sys/devices/system/cpu';

export const nodeFolder = '/sys/devices/system/node';

/** The CPUs of each core, by package. */
export function coresOf({ packages, cores, threads, siblings }: Shape): readonly (readonly CpuSet[])[] {
  const all = packages * cores;
  const thread = (core: number, index: number): number =>
    siblings === 'near' ? core * threads + index : core + index * all;
  return Array.from({ length: packages }, (_, pack) =>
    Array.from({ length: cores }, (_unused, core) =>
      Array.from({ length: threads }, (_none, index) => thread(pack * cores + core, index)).sort(
        (a, b) => a - b,
      ),
    ),
  );
}

/** One node and one L3 for each package, 8 GiB a node. Texts may be changed afterwards. */
export function tree(shape: Shape): Map<string, string> {
  const packages = coresOf(shape);
  const last = shape.packages * shape.cores * shape.threads - 1;
  const range = `${formatCpuList(Array.from({ length: last + 1 }, (_, cpu) => cpu))}\n`;
  const files = new Map<string, string>();
  for (const name of ['possible', 'present', 'online']) files.set(`${cpuFolder}/${name}`, range);
  const put = (folder: string, texts: Readonly<Record<string, string | number>>): void => {
    for (const [name, text] of Object.entries(texts)) files.set(`${folder}/${name}`, `${text}\n`);
  };
  packages.forEach((cores, pack) => {
    const own = cores.flat().sort((a, b) => a - b);
    put(`${nodeFolder}/node${pack}`, {
      cpulist: formatCpuList(own),
      cpumap: formatCpuMask(own, { lastCpu: last }),
      distance: packages.map((_, other) => (other === pack ? 10 : 20)).join(' '),
      meminfo: `Node ${pack} MemTotal:       8388608 kB\nNode ${pack} MemFree:        1 kB`,
      'hugepages/hugepages-2048kB/nr_hugepages': 4,
      'hugepages/hugepages-2048kB/free_hugepages': 3,
    });
    cores.forEach((cpus, core) => {
      for (const cpu of cpus) {
        const folder = `${cpuFolder}/cpu${cpu}`;
        const mask = (set: CpuSet): string => formatCpuMask(set, { lastCpu: last });
        put(`${folder}/topology`, {
          core_cpus_list: formatCpuList(cpus),
          core_cpus: mask(cpus),
          thread_siblings_list: formatCpuList(cpus),
          thread_siblings: mask(cpus),
          core_id: core,
          physical_package_id: pack,
        });
        const shared = { ways_of_associativity: 16, type: 'Unified' };
        put(`${folder}/cache/index2`, {
          ...shared,
          level: 2,
          size: '1024K',
          shared_cpu_list: formatCpuList(cpus),
          shared_cpu_map: mask(cpus),
        });
        put(`${folder}/cache/index3`, {
          ...shared,
          level: 3,
          size: '11264K',
          id: pack,
          shared_cpu_list: formatCpuList(own),
          shared_cpu_map: mask(own),
        });
      }
    });
  });
  const ids = formatCpuList(packages.map((_, pack) => pack));
  for (const name of ['online', 'has_cpu', 'has_memory', 'has_normal_memory'])
    files.set(`${nodeFolder}/${name}`, `${ids}\n`);
  return files;
}

/** Removes all files whose path matches. */
export function without(files: Map<string, string>, pattern: RegExp): Map<string, string> {
  for (const path of [...files.keys()]) if (pattern.test(path)) files.delete(path);
  return files;
}

/** Removes what an offline CPU does not show, and says that it is offline. */
export function takeOffline(files: Map<string, string>, cpu: number, online: string): Map<string, string> {
  without(files, new RegExp(`/cpu${cpu}/(topology|cache)/`));
  return files.set(`${cpuFolder}/cpu${cpu}/online`, '0\n').set(`${cpuFolder}/online`, `${online}\n`);
}
