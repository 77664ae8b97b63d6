/**
 * Every recorded machine with two guests: the drawing with its reasons, and all rendered templates, as golden files that a person can read.
 * The machines that are recorded as hwloc's XML are written as trees first, with memory for their nodes.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { formatCpuList } from '../../../src/rt/cpus/cpu-list.js';
import type { Topology } from '../../../src/rt/topology/model.js';
import { parseTopology } from '../../../src/rt/topology/parse.js';
import { parseHwlocXml, readXz, recordedXml } from '../../rt/topology/hwloc-xml.js';
import { recordedTexts, recordedTrees } from '../../rt/topology/recorded.js';
import { GiB } from '../../support/machine.js';
import { partition, write } from './made-up.js';
import { allTemplates } from './written.js';

const inventory = `rt_hosts:
  hosts:
    kvm1: {rt_partition: {memory_reserve: 64MiB}}
rt_guests:
  vars: {rt_host: kvm1}
  hosts:
    plc1: {rt_guest: {vcpus: {rt: 1, housekeeping: 1}, memory: 64MiB, page: 2M}}
    plc2: {rt_guest: {vcpus: {rt: 1, housekeeping: 1, placement: shared}}}
`;

/** The files of sysfs that show this machine. */
function treeOf({ online, cores, caches, nodes }: Topology): ReadonlyMap<string, string> {
  const files = new Map([['/sys/devices/system/cpu/online', `${formatCpuList(online)}\n`]]);
  const put = (folder: string, texts: Readonly<Record<string, string | number>>): void => {
    for (const [name, text] of Object.entries(texts))
      files.set(`/sys/devices/system/${folder}/${name}`, `${text}\n`);
  };
  for (const core of cores)
    for (const cpu of core.cpus)
      put(`cpu/cpu${cpu}/topology`, {
        core_cpus_list: formatCpuList(core.cpus),
        physical_package_id: core.package,
      });
  for (const cache of caches)
    for (const cpu of cache.cpus)
      put(`cpu/cpu${cpu}/cache/index${cache.level}${cache.type === 'Instruction' ? 9 : ''}`, {
        level: cache.level,
        type: cache.type,
        size: `${cache.sizeBytes / 1024}K`,
        shared_cpu_list: formatCpuList(cache.cpus),
      });
  for (const node of nodes)
    put(`node/node${node.id}`, {
      cpulist: formatCpuList(node.cpus),
      meminfo: `Node ${node.id} MemTotal: ${node.memoryBytes / 1024} kB`,
    });
  return files;
}

/** Without the names of folders, which stand among the texts too. */
async function recordedFiles(name: string): Promise<ReadonlyMap<string, string>> {
  const texts = await recordedTexts(name);
  const folders = new Set<string>();
  for (const path of texts.keys())
    for (let above = dirname(path); above !== '/'; above = dirname(above)) folders.add(above);
  return new Map([...texts].filter(([path]) => !folders.has(path)));
}

const machines: readonly (readonly [string, () => Promise<ReadonlyMap<string, string>>])[] = [
  ...recordedTrees.map((name) => [name, () => recordedFiles(name)] as const),
  ...recordedXml.map(
    (name) => [name, () => Promise.resolve(treeOf(parseHwlocXml(readXz(name), 64 * GiB)))] as const,
  ),
];

describe('cli: every recorded machine', function () {
  this.timeout(240_000);
  const folder = mkdtempSync(join(tmpdir(), 'partition-machines-'));
  after(() => rmSync(folder, { recursive: true }));

  it('of those in XML is the same as a tree', () => {
    for (const name of recordedXml) {
      const read = parseHwlocXml(readXz(name), 64 * GiB);
      const again = parseTopology(treeOf(read));
      assert.deepEqual([again.cores, again.online], [read.cores, read.online], name);
      assert.deepEqual(
        again.nodes.map(({ cpus }) => cpus),
        read.nodes.map(({ cpus }) => cpus),
        name,
      );
    }
  });

  for (const [name, texts] of machines)
    it(`is planned, drawn and explained, with all templates: ${name}`, async () => {
      const topology = join(folder, name);
      write(topology, Object.fromEntries(await texts()));
      write(folder, { 'hosts.yaml': inventory });
      const hosts = [join(folder, 'hosts.yaml')];
      const { code, stdout, stderr } = await partition({
        inventory: hosts,
        hosts: ['kvm1'],
        topology,
        explain: true,
      });
      assert.equal(code, 0, stderr);
      const shown = stderr.replaceAll(folder, '');
      const templates = await allTemplates(hosts, 'kvm1', topology);
      const golden = join(import.meta.dirname, 'golden', 'machines', `${name}.txt`);
      assert.equal(`${stdout}\n${shown}\n${templates}`, readFileSync(golden, 'utf8'));
    });
});
