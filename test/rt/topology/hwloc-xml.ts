/**
 * A topology from the XML that hwloc writes, for recorded machines of which there is no tree. It is unpacked with `xz`. The files have no
 * memory and no distances: the whole machine is the node that the file names, and as much memory as the test says.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cpuSet, type CpuSet } from '../../../src/rt/cpus/cpu-list.js';
import type { Cache, Core, NumaNode, Topology } from '../../../src/rt/topology/model.js';
import { recordedFolder } from './recorded.js';

export const recordedXml: readonly string[] = readdirSync(recordedFolder)
  .filter((name) => name.endsWith('.xml.xz'))
  .map((name) => name.slice(0, -'.xml.xz'.length))
  .sort();

export function readXz(name: string): string {
  return execFileSync('xz', ['-dc', join(recordedFolder, `${name}.xml.xz`)], { encoding: 'utf8' });
}

/** A set as hwloc prints it: words of 32 bits, the highest first; a word of zeros may be left out (`0xff,,,0xff`). */
export function hwlocSet(text: string): CpuSet {
  const words = text.split(',').reverse();
  return cpuSet(
    words.flatMap((word, index) => {
      const bits = word === '' ? 0 : Number.parseInt(word, 16);
      return Array.from({ length: 32 }, (_, bit) => bit)
        .filter((bit) => Math.floor(bits / 2 ** bit) % 2 === 1)
        .map((bit) => index * 32 + bit);
    }),
  );
}

export interface HwlocObject {
  readonly type: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly cpus: CpuSet;
  /** `os_index` of the package around it. */
  readonly package?: number;
}

/** All objects in the order of the file. */
export function hwlocObjects(xml: string): readonly HwlocObject[] {
  const objects: HwlocObject[] = [];
  const around: { type: string; index: number }[] = [];
  for (const [, end, body = '', empty] of xml.matchAll(/<(?:(\/object)|object\s([^>]*?)(\/)?)>/g)) {
    if (end !== undefined) {
      around.pop();
      continue;
    }
    const attributes = new Map(
      [...body.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value] as const),
    );
    const type = attributes.get('type') ?? '';
    const of = around.find((one) => one.type === 'Package');
    objects.push({
      type,
      attributes,
      cpus: hwlocSet(attributes.get('cpuset') ?? ''),
      ...(of === undefined ? {} : { package: of.index }),
    });
    if (empty === undefined) around.push({ type, index: Number(attributes.get('os_index') ?? -1) });
  }
  return objects;
}

const cacheTypes = ['Unified', 'Data', 'Instruction'] as const;

function cacheOf({ attributes, cpus }: HwlocObject): Cache {
  const number = (key: string): number => Number(attributes.get(key) ?? 0);
  const ways = number('cache_associativity');
  return {
    level: number('depth'),
    type: cacheTypes[number('cache_type')] ?? 'Unified',
    sizeBytes: number('cache_size'),
    cpus,
    ...(ways > 0 ? { ways } : {}),
  };
}

/** `memoryBytes` is what each node gets. */
export function parseHwlocXml(xml: string, memoryBytes = 0): Topology {
  const objects = hwlocObjects(xml);
  const of = (type: string): readonly HwlocObject[] => objects.filter((object) => object.type === type);
  const nodes: readonly NumaNode[] = of('NUMANode').map(({ attributes, cpus }) => {
    const id = Number(attributes.get('os_index'));
    return { id, cpus, memoryBytes, normalMemory: memoryBytes > 0, distances: new Map(), hugePages: [] };
  });
  const nodeOf = (cpu: number): number | undefined => nodes.find(({ cpus }) => cpus.includes(cpu))?.id;
  const cores: readonly Core[] = of('Core')
    .map((object) => {
      const node = nodeOf(object.cpus[0] ?? 0);
      return { cpus: object.cpus, package: object.package ?? -1, ...(node === undefined ? {} : { node }) };
    })
    .sort((a, b) => (a.cpus[0] ?? 0) - (b.cpus[0] ?? 0));
  const online = cpuSet(of('PU').flatMap(({ cpus }) => cpus));
  return {
    // The last CPU that the file names; it does not say how many there could be.
    cpuIds: (online.at(-1) ?? 0) + 1,
    present: online,
    online,
    offline: [],
    bootCpu: online[0] ?? 0,
    smt: {},
    cores,
    caches: objects.filter(({ type }) => /^L\d+i?Cache$/.test(type)).map(cacheOf),
    nodes,
    devices: [],
    interrupts: [],
    rdtFlags: [],
    notes: [],
    sources: {},
  };
}
