/** A guest without a CPU of its own beside one that has the only isolated CPU, as the command draws it: a golden file. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partition, write, writeMachine } from './made-up.js';

const inventory = `all:
  children:
    rt_hosts:
      hosts:
        kvm1: {rt_partition: {memory_reserve: 1GiB}}
    rt_guests:
      hosts:
        plc1: {rt_host: kvm1, rt_guest: {vcpus: {rt: 1, placement: shared}}}
        plc2: {rt_host: kvm1, rt_guest: {vcpus: {rt: 0, placement: shared}, memory: 1GiB}}
`;

describe('cli: partition with a guest that has no CPU of its own', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'partition-without-cores-'));
  after(() => rmSync(folder, { recursive: true }));

  it('draws it in the legend, and says why it is where it is', async () => {
    write(folder, { 'hosts.yaml': inventory });
    const topology = writeMachine(folder, { packages: 1, cores: 2, threads: 1, siblings: 'far' });
    const options = { inventory: [join(folder, 'hosts.yaml')], hosts: ['kvm1'], topology, explain: true };
    const { code, stdout, stderr } = await partition(options);
    assert.deepEqual([code, stderr], [0, '']);
    const golden = join(import.meta.dirname, 'golden', 'without-cores.txt');
    assert.equal(stdout, readFileSync(golden, 'utf8'));
  });
});
