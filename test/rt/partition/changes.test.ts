import assert from 'node:assert/strict';
import { formatCpuList } from '../../../src/rt/cpus/cpu-list.js';
import { formatCpuMask } from '../../../src/rt/cpus/cpu-mask.js';
import type { GuestRequest, PartitionPlan, PartitionRequest } from '../../../src/rt/partition/model.js';
import { planPartition } from '../../../src/rt/partition/plan.js';
import { GiB, cpus, guest, host, machine, request } from '../../support/machine.js';
import { codes, errors, formerOf, pins } from './support.js';

/** As C18: cores 1-7 of node 0 and 9-15 of node 1 are free, and CPU n has the sibling n+16. */
const topology = machine({
  packages: 2,
  cores: 8,
  threads: 2,
  devices: [
    { address: '0000:3b:00.0', class: 0x020000, node: 1, interrupts: [] },
    { address: '0000:5e:00.0', class: 0x020000, interrupts: [] },
  ],
});

function planOf(list: readonly GuestRequest[], more: Partial<PartitionRequest> = {}): PartitionPlan {
  return planPartition(topology, request(list, more));
}

function after(before: PartitionPlan, list: readonly GuestRequest[]): Readonly<Record<string, string>> {
  return pins(planOf(list, { former: formerOf(before) }));
}

/** Worked out by hand from the rules for former places, nodes and reservations. */
describe('a guest that changes', () => {
  const [a, b, c] = [guest('a', 4), guest('b', 2), guest('c', 2)];
  const before = planOf([a, b, c]);
  const others = { a: '1 2 3 4', c: '9 10' };

  it('has a place before', () => assert.deepEqual(pins(before), { ...others, b: '5 6' }));

  it('grows beside its cores', () =>
    assert.deepEqual(after(before, [a, guest('b', 3), c]), { ...others, b: '5 6 7' }));

  it('grows around others', () =>
    assert.deepEqual(after(before, [guest('a', 5), b, c]), { a: '1 2 3 4 7', b: '5 6', c: '9 10' }));

  it('goes to another node where it does not fit any more, and moves nobody', () =>
    assert.deepEqual(after(before, [a, guest('b', 4), c]), { ...others, b: '11 12 13 14' }));

  it('shrinks to the lowest of its cores', () =>
    assert.deepEqual(after(before, [guest('a', 2), b, c]), { a: '1 2', b: '5 6', c: '9 10' }));

  it('stays where only its memory changes', () =>
    assert.deepEqual(after(before, [{ ...a, memoryBytes: 8 * GiB }, b, c]), { ...others, b: '5 6' }));

  it('is placed by the rules again after it was away', () => {
    const without = planOf([a, c], { former: formerOf(before) });
    assert.deepEqual(pins(without), others);
    assert.deepEqual(after(without, [a, b, c]), { ...others, b: '5 6' });
  });
});

describe('nodes of guests', () => {
  it('near a device: its node', () => {
    const near = (device: string): GuestRequest => guest('a', 2, { node: { kind: 'near', device } });
    assert.deepEqual(pins(planOf([near('0000:3b:00.0')])), { a: '9 10' });
    const unknown = planOf([near('0000:5e:00.0')]);
    assert.deepEqual(pins(unknown), { a: '1 2' });
    assert.ok(codes(unknown, 'note').includes('PIN_NODES'));
    assert.deepEqual(errors(planOf([near('0000:99:00.0')])), ['PIN_NODES']);
  });

  it('several: equal parts of cores and memory on each', () => {
    const plan = planOf([guest('a', 4, { node: { kind: 'nodes', nodes: [0, 1] }, memoryBytes: 8 * GiB })]);
    assert.deepEqual(pins(plan), { a: '1 2 9 10' });
    assert.deepEqual(
      [plan.guests[0]?.nodes, plan.guests[0]?.memoryNodes],
      [
        [0, 1],
        [0, 1],
      ],
    );
    assert.ok(plan.kernelArguments.includes('hugepages=0:4,1:4'));
    const odd = planOf([guest('a', 3, { node: { kind: 'nodes', nodes: [0, 1] } })]);
    assert.deepEqual([odd.guests, errors(odd)], [[], ['PIN_NODES']]);
  });
});

describe('reservations', () => {
  const list = [guest('a', 4), guest('b', 2)];
  const reservations = [
    { name: 'ptp4l', cpus: 1, for: 'unit' as const },
    { name: 'eth0', cpus: 2, for: 'irq' as const, node: 1 },
    { name: 'containers', cpus: 3, for: 'slice' as const },
  ];
  const placed = (plan: PartitionPlan): Readonly<Record<string, string>> =>
    Object.fromEntries(plan.reservations.map((one) => [one.name, `${one.for} ${formatCpuList(one.cpus)}`]));
  const expected = { ptp4l: 'unit 7', eth0: 'irq 12-13', containers: 'slice 9-11' };

  it('get whole cores after the guests: the largest first, on the node with the fewest free', () => {
    const plan = planOf(list, { reservations });
    assert.deepEqual(pins(plan), { a: '1 2 3 4', b: '5 6' });
    assert.deepEqual(placed(plan), expected);
    assert.deepEqual(plan.reservations.find(({ name }) => name === 'eth0')?.idleSiblings, [28, 29]);
  });

  it('stay where they are when a guest comes', () => {
    const former = formerOf(planOf(list, { reservations }));
    const more = planOf([...list, guest('c', 2)], { reservations, former });
    assert.deepEqual(pins(more), { a: '1 2 3 4', b: '5 6', c: '14 15' });
    assert.deepEqual(placed(more), expected);
  });

  it('are refused as guests are', () => {
    const plan = planOf(list, { reservations: [{ name: 'big', cpus: 8, for: 'unit' }] });
    assert.deepEqual(errors(plan), ['PLAN_NO_ROOM']);
    assert.deepEqual(plan.diagnostics.find(({ code }) => code === 'PLAN_NO_ROOM')?.origin, [
      'host',
      'rt_reservations',
      0,
    ]);
  });
});

describe('what the kernel gets', () => {
  it('in cgroup mode isolates by a partition: no domain flag, and all else as in boot mode', () =>
    assert.equal(
      planOf([], { host: { ...host, isolation: 'cgroup' } }).kernelArguments.join(' '),
      'isolcpus=managed_irq,1-7,9-15,17-23,25-31 nohz_full=1-7,9-15,17-23,25-31 rcu_nocbs=1-7,9-15,17-23,25-31 irqaffinity=0,8,16,24 skew_tick=1 nosoftlockup nmi_watchdog=0 rcutree.kthread_prio=4',
    ));

  // Typed from the rules.
  for (const [ids, list, mask] of [
    [4, '0', '1'],
    [4, '0-1', '3'],
    [40, '0-3', '00,0000000f'],
    [48, '0,24', '0000,01000001'],
    [64, '0-1,32-33', '00000003,00000003'],
    [112, '0,8,16,24', '0000,00000000,00000000,01010101'],
    [256, '0-3,64-67,128-131,192-195', Array.from({ length: 4 }, () => '00000000,0000000f').join(',')],
    [256, '0,64,128,192', Array.from({ length: 4 }, () => '00000000,00000001').join(',')],
  ] as const) {
    it(`by mask: ${list} of ${ids} CPUs`, () =>
      assert.equal(formatCpuMask(cpus(list), { lastCpu: ids - 1 }), mask));
  }
});
