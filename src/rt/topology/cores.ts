/** Cores with their threads, packages and classes. Source: Documentation/admin-guide/cputopology.rst. */
import { formatCpuList, intersectCpus, unionCpus, type CpuSet } from '../cpus/cpu-list.js';
import { cpuFolder } from './cpu-sets.js';
import type { MachineFiles } from './files.js';
import { groupOverlapping } from './groups.js';
import type { Core, NumaNode } from './model.js';

/** The first of these that is there counts; kernels before 5.3 have the `thread_` names only. */
const siblingFiles = ['core_cpus_list', 'core_cpus', 'thread_siblings_list', 'thread_siblings'] as const;

/** `die_id` and `cluster_id` say -1, on x86 0xffff (BAD_APICID), where there is no such level. */
const noSuchLevel: ReadonlySet<number> = new Set([0xffff]);

interface Sibling {
  readonly cpu: number;
  readonly cpus?: CpuSet;
}

const topologyOf = (cpu: number): string => `${cpuFolder}/cpu${cpu}/topology`;

/** The label of a CPU's package; -1, which some firmware gives too, where there is none. */
function packageOf(files: MachineFiles, cpu: number): number {
  const label = files.number(`${topologyOf(cpu)}/physical_package_id`);
  if (label !== undefined) files.source('package', `${cpuFolder}/cpu*/topology/physical_package_id`);
  return label ?? -1;
}

function siblingsOf(files: MachineFiles, cpu: number, online: CpuSet): Sibling {
  const found = files.firstSet(topologyOf(cpu), siblingFiles);
  if (found === undefined) return { cpu };
  files.source('siblings', `${cpuFolder}/cpu*/topology/${found.file}`);
  return { cpu, cpus: unionCpus(intersectCpus(found.cpus, online), [cpu]) };
}

/** CPUs without sibling files are on one core if their `core_id` is the same within the package (and the die). */
function byCoreId(files: MachineFiles, cpus: CpuSet): readonly CpuSet[] {
  const sets = new Map<string, number[]>();
  for (const cpu of cpus) {
    const core = files.number(`${topologyOf(cpu)}/core_id`);
    if (core !== undefined) files.source('siblings', `${cpuFolder}/cpu*/topology/core_id`);
    const die = files.number(`${topologyOf(cpu)}/die_id`);
    const key = core === undefined ? `cpu ${cpu}` : `${packageOf(files, cpu)} ${die ?? ''} ${core}`;
    const set = sets.get(key);
    if (set === undefined) sets.set(key, [cpu]);
    else set.push(cpu);
  }
  return [...sets.values()];
}

function coreSets(files: MachineFiles, online: CpuSet): readonly CpuSet[] {
  const listed: CpuSet[] = [];
  const unlisted: number[] = [];
  for (const cpu of online) {
    const { cpus } = siblingsOf(files, cpu, online);
    if (cpus === undefined) unlisted.push(cpu);
    else listed.push(cpus);
  }
  const { groups, merged } = groupOverlapping([...listed, ...byCoreId(files, unlisted)]);
  for (const cpus of groups) {
    const [first = 0] = cpus;
    if (!merged.has(first)) continue;
    files.note(
      'SIBLINGS_DIFFER',
      topologyOf(first),
      `the CPUs ${formatCpuList(cpus)} name different siblings; they are taken as one core`,
    );
  }
  return groups;
}

/** Lists of the processor's performance monitors, which name the classes of a hybrid x86 (Documentation/admin-guide/perf/..., hybrid PMUs). */
function pmuClasses(files: MachineFiles): ReadonlyMap<number, 'core' | 'atom'> {
  const classes = new Map<number, 'core' | 'atom'>();
  for (const name of ['core', 'atom'] as const) {
    const path = `/sys/devices/cpu_${name}/cpus`;
    const cpus = files.list(path) ?? [];
    if (cpus.length > 0) files.source('pmu', '/sys/devices/cpu_{core,atom}/cpus');
    for (const cpu of cpus) if (!classes.has(cpu)) classes.set(cpu, name);
  }
  return classes;
}

function level(files: MachineFiles, cpu: number, name: 'die' | 'cluster'): number | undefined {
  const id = files.number(`${topologyOf(cpu)}/${name}_id`);
  if (id === undefined || id < 0 || noSuchLevel.has(id)) return undefined;
  files.source(name, `${cpuFolder}/cpu*/topology/${name}_id`);
  return id;
}

function capacityOf(files: MachineFiles, cpu: number): number | undefined {
  const capacity = files.number(`${cpuFolder}/cpu${cpu}/cpu_capacity`);
  if (capacity === undefined || capacity <= 0) return undefined;
  files.source('capacity', `${cpuFolder}/cpu*/cpu_capacity`);
  return capacity;
}

function nodeOfCore(
  files: MachineFiles,
  cpus: CpuSet,
  nodeOf: ReadonlyMap<number, number>,
): number | undefined {
  const nodes = [...new Set(cpus.flatMap((cpu) => nodeOf.get(cpu) ?? []))];
  if (nodes.length > 1) {
    files.note(
      'CORE_IN_SEVERAL_NODES',
      topologyOf(cpus[0] ?? 0),
      `the threads ${formatCpuList(cpus)} of one core are listed in the nodes ${nodes.join(', ')}; the first counts`,
    );
  }
  return nodes[0];
}

/** Each online CPU is in exactly one core. `nodes` are those that `readNodes` found. */
export function readCores(files: MachineFiles, online: CpuSet, nodes: readonly NumaNode[]): readonly Core[] {
  const nodeOf = new Map(nodes.flatMap(({ id, cpus }) => cpus.map((cpu) => [cpu, id] as const)));
  const classes = pmuClasses(files);
  return coreSets(files, online).map((cpus) => {
    const [cpu = 0] = cpus;
    const [die, cluster, capacity] = [
      level(files, cpu, 'die'),
      level(files, cpu, 'cluster'),
      capacityOf(files, cpu),
    ];
    const node = nodeOfCore(files, cpus, nodeOf);
    const pmu = classes.get(cpu);
    return {
      cpus,
      package: packageOf(files, cpu),
      ...(die === undefined ? {} : { die }),
      ...(cluster === undefined ? {} : { cluster }),
      ...(node === undefined ? {} : { node }),
      ...(capacity === undefined ? {} : { capacity }),
      ...(pmu === undefined ? {} : { pmu }),
    };
  });
}
