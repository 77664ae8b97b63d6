/** The facts of the topology and the plan of a machine that has several of everything: two NUMA nodes, two cores, two threads a core. */
import assert from 'node:assert/strict';
import { bigMachine } from '../../lab/vm/ring.js';
import { VmLab } from '../../lab/vm/vm-lab.js';
import { runProgram } from '../../support/program.js';
import { Project } from '../harness.js';
import { assertSame, firstOf, say, timed } from './machines.js';

/** A guest of one isolated CPU, on a machine that keeps half of its memory. */
const inventory = `
all:
  children:
    rt_hosts:
      hosts:
        big:
          rt_partition:
            memory_reserve: 512MiB
    rt_guests:
      hosts:
        plc1:
          rt_host: big
          rt_guest:
            vcpus: { rt: 1, housekeeping: 1, placement: shared }
            memory: 256MiB
            page: 2M
`;

describe('the partition plan of a virtual machine', function () {
  this.timeout(900_000);
  const project = new Project();
  let lab: VmLab;
  let inventories: readonly string[];

  before(async () => {
    lab = await timed('up', () => VmLab.up({ ...bigMachine, names: ['big'], say }));
    inventories = ['-i', lab.inventoryPath, '-i', project.write('guests.yaml', inventory)];
  });

  after(async () => {
    await lab.down();
    project.remove();
  });

  async function output(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await timed(args.join(' '), () => runProgram([...args, ...inventories]));
    assert.equal(code, 0, stderr);
    return stdout;
  }

  it('finds nodes, cores and threads as the kernel shows them, and changes nothing', async () => {
    const before = await firstOf(lab).fingerprint();
    const { big } = JSON.parse(await output('facts', 'big', '--topology')) as {
      big: { online: string; cores: readonly { cpus: string }[] };
    };
    assert.equal(big.online, '0-3');
    assert.deepEqual(
      big.cores.map(({ cpus }) => cpus),
      ['0-1', '2-3'],
    );
    assertSame(before, await firstOf(lab).fingerprint());
  });

  it('plans a guest on the node without the boot CPU, and leaves the other thread of its core idle', async () => {
    const plan = JSON.parse(await output('partition', 'big', '--json')) as {
      housekeeping: string;
      isolated: string;
      guests: Record<string, { vcpus: readonly number[]; node: number; emulator: string }>;
    };
    assert.equal(plan.housekeeping, '0-1');
    assert.equal(plan.isolated, '2-3');
    const { vcpus, node, emulator } = plan.guests['plc1'] ?? {};
    assert.deepEqual({ vcpus, node, emulator }, { vcpus: [2], node: 1, emulator: '0-1' });
  });

  it('draws it', async () => {
    const drawing = await output('partition', 'big');
    assert.match(drawing, /^big: 2 packages, 2 NUMA nodes, 2 cores, 4 CPUs/m);
    assert.match(drawing, /^ {2}a {2}guest plc1: vCPU 1 on CPU 2;/m);
    assert.match(drawing, /^ {2}- {2}idle thread of a core that is taken: CPU 3$/m);
  });
});
