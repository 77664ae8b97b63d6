import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseTopologyOutput } from '../../../src/resources/topology/parse.js';
import { topologyProbe } from '../../../src/resources/topology/probe.js';
import { parseTopology } from '../../../src/rt/topology/parse.js';
import { hostFactsOf } from '../../../src/rt/topology/host-facts.js';
import { foundPins } from '../../../src/rt/topology/present-use.js';
import { tree, type Shape } from '../../rt/topology/tree.js';

const shells = { dash: ['dash'], bash: ['bash'], busybox: ['busybox', 'sh'] } as const;

function writeTree(root: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function read(root: string, words: readonly string[]): Buffer {
  const [program = '', ...args] = words;
  return execFileSync(program, args, { input: topologyProbe(root).text, maxBuffer: 2 ** 26 });
}

/** QEMU with a vCPU on CPU 1 at FIFO 1 and a main thread on CPU 0; its threads' names hold what a parser trips over. */
function guest(uid: number | string = 64055): Map<string, string> {
  const stat = (comm: string, priority: number, policy: number): string =>
    `71 (${comm}) S ${Array.from({ length: 36 }, () => '7').join(' ')} ${priority} ${policy} 0 0 0\n`;
  const task = (
    tid: number,
    comm: string,
    cpus: string,
    scheduling: readonly [number, number],
  ): [string, string][] => [
    [`/proc/70/task/${tid}/comm`, `${comm}\n`],
    [`/proc/70/task/${tid}/stat`, stat(comm, scheduling[1], scheduling[0])],
    [`/proc/70/task/${tid}/status`, `Name:\t${comm}\nCpus_allowed:\t2\nCpus_allowed_list:\t${cpus}\n`],
  ];
  return new Map([
    ['/proc/70/comm', 'qemu-system-x86\n'],
    ['/proc/70/status', `Name:\tqemu-system-x86\nUid:\t${uid}\t0\t0\t0\n`],
    [
      '/proc/70/cmdline',
      'qemu-system-x86_64\0-object\0secret,data=hunter2\0-name\0guest=plc1,debug-threads=on\0-m\x001\0',
    ],
    ...task(70, 'a) R (b', '0', [0, 0]),
    ...task(71, 'CPU 0/KVM', '1', [1, 1]),
    ['/proc/80/comm', 'kvm-nx-lpage-re\n'],
  ]);
}

describe('resources/topology: the batch', function () {
  this.timeout(120_000);
  let root = '';
  before(() => (root = mkdtempSync(join(tmpdir(), 'rtprov-topology-'))));
  after(() => rmSync(root, { recursive: true }));

  const small: Shape = { packages: 2, cores: 2, threads: 2, siblings: 'far' };

  for (const [name, words] of Object.entries(shells))
    it(`reads in ${name} what the files say`, () => {
      const folder = join(root, name);
      const files = tree(small).set('/proc/mounts', 'rc /sys/fs/resctrl resctrl rw 0 0\n');
      files
        .set('/sys/fs/resctrl/info/L3/cbm_mask', '7ff\n')
        .set('/sys/fs/resctrl/info/L3/num_closids', '16\n')
        .set('/sys/fs/resctrl/info/MB/num_closids', '8\n');
      files
        .set('/sys/fs/resctrl/schemata', 'L3:0=7ff;1=7ff\n')
        .set('/sys/fs/resctrl/plc1/schemata', 'L3:0=3;1=7ff\n');
      files.set('/sys/bus/pci/devices/0000:3b:00.0/class', '0x020000\n');
      files.set('/sys/bus/pci/devices/0000:3b:00.0/msi_irqs/44', 'msix\n');
      files.set('/proc/interrupts', '    CPU0 CPU1\n 44: 1 2 IR-PCI-MSI 1-edge eth0\nNMI: 1 2 x\n');
      files.set('/proc/irq/44/smp_affinity_list', '0-7\n');
      files.set('/proc/sys/kernel/osrelease', '6.12.117+deb13-rt-amd64\n');
      files.set('/sys/kernel/security/lockdown', 'none [integrity] confidentiality\n');
      files.set('/sys/fs/cgroup/system.slice/cpuset.cpus', '');
      files.set('/sys/fs/cgroup/system.slice/cpuset.cpus.exclusive', '');
      writeTree(folder, new Map([...files, ...guest()]));
      const state = parseTopologyOutput(read(folder, words).toString('utf8'));
      const direct = parseTopology(files);
      // The whole-machine lists of possible and present CPUs, cores, caches, nodes, devices, interrupts and groups are the same.
      assert.deepEqual(parseTopology(new Map(Object.entries(state.files))), direct);
      assert.equal(direct.resctrl?.closids, 8);
      assert.deepEqual(hostFactsOf(state.files), {
        kernelRelease: '6.12.117+deb13-rt-amd64',
        lockdown: 'integrity',
        cpusetExclusive: true,
      });
      assert.deepEqual(state.guests, [
        {
          pid: 70,
          name: 'plc1',
          threads: [
            { tid: 70, comm: 'a) R (b', allowed: '0', policy: 0, priority: 0 },
            { tid: 71, comm: 'CPU 0/KVM', allowed: '1', policy: 1, priority: 1 },
          ],
        },
      ]);
      assert.deepEqual(foundPins(state, direct.online), [
        { domain: 'plc1', running: true, cpus: [1], emulator: [0] },
      ]);
    });

  for (const [name, words] of Object.entries(shells))
    it(`takes in ${name} only processes of system accounts for guests, whatever a user's process is called`, () => {
      const guestsOf = (uid: number | string): readonly string[] => {
        const folder = join(root, `${name}-${uid}`);
        writeTree(folder, guest(uid).set('/proc/mounts', ''));
        return parseTopologyOutput(read(folder, words).toString('utf8')).guests.map((found) => found.name);
      };
      for (const uid of [0, 107, 999, 61184, 64055, 65533])
        assert.deepEqual(guestsOf(uid), ['plc1'], `${uid}`);
      for (const uid of [1000, 59999, 61183, 65534, 100000, 'x'])
        assert.deepEqual(guestsOf(uid), [], `${uid}`);
    });

  it('takes at most 1.5 MB and a dozen processes for 1,024 CPUs', () => {
    const folder = join(root, 'large');
    writeTree(folder, tree({ packages: 2, cores: 512, threads: 1, siblings: 'far' }).set('/proc/mounts', ''));
    const trace = join(root, 'trace');
    const output = read(folder, [
      'strace',
      '-f',
      '-qq',
      '-e',
      'trace=clone,clone3,fork,vfork',
      '-o',
      trace,
      'dash',
    ]);
    const { online, cores } = parseTopology(
      new Map(Object.entries(parseTopologyOutput(output.toString('utf8')).files)),
    );
    assert.deepEqual([online.length, cores.length], [1024, 1024]);
    assert.ok(output.length < 1_500_000, `${output.length} bytes`);
    const processes = readFileSync(trace, 'utf8')
      .split('\n')
      .filter((line) => /(?:clone3?|v?fork)\(/.test(line)).length;
    assert.ok(processes > 0 && processes <= 12, `${processes} processes`);
  });

  it('refuses what is not its output, and an output that ends too early', () => {
    for (const text of ['', 'sh: syntax error', '::files\n>/sys\n::guests\n::domains\n'])
      assert.throws(() => parseTopologyOutput(text), { code: 'READ_FAILED' });
  });
});
