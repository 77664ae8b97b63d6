/** Caches and who shares them. Source: Documentation/ABI/testing/sysfs-devices-system-cpu, "cache". */
import { formatCpuList, intersectCpus, unionCpus, type CpuSet } from '../cpus/cpu-list.js';
import { cpuFolder } from './cpu-sets.js';
import type { MachineFiles } from './files.js';
import { groupOverlapping } from './groups.js';
import type { Cache } from './model.js';

/** More indexes than any processor has: L1d, L1i, L2, L3 and L4. */
const highestIndex = 15;

const units: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** `11264K` in bytes; undefined where it is not a size. */
function sizeOf(text: string | undefined): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,12})([KMG]?)$/.exec(text ?? '') ?? [];
  return digits === undefined ? undefined : Number(digits) * (units[unit] ?? 1);
}

const isType = (text: string | undefined): text is Cache['type'] =>
  text === 'Data' || text === 'Instruction' || text === 'Unified';

/** One index folder as one CPU sees it. */
function readIndex(files: MachineFiles, cpu: number, index: number, online: CpuSet): Cache | undefined {
  const folder = `${cpuFolder}/cpu${cpu}/cache/index${index}`;
  const level = files.number(`${folder}/level`);
  const type = files.text(`${folder}/type`);
  if (level === undefined || level < 1 || !isType(type)) return undefined;
  const shared = files.firstSet(folder, ['shared_cpu_list', 'shared_cpu_map']);
  files.source('caches', `${cpuFolder}/cpu*/cache/index*`);
  const id = files.number(`${folder}/id`);
  const ways = files.number(`${folder}/ways_of_associativity`);
  return {
    level,
    type,
    sizeBytes: sizeOf(files.text(`${folder}/size`)) ?? 0,
    cpus: unionCpus(intersectCpus(shared?.cpus ?? [], online), [cpu]),
    ...(id === undefined || id < 0 ? {} : { id }),
    ...(ways === undefined || ways < 1 ? {} : { ways }),
  };
}

const order: Readonly<Record<Cache['type'], number>> = { Data: 0, Instruction: 1, Unified: 2 };

/** Caches of one level and type; those whose CPUs overlap are one, with the figures that its lowest CPU shows. */
function joined(files: MachineFiles, seen: readonly Cache[]): readonly Cache[] {
  const { groups, merged } = groupOverlapping(seen.map(({ cpus }) => cpus));
  const byFirst = new Map<number, Cache>();
  for (const cache of seen) {
    const [first = 0] = cache.cpus;
    if (!byFirst.has(first)) byFirst.set(first, cache);
  }
  return groups.flatMap((cpus) => {
    const [first = 0] = cpus;
    const cache = byFirst.get(first);
    if (cache === undefined) return [];
    if (merged.has(first)) {
      files.note(
        'CACHES_DIFFER',
        `${cpuFolder}/cpu${first}/cache`,
        `the CPUs ${formatCpuList(cpus)} name different sharers of their L${cache.level}; they are taken as one cache`,
      );
    }
    return [{ ...cache, cpus }];
  });
}

/** Ascending by level, then by type and lowest CPU. */
export function readCaches(files: MachineFiles, online: CpuSet): readonly Cache[] {
  const kinds = new Map<string, Cache[]>();
  for (const cpu of online) {
    for (const index of files.numbered(`${cpuFolder}/cpu${cpu}/cache`, 'index', highestIndex)) {
      const cache = readIndex(files, cpu, index, online);
      if (cache === undefined) continue;
      const key = `${cache.level} ${order[cache.type]}`;
      const kind = kinds.get(key);
      if (kind === undefined) kinds.set(key, [cache]);
      else kind.push(cache);
    }
  }
  return [...kinds.values()].sort(([a], [b]) => compare(a, b)).flatMap((seen) => joined(files, seen));
}

function compare(a: Cache | undefined, b: Cache | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return a.level - b.level || order[a.type] - order[b.type];
}
