/** What real trees have in them that a reader trips over. test/coverage.json names these tests. */
import assert from 'node:assert/strict';
import { formatCpuList } from '../../../src/rt/cpus/cpu-list.js';
import type { Topology } from '../../../src/rt/topology/model.js';
import { parseTopology } from '../../../src/rt/topology/parse.js';
import { nodeFolder, takeOffline, tree, without } from './tree.js';

const cpuFolder = '/sys/devices/system/cpu';
const far = { packages: 2, cores: 2, threads: 2, siblings: 'far' } as const;

const coresIn = ({ cores }: Topology): string => cores.map(({ cpus }) => formatCpuList(cpus)).join(' ');
const nodesIn = ({ nodes }: Topology): string =>
  nodes.map(({ id, cpus }) => `${id}:${formatCpuList(cpus)}`).join(' ');
const codes = ({ notes }: Topology): readonly string[] => notes.map(({ code }) => code);

describe('topology: CPU sets', () => {
  it('possible wider than present gives masks their width', () => {
    const read = parseTopology(tree(far).set(`${cpuFolder}/possible`, '0-111\n'));
    assert.equal(read.cpuIds, 112);
    assert.deepEqual([read.present.length, read.offline], [8, []]);
  });

  it('without possible the highest CPU folder counts, whatever masks are printed', () => {
    const files = without(tree(far), /cpu\/(possible|present)$/);
    files.set(`${cpuFolder}/cpu0/topology/core_cpus`, `${'00000000,'.repeat(31)}00000011\n`);
    files.set(`${cpuFolder}/cpu11/online`, '0\n');
    const read = parseTopology(files);
    assert.deepEqual([read.cpuIds, read.offline], [12, [11]]);
  });

  it('without online the CPUs with a topology whose own online is absent or 1 run', () => {
    const files = without(takeOffline(tree(far), 3, ''), /cpu\/online$/);
    files.set(`${cpuFolder}/cpu1/online`, '1\n').set(`${cpuFolder}/cpu5/online`, '0\n');
    assert.equal(formatCpuList(parseTopology(files).online), '0-2,4,6-7');
  });

  it('offline CPUs are named, and their siblings and caches do without them', () => {
    const read = parseTopology(takeOffline(tree(far), 0, '1-7'));
    assert.deepEqual([read.offline, read.bootCpu], [[0], 1]);
    assert.equal(coresIn(read), '1,5 2,6 3,7 4');
    assert.equal(formatCpuList(read.caches.at(-2)?.cpus ?? []), '1,4-5');
    assert.equal(nodesIn(read), '0:1,4-5 1:2-3,6-7');
  });

  it('isolated and nohz_full may be a list, blank, (null) or missing, and end in a NUL', () => {
    const files = tree(far)
      .set(`${cpuFolder}/isolated`, '2-3\n\0')
      .set(`${cpuFolder}/nohz_full`, '  (null)\n');
    assert.deepEqual([parseTopology(files).isolated, parseTopology(files).nohzFull], [[2, 3], []]);
    files.set(`${cpuFolder}/isolated`, '\0\n\n');
    files.delete(`${cpuFolder}/nohz_full`);
    const read = parseTopology(files);
    assert.deepEqual([read.isolated, read.nohzFull, codes(read)], [[], undefined, []]);
  });

  it('smt/control is any of its words, smt/active a number', () => {
    const files = tree(far)
      .set(`${cpuFolder}/smt/control`, 'forceoff\n')
      .set(`${cpuFolder}/smt/active`, '0\n');
    assert.deepEqual(parseTopology(files).smt, { control: 'forceoff', active: false });
    assert.deepEqual(parseTopology(tree(far)).smt, {});
  });

  it('a file that holds no list is reported and treated as missing', () => {
    const read = parseTopology(tree(far).set(`${cpuFolder}/possible`, '../../etc/passwd'));
    assert.deepEqual([read.cpuIds, codes(read)], [8, ['BAD_VALUE']]);
  });

  it('a tree without CPUs is refused', () =>
    assert.throws(() => parseTopology(new Map([['/proc/meminfo', 'MemTotal: 1 kB']])), {
      code: 'NO_TOPOLOGY',
    }));
});

describe('topology: cores', () => {
  for (const [first, gone] of [
    ['core_cpus_list', /no such file/],
    ['core_cpus', /core_cpus_list$/],
    ['thread_siblings_list', /core_cpus/],
    ['thread_siblings', /core_cpus|thread_siblings_list$/],
    ['core_id', /core_cpus|thread_siblings/],
  ] as const)
    it(`siblings come from ${first} where nothing before it is there`, () => {
      const read = parseTopology(without(tree(far), gone));
      assert.equal(coresIn(read), '0,4 1,5 2,6 3,7');
      assert.equal(read.sources['siblings'], `${cpuFolder}/cpu*/topology/${first}`);
    });

  it('siblings may be adjacent or far', () => {
    assert.equal(coresIn(parseTopology(tree({ ...far, siblings: 'near' }))), '0-1 2-3 4-5 6-7');
    assert.equal(coresIn(parseTopology(tree(far))), '0,4 1,5 2,6 3,7');
  });

  it('core_id repeats in each package and joins nothing across them', () => {
    const files = without(tree({ ...far, threads: 1 }), /core_cpus|thread_siblings/);
    assert.equal(coresIn(parseTopology(files)), '0 1 2 3');
  });

  it('a package id is a label: -1, 36 and 8442', () => {
    const files = tree({ ...far, threads: 1 });
    [-1, 36, 36, 8442].forEach((id, cpu) =>
      files.set(`${cpuFolder}/cpu${cpu}/topology/physical_package_id`, `${id}\n`),
    );
    assert.deepEqual(
      parseTopology(files).cores.map((core) => core.package),
      [-1, 36, 36, 8442],
    );
  });

  it('die and cluster ids that stand for none are left out', () => {
    const files = tree({ ...far, threads: 1 });
    files
      .set(`${cpuFolder}/cpu0/topology/die_id`, '-1')
      .set(`${cpuFolder}/cpu0/topology/cluster_id`, '65535');
    files.set(`${cpuFolder}/cpu1/topology/die_id`, '2').set(`${cpuFolder}/cpu1/topology/cluster_id`, '138');
    const [first, second] = parseTopology(files).cores;
    assert.deepEqual(
      [first?.die, first?.cluster, second?.die, second?.cluster],
      [undefined, undefined, 2, 138],
    );
  });

  it('siblings that contradict each other are one core, with a note', () => {
    const read = parseTopology(tree(far).set(`${cpuFolder}/cpu5/topology/core_cpus_list`, '5\n'));
    assert.equal(coresIn(read), '0,4 1,5 2,6 3,7');
    assert.deepEqual(codes(read), ['SIBLINGS_DIFFER']);
  });

  it('PMU lists name the classes of a hybrid, cpu_capacity those of ARM', () => {
    const files = tree({ ...far, threads: 1 }).set('/sys/devices/cpu_core/cpus', '0-1\n');
    files.set('/sys/devices/cpu_atom/cpus', '2-3\n').set(`${cpuFolder}/cpu3/cpu_capacity`, '718\n');
    const { cores } = parseTopology(files);
    assert.deepEqual(
      cores.map(({ pmu, capacity }) => [pmu, capacity]),
      [
        ['core', undefined],
        ['core', undefined],
        ['atom', undefined],
        ['atom', 718],
      ],
    );
  });
});

describe('topology: caches', () => {
  it('ids may be missing or have gaps, masks stand in for lists, and a machine may have no L3', () => {
    const read = (pattern: RegExp): Topology['caches'] => parseTopology(without(tree(far), pattern)).caches;
    const l3 = read(/shared_cpu_list$|index3\/id$/).filter(({ level }) => level === 3);
    assert.deepEqual(
      l3.map(({ cpus, id, sizeBytes }) => [formatCpuList(cpus), id, sizeBytes]),
      [
        ['0-1,4-5', undefined, 11_534_336],
        ['2-3,6-7', undefined, 11_534_336],
      ],
    );
    assert.ok(read(/index3/).every(({ level }) => level === 2));
    const gaps = tree(far);
    for (const cpu of [2, 3, 6, 7]) gaps.set(`${cpuFolder}/cpu${cpu}/cache/index3/id`, '16\n');
    assert.deepEqual(
      parseTopology(gaps).caches.flatMap(({ id }) => id ?? []),
      [0, 16],
    );
  });

  it('sharers that contradict each other are one cache, with a note', () => {
    const read = parseTopology(tree(far).set(`${cpuFolder}/cpu0/cache/index3/shared_cpu_list`, '0\n'));
    assert.equal(read.caches.filter(({ level }) => level === 3).length, 2);
    assert.deepEqual(codes(read), ['CACHES_DIFFER']);
  });
});

describe('topology: NUMA nodes', () => {
  it('node ids are sparse, and a distance row is indexed by the sorted online ids', () => {
    const files = tree(far)
      .set(`${nodeFolder}/online`, '0,45\n')
      .set(`${nodeFolder}/node0/distance`, '10 32\n');
    for (const path of [...files.keys()].filter((path) => path.includes('/node1/'))) {
      files.set(path.replace('/node1/', '/node45/'), files.get(path) ?? '');
      files.delete(path);
    }
    const read = parseTopology(files);
    assert.equal(nodesIn(read), '0:0-1,4-5 45:2-3,6-7');
    assert.deepEqual(
      [...(read.nodes[0]?.distances ?? [])],
      [
        [0, 10],
        [45, 32],
      ],
    );
  });

  it('a distance row of the wrong length is ignored, with a note', () => {
    const read = parseTopology(tree(far).set(`${nodeFolder}/node1/distance`, '20 10 30\n'));
    assert.deepEqual([read.nodes[0]?.distances.size, read.nodes[1]?.distances.size], [2, 0]);
    assert.deepEqual(codes(read), ['DISTANCE_ROW']);
  });

  it('a node without a folder is offline, and its CPUs have no node whatever their links say', () => {
    const files = without(tree(far), /\/node1\//).set(`${nodeFolder}/online`, '0\n');
    files.set(`${nodeFolder}/node0/distance`, '10\n').set(`${cpuFolder}/cpu2/node1/cpulist`, '2-3\n');
    const read = parseTopology(files);
    assert.equal(nodesIn(read), '0:0-1,4-5');
    assert.deepEqual(
      read.cores.map(({ node }) => node),
      [0, 0, undefined, undefined],
    );
    assert.deepEqual(codes(read), ['CPU_WITHOUT_NODE']);
  });

  it('has_cpu may be empty', () => {
    const files = tree(far).set(`${nodeFolder}/has_cpu`, '\n');
    assert.equal(nodesIn(parseTopology(files)), '0:0-1,4-5 1:2-3,6-7');
  });

  it('a node may have memory and no CPUs, or CPUs and no memory', () => {
    const files = tree(far)
      .set(`${nodeFolder}/node1/cpulist`, '\n')
      .set(`${nodeFolder}/node1/cpumap`, '00\n');
    files
      .set(`${nodeFolder}/node0/cpulist`, '0-7\n')
      .set(`${nodeFolder}/node0/meminfo`, 'Node 0 MemTotal: 0 kB\n');
    assert.deepEqual(
      parseTopology(files).nodes.map(({ cpus, memoryBytes, normalMemory }) => [
        cpus.length,
        memoryBytes,
        normalMemory,
      ]),
      [
        [8, 0, false],
        [0, 8 * 2 ** 30, true],
      ],
    );
  });

  it('a pool of pages of no size is not one', () => {
    const read = parseTopology(
      tree(far).set(`${nodeFolder}/node0/hugepages/hugepages-0kB/nr_hugepages`, '1\n'),
    );
    assert.deepEqual(
      read.nodes[0]?.hugePages.map(({ pageBytes }) => pageBytes),
      [2 ** 21],
    );
  });

  it('a CPU in several nodes makes the host one node, with a note', () => {
    const read = parseTopology(tree(far).set(`${nodeFolder}/node1/cpulist`, '0,2-3,6-7\n'));
    assert.equal(nodesIn(read), '0:0-7');
    assert.deepEqual([read.nodes[0]?.memoryBytes, codes(read)], [16 * 2 ** 30, ['CPU_IN_SEVERAL_NODES']]);
    assert.deepEqual(read.nodes[0]?.hugePages, [{ pageBytes: 2 ** 21, total: 8, free: 6 }]);
  });

  it('cpulist may name offline CPUs', () => {
    const read = parseTopology(takeOffline(tree(far), 7, '0-6'));
    assert.equal(nodesIn(read), '0:0-1,4-5 1:2-3,6');
  });

  it('memory is not normal only where both lists are there and name online nodes alone', () => {
    const normal = (files: ReadonlyMap<string, string>): readonly boolean[] =>
      parseTopology(files).nodes.map(({ normalMemory }) => normalMemory);
    const list = `${nodeFolder}/has_normal_memory`;
    assert.deepEqual(normal(tree(far).set(list, '0\n')), [true, false]);
    assert.deepEqual(normal(without(tree(far).set(list, '0\n'), /has_memory$/)), [true, true]);
    assert.deepEqual(normal(tree(far).set(list, '0,5\n')), [true, true]);
    assert.deepEqual(normal(tree(far).set(list, '\n')), [true, true]);
  });

  it('a kernel without NUMA is one node with the memory of /proc/meminfo', () => {
    const files = without(tree(far), /system\/node/).set('/proc/meminfo', 'MemTotal:        2048 kB\n');
    const read = parseTopology(files);
    assert.equal(nodesIn(read), '0:0-7');
    assert.deepEqual([read.nodes[0]?.memoryBytes, read.sources['nodes']], [2 ** 21, '/proc/meminfo']);
  });
});

describe('topology: devices, interrupts and resctrl', () => {
  it('numa_node -1 is unknown, not node 0', () => {
    const folder = '/sys/bus/pci/devices/0000:3b:00.0';
    const files = tree(far).set(`${folder}/class`, '0x020000\n').set(`${folder}/numa_node`, '-1\n');
    files.set(`${folder}/msi_irqs/45`, 'msix\n').set(`${folder}/msi_irqs/44`, 'msix\n');
    const unknown = { address: '0000:3b:00.0', class: 0x020000, interrupts: [44, 45] };
    assert.deepEqual(parseTopology(files).devices, [unknown]);
    files.set(`${folder}/numa_node`, '1\n');
    assert.deepEqual(parseTopology(files).devices, [{ ...unknown, node: 1 }]);
  });

  it('/proc/interrupts has a column for each CPU, or none, before the names', () => {
    const counts = Array.from({ length: 1024 }, (_, cpu) => cpu);
    const header = `      ${counts.map((cpu) => `CPU${cpu}`).join(' ')}\n`;
    const line = (middle: string): string =>
      `   1:  ${middle} IO-APIC   1-edge      i8042\n  24: ${middle} IR-PCI-MSI 524288-edge  nvme0q0, nvme1\n 30: ${middle} GICv3  27 Level     arch_timer\nNMI: ${middle} Non-maskable interrupts\n`;
    const names = (text: string): readonly string[] =>
      parseTopology(tree(far).set('/proc/interrupts', text)).interrupts.map(
        ({ number, name }) => `${number} ${name}`,
      );
    const expected = ['1 i8042', '24 nvme0q0, nvme1', '30 arch_timer'];
    assert.deepEqual(names(`${header}${line(counts.join('   '))}`), expected);
    assert.deepEqual(names(line('')), expected);
  });

  it('affinities come from lists', () => {
    const files = tree(far)
      .set('/proc/irq/24/smp_affinity_list', '0-7\n')
      .set('/proc/irq/24/effective_affinity_list', '3\n');
    assert.deepEqual(parseTopology(files).interrupts, [
      { number: 24, name: '', affinity: [0, 1, 2, 3, 4, 5, 6, 7], effective: [3] },
    ]);
  });

  it('resctrl with CDP has code and data, and the kernel’s figures', () => {
    const files = tree(far).set('/proc/mounts', 'resctrl /mnt/rc resctrl rw,relatime,cdp 0 0\n');
    for (const name of ['L3CODE', 'L3DATA'])
      for (const [file, text] of Object.entries({
        cbm_mask: '7ff',
        min_cbm_bits: '2',
        num_closids: '8',
        shareable_bits: '600',
        bit_usage: '0=HHSSSSSSSSS',
        sparse_masks: '1',
      }))
        files.set(`/mnt/rc/info/${name}/${file}`, `${text}\n`);
    files.set('/mnt/rc/schemata', 'L3CODE:0=7ff\nL3DATA:0=7ff\n').set('/mnt/rc/cpus_list', '0-5\n');
    files.set('/mnt/rc/plc1/schemata', 'L3CODE:0=3\n').set('/mnt/rc/plc1/cpus_list', '6-7\n');
    files.set('/mnt/rc/mon_groups/x/cpus_list', '1\n');
    const { resctrl } = parseTopology(files);
    assert.deepEqual([resctrl?.path, resctrl?.cdpL3, resctrl?.cdpL2], ['/mnt/rc', true, false]);
    assert.deepEqual(resctrl?.resources[1], {
      name: 'L3DATA',
      maskBits: 11,
      minBits: 2,
      closids: 8,
      shareable: 0x600n,
      sparse: true,
      use: '0=HHSSSSSSSSS',
    });
    assert.deepEqual(resctrl.groups, [
      { name: '', schemata: 'L3CODE:0=7ff\nL3DATA:0=7ff', cpus: [0, 1, 2, 3, 4, 5] },
      { name: 'plc1', schemata: 'L3CODE:0=3', cpus: [6, 7] },
    ]);
  });

  it('memory bandwidth offers no cache, and limits the number of groups', () => {
    const files = tree(far)
      .set('/sys/fs/resctrl/info/L3/cbm_mask', 'fff\n')
      .set('/sys/fs/resctrl/info/L3/num_closids', '16\n')
      .set('/sys/fs/resctrl/info/MB/num_closids', '8\n');
    const { resctrl } = parseTopology(files);
    assert.deepEqual([resctrl?.resources.map(({ name }) => name), resctrl?.closids], [['L3'], 8]);
  });

  it('resctrl for memory bandwidth alone is mounted, without cache', () => {
    const files = tree(far).set('/sys/fs/resctrl/info/MB/num_closids', '8\n');
    const { resctrl } = parseTopology(files);
    assert.deepEqual([resctrl?.resources, resctrl?.closids], [[], 8]);
    const measuring = tree(far).set('/sys/fs/resctrl/info/L3_MON/num_rmids', '88\n');
    assert.equal(parseTopology(measuring).resctrl?.closids, 1);
  });

  it('flags of the processor are not resctrl: without its figures there is none', () => {
    const read = parseTopology(
      tree(far).set('/proc/cpuinfo', 'processor : 0\nflags : fpu rdt_a cat_l3 mba sse\n'),
    );
    assert.deepEqual([read.rdtFlags, read.resctrl], [['rdt_a', 'cat_l3', 'mba'], undefined]);
  });
});
