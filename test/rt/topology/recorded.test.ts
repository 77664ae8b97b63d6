import assert from 'node:assert/strict';
import { formatCpuList, unionCpus, type CpuSet } from '../../../src/rt/cpus/cpu-list.js';
import type { Topology } from '../../../src/rt/topology/model.js';
import { parseHwlocXml, readXz, recordedXml } from './hwloc-xml.js';
import { recordedTopology, recordedTrees } from './recorded.js';

/** What a person counts in a tree: threads, cores, L3 caches, nodes with CPUs, nodes, and the width of masks. */
type Counts = readonly [
  threads: number,
  cores: number,
  l3: number,
  cpuNodes: number,
  nodes: number,
  ids: number,
];

const expected: Readonly<Record<string, Counts>> = {
  '128arm-2pa2n8cluster4co': [128, 128, 4, 4, 4, 128],
  '16em64t-4s2c2t': [16, 8, 4, 1, 1, 16],
  '20em64t-hybrid-1p6c2t+2ca4co1t': [20, 14, 1, 1, 1, 20],
  '256ppc-8n8s4t': [256, 64, 64, 8, 8, 256],
  '32amd64-4s2n4c-cgroup2': [32, 32, 8, 8, 8, 48],
  '32intel64-2p8co2t+8ve': [32, 16, 2, 2, 2, 112],
  '40intel64-2g2n4c+pcilocality': [40, 40, 4, 4, 4, 80],
  '64amd64-4s2n4ca2co': [64, 32, 8, 8, 8, 64],
  '8em64t-2s2ca2c': [8, 8, 0, 1, 1, 8],
  '96em64t-4no4pa3ca2co': [96, 96, 16, 4, 4, 96],
  'fakecpuid1f-64intel64-2p4d2n2c2t': [64, 32, 8, 16, 16, 64],
  'fakememinitiators-1np2c+1npp+gi': [8, 8, 0, 4, 11, 8],
  'nvidia-dgx-gb10': [20, 20, 2, 1, 1, 20],
  'AMD-19h-Zen3-2xEpyc-7763': [128, 128, 16, 1, 1, 128],
  'AMD-19h-Zen4-2xEpyc-9654': [384, 192, 24, 1, 1, 384],
  'Intel-CascadeLake-2xXeon6230': [80, 40, 2, 1, 1, 80],
};

function counts(topology: Topology): Counts {
  return [
    topology.online.length,
    topology.cores.length,
    topology.caches.filter(({ level }) => level === 3).length,
    topology.nodes.filter(({ cpus }) => cpus.length > 0).length,
    topology.nodes.length,
    topology.cpuIds,
  ];
}

function assertPartition(sets: readonly CpuSet[], all: CpuSet, what: string): void {
  assert.deepEqual(unionCpus(...sets), all, what);
  assert.equal(sets.flat().length, all.length, `${what}: a CPU is in two of them`);
}

describe('the recorded machines', () => {
  it('are all known to this test', () =>
    assert.deepEqual([...recordedTrees, ...recordedXml].sort(), Object.keys(expected).sort()));

  for (const name of recordedTrees)
    it(`${name} is read whole, and each CPU is in one core, one node and one cache of a level`, async () => {
      const topology = await recordedTopology(name);
      assert.deepEqual(counts(topology), expected[name]);
      assert.deepEqual(topology.notes, []);
      assertPartition(
        topology.cores.map(({ cpus }) => cpus),
        topology.online,
        'cores',
      );
      assertPartition(
        topology.nodes.map(({ cpus }) => cpus),
        topology.online,
        'nodes',
      );
      const l3 = topology.caches.filter(({ level }) => level === 3).map(({ cpus }) => cpus);
      if (l3.length > 0) assertPartition(l3, topology.online, 'L3');
    }).timeout(120_000);

  for (const name of recordedXml)
    it(`${name} is read from hwloc's XML`, () =>
      assert.deepEqual(counts(parseHwlocXml(readXz(name))), expected[name]));

  it('modules of an Opteron look like cores of two threads', async () => {
    const { cores } = await recordedTopology('64amd64-4s2n4ca2co');
    assert.deepEqual(
      cores.slice(0, 4).map(({ cpus }) => formatCpuList(cpus)),
      ['0-1', '2-3', '4-5', '6-7'],
    );
  });

  it('packages are labels: -1 and 36 occur, and are kept', async () => {
    const labels = async (name: string): Promise<readonly number[]> => [
      ...new Set((await recordedTopology(name)).cores.map((core) => core.package)),
    ];
    assert.deepEqual(await labels('256ppc-8n8s4t'), [-1]);
    assert.deepEqual(await labels('nvidia-dgx-gb10'), [36]);
    assert.deepEqual(await labels('128arm-2pa2n8cluster4co'), [36, 8442]);
  });

  it('nodes of persistent memory are not for guests, and nodes of CPUs alone have none', async () => {
    const { nodes } = await recordedTopology('fakememinitiators-1np2c+1npp+gi');
    const usable = nodes.filter(({ normalMemory }) => normalMemory).map(({ id }) => id);
    assert.deepEqual(usable, [5, 6, 8, 9]);
  });

  it('memory, distances, devices and flags come from their files', async () => {
    const { nodes, devices, rdtFlags, sources } = await recordedTopology('32intel64-2p8co2t+8ve');
    assert.deepEqual(
      nodes.map(({ memoryBytes }) => memoryBytes / 1024),
      [47_925_628, 49_519_964],
    );
    assert.deepEqual(
      nodes.map(({ distances }) => [...distances]),
      [
        [
          [0, 10],
          [1, 21],
        ],
        [
          [0, 21],
          [1, 10],
        ],
      ],
    );
    assert.equal(devices.length, 29);
    assert.deepEqual(
      devices.find(({ address }) => address === '0000:3b:00.0'),
      { address: '0000:3b:00.0', class: 0x060400, node: 0, interrupts: [] },
    );
    assert.ok(rdtFlags.includes('cat_l3'));
    assert.equal(sources['siblings'], '/sys/devices/system/cpu/cpu*/topology/core_cpus_list');
  });
});
