import assert from 'node:assert/strict';
import { planPartition } from '../../../src/rt/partition/plan.js';
import { GiB, cpus, guest, host, machine, request } from '../../support/machine.js';
import { codes, errors, formerOf, lists, pins } from './support.js';

/** Typed from the recorded cases of the rules. The numbers are theirs. */
describe('plans of made-up machines', () => {
  it('C1: 4 cores without SMT', () => {
    const plan = planPartition(machine({ cores: 4 }), request([guest('plc1', 2)]));
    assert.deepEqual(lists(plan), { housekeeping: '0', isolated: '1-3', mask: '1' });
    assert.deepEqual(pins(plan), { plc1: '1 2' });
    assert.deepEqual(codes(plan), ['CAT_NONE']);
  });

  it('C18: 2 packages of 8 cores with far siblings, as C2', () => {
    const topology = machine({ packages: 2, cores: 8, threads: 2 });
    const three = [guest('a', 4), guest('b', 3), guest('c', 2)];
    const plan = planPartition(topology, request(three));
    assert.deepEqual(lists(plan), {
      housekeeping: '0,8,16,24',
      isolated: '1-7,9-15,17-23,25-31',
      mask: '01010101',
    });
    assert.deepEqual(pins(plan), { a: '1 2 3 4', b: '5 6 7', c: '9 10' });
    const more = planPartition(topology, request([guest('d', 5), ...three], { former: formerOf(plan) }));
    assert.deepEqual(pins(more), { a: '1 2 3 4', b: '5 6 7', c: '9 10', d: '11 12 13 14 15' });
  });

  it('C11: 1,024 CPUs', () => {
    const plan = planPartition(machine({ packages: 2, cores: 256, threads: 2 }), request([]));
    assert.deepEqual(lists(plan), {
      housekeeping: '0-3,256-259,512-515,768-771',
      isolated: '4-255,260-511,516-767,772-1023',
      mask: Array.from({ length: 32 }, (_, index) =>
        [0, 8, 16, 24].includes(31 - index) ? '0000000f' : '00000000',
      ).join(','),
    });
    const line = plan.kernelArguments.join(' ');
    assert.equal(line.split('4-255,260-511,516-767,772-1023').length, 4);
    assert.ok(line.length < 2047);
    assert.deepEqual(errors(plan), []);
  });

  it('C12: 1 core with 2 threads is too small', () => {
    const plan = planPartition(machine({ cores: 1, threads: 2 }), request([]));
    assert.deepEqual(errors(plan), ['PLAN_TOO_SMALL']);
  });

  it('C13: 4 packages of 1 core in one node', () => {
    const plan = planPartition(machine({ packages: 4, cores: 1, nodes: 'one' }), request([guest('a', 2)]));
    assert.deepEqual(lists(plan), { housekeeping: '0', isolated: '1-3', mask: '1' });
    assert.deepEqual(pins(plan), { a: '1 2' });
  });

  it('C17: 256 CPUs with caches of 8 cores', () => {
    const topology = machine({ packages: 2, cores: 64, threads: 2, coresPerL3: 8 });
    const three = [guest('a', 8), guest('b', 4), guest('c', 12)];
    const plan = planPartition(topology, request(three));
    assert.deepEqual(lists(plan), {
      housekeeping: '0-3,64-67,128-131,192-195',
      isolated: '4-63,68-127,132-191,196-255',
      mask: Array.from({ length: 4 }, () => '00000000,0000000f').join(','),
    });
    assert.deepEqual(pins(plan), {
      a: '24 25 26 27 28 29 30 31',
      b: '20 21 22 23',
      c: '8 9 10 11 12 13 14 15 16 17 18 19',
    });
    const more = planPartition(topology, request([...three, guest('d', 4)], { former: formerOf(plan) }));
    assert.deepEqual(pins(more), { ...pins(plan), d: '32 33 34 35' });
  });

  it('C19: 6 cores', () => {
    const topology = machine({ cores: 6 });
    const plan = planPartition(topology, request([guest('a', 3), guest('b', 2)]));
    assert.deepEqual(lists(plan), { housekeeping: '0', isolated: '1-5', mask: '01' });
    assert.deepEqual(pins(plan), { a: '1 2 3', b: '4 5' });
    const full = planPartition(topology, request([guest('a', 3), guest('b', 3)]));
    assert.deepEqual(pins(full), { a: '1 2 3' });
    assert.deepEqual(errors(full), ['PLAN_NO_ROOM']);
    const [refusal] = full.diagnostics;
    assert.match(refusal?.message ?? '', /^b needs 3 cores in one node.*node 0 has 2 of 3$/);
    assert.deepEqual(refusal?.origin, ['guest:b', 'rt_guest']);
  });

  it('C20: 2 cores, the housekeeping vCPU shared', () => {
    const vcpus = { rt: 1, housekeeping: 1, placement: 'shared' as const };
    const plan = planPartition(machine({ cores: 2 }), request([guest('a', 1, { vcpus })]));
    assert.deepEqual(lists(plan), { housekeeping: '0', isolated: '1', mask: '1' });
    assert.deepEqual(pins(plan), { a: '1' });
    assert.deepEqual(plan.guests[0]?.vcpus[0], {
      vcpu: 0,
      role: 'housekeeping',
      cpus: [0],
      shared: true,
    });
  });

  it('C21: 4 cores with adjacent siblings', () => {
    const topology = machine({ cores: 4, threads: 2, siblings: 'near' });
    const plan = planPartition(topology, request([guest('a', 3)]));
    assert.deepEqual(lists(plan), { housekeeping: '0-1', isolated: '2-7', mask: '03' });
    assert.deepEqual(pins(plan), { a: '2 4 6' });
    assert.deepEqual(plan.guests[0]?.idleSiblings, [3, 5, 7]);
    const vcpus = { rt: 2, housekeeping: 2, placement: 'isolated' as const };
    const threaded = planPartition(topology, request([guest('a', 2, { vcpus, threads: 2 })]));
    assert.deepEqual(pins(threaded), { a: '2 3 4 5' });
    assert.deepEqual(threaded.guests[0]?.idleSiblings, []);
  });
});

describe('kernel arguments of C2', () => {
  const topology = machine({ packages: 2, cores: 8, threads: 2 });

  it('in boot mode', () =>
    assert.equal(
      planPartition(topology, request([])).kernelArguments.join(' '),
      'isolcpus=managed_irq,domain,1-7,9-15,17-23,25-31 nohz_full=1-7,9-15,17-23,25-31 rcu_nocbs=1-7,9-15,17-23,25-31 irqaffinity=0,8,16,24 skew_tick=1 nosoftlockup nmi_watchdog=0 rcutree.kthread_prio=4',
    ));

  it('in cgroup mode', () =>
    assert.equal(
      planPartition(topology, request([], { host: { ...host, isolation: 'cgroup' } })).kernelArguments[0],
      'isolcpus=managed_irq,1-7,9-15,17-23,25-31',
    ));
});

describe('memory', () => {
  const kB = 1024;
  const nodes = [47_925_628 * kB, 49_519_964 * kB];
  const topology = machine({ packages: 2, cores: 8, threads: 2, memoryBytes: nodes });

  it('M1: three guests on two nodes', () => {
    const plan = planPartition(
      topology,
      request([
        guest('a', 4, { memoryBytes: 16 * GiB }),
        guest('b', 3, { memoryBytes: 8 * GiB }),
        guest('c', 2, { memoryBytes: 4 * GiB }),
      ]),
    );
    assert.deepEqual(plan.hugePages, [
      {
        pageBytes: GiB,
        nodes: new Map([
          [0, 24],
          [1, 4],
        ]),
      },
    ]);
    assert.deepEqual(plan.kernelArguments.slice(-3), [
      'default_hugepagesz=1G',
      'hugepagesz=1G',
      'hugepages=0:24,1:4',
    ]);
  });

  it('asks for pages of the whole machine where firmware lists CPUs in several nodes, with any kernel', () => {
    const note = { code: 'CPU_IN_SEVERAL_NODES' as const, text: 'CPU 0 is in two nodes', path: 'node1' };
    const merged = { ...machine({ cores: 8, nodes: 'one' }), notes: [note] };
    const list = [guest('a', 2, { memoryBytes: 2 * GiB }), guest('b', 2, { memoryBytes: 3 * GiB })];
    const plan = planPartition(merged, request(list, { facts: { kernelRelease: '5.10.0' } }));
    assert.deepEqual(plan.kernelArguments.slice(-2), ['hugepagesz=1G', 'hugepages=5']);
  });

  it('M4: a guest of 2 GiB where one page is left', () => {
    const small = machine({ cores: 4, memoryBytes: 8_052_000 * kB });
    const plan = planPartition(small, request([guest('a', 2, { memoryBytes: 2 * GiB })]));
    assert.deepEqual(errors(plan), ['MEM_NODE']);
    assert.match(plan.diagnostics[0]?.message ?? '', /1 of 2/);
  });
});

describe('smt: off', () => {
  it('counts the lowest thread of each core, before and after the boot with nosmt', () => {
    const off = request([guest('a', 3)], { host: { ...host, smt: 'off' } });
    const before = planPartition(machine({ cores: 4, threads: 2 }), off);
    const booted = { cores: 4, threads: 2, offline: cpus('4-7'), smt: { control: 'off', active: false } };
    const after = planPartition(machine(booted), off);
    assert.deepEqual(lists(before), { housekeeping: '0', isolated: '1-3', mask: '01' });
    assert.deepEqual(pins(before), { a: '1 2 3' });
    assert.ok(before.kernelArguments.includes('nosmt'));
    assert.deepEqual(after, before);
  });
});
