import assert from 'node:assert/strict';
import { planPartition } from '../../../src/rt/partition/plan.js';
import type { PartitionPlan } from '../../../src/rt/partition/model.js';
import { parseTopology } from '../../../src/rt/topology/parse.js';
import { GiB, guest, request } from '../../support/machine.js';
import { nodeFolder, takeOffline, tree, without } from '../topology/tree.js';
import { codes, errors, lists, pins } from './support.js';

/** CPU n and n+8 are one core; node 0 has CPUs 0-3, node 1 has 4-7, with 8 GiB each, of which the host keeps 6. */
const shape = { packages: 2, cores: 4, threads: 2, siblings: 'far' } as const;

function planOf(files: ReadonlyMap<string, string>, list: Parameters<typeof request>[0]): PartitionPlan {
  return planPartition(parseTopology(files), request(list));
}

/** One core: a real-time vCPU beside a housekeeping vCPU that shares CPUs of the host. */
const single = { vcpus: { rt: 1, housekeeping: 1, placement: 'shared' as const } };

/** The pages asked for at boot. */
function pages(plan: PartitionPlan): readonly string[] {
  return plan.kernelArguments.filter((word) => word.startsWith('hugepages='));
}

/** Worked out by hand from the rules for housekeeping, nodes, places and memory. */
describe('plans of odd machines', () => {
  it('an offline second thread: its core has one, and only guests with threads: 1 can have it', () => {
    const files = takeOffline(tree(shape), 15, '0-14');
    const two = { rt: 4, housekeeping: 0, placement: 'isolated' as const };
    const onOne = { threads: 2 as const, node: { kind: 'node' as const, node: 1 } };
    const plan = planOf(files, [guest('a', 2, { ...onOne, vcpus: two }), guest('b', 1, single)]);
    assert.deepEqual(lists(plan), { housekeeping: '0,4,8,12', isolated: '1-3,5-7,9-11,13-14', mask: '1111' });
    assert.deepEqual(pins(plan), { a: '5 13 6 14', b: '7' });
    assert.match(
      plan.diagnostics.find(({ code }) => code === 'CPU_RETURNS')?.message ?? '',
      /^CPU 15 is offline/,
    );
    const three = planOf(files, [guest('a', 3, { ...onOne, vcpus: { ...two, rt: 6 } })]);
    assert.deepEqual(errors(three), ['PLAN_NO_ROOM']);
    assert.match(
      three.diagnostics.find(({ code }) => code === 'PLAN_NO_ROOM')?.message ?? '',
      /node 1 has 2 of 3/,
    );
  });

  it('an offline CPU 0: the machine boots on the lowest that is online, and its sibling is a core of its own', () => {
    const plan = planOf(takeOffline(tree(shape), 0, '1-15'), [guest('a', 3)]);
    assert.deepEqual(lists(plan), {
      housekeeping: '1,4,9,12',
      isolated: '2-3,5-8,10-11,13-15',
      mask: '1212',
    });
    assert.deepEqual(pins(plan), { a: '2 3 8' });
  });

  it('sparse node numbers: they are names, in wishes, in pages and for emulator threads', () => {
    const files = new Map(
      [...tree(shape)].map(([path, text]) => [path.replace('/node/node1/', '/node/node33/'), text]),
    );
    for (const name of ['online', 'has_cpu', 'has_memory', 'has_normal_memory']) {
      files.set(`${nodeFolder}/${name}`, '0,33\n');
    }
    const near = guest('b', 3, { node: { kind: 'node', node: 33 }, memoryBytes: 2 * GiB });
    const plan = planOf(files, [guest('a', 3, { memoryBytes: GiB }), near]);
    assert.deepEqual(pins(plan), { a: '1 2 3', b: '5 6 7' });
    const placed = plan.guests.map(({ nodes, memoryNodes, emulator }) => [nodes, memoryNodes, emulator]);
    assert.deepEqual(placed, [
      [[0], [0], [0, 8]],
      [[33], [33], [4, 12]],
    ]);
    assert.deepEqual(pages(plan), ['hugepages=0:1,33:2']);
    const missing = planOf(files, [guest('c', 2, { node: { kind: 'node', node: 1 } })]);
    assert.match(
      missing.diagnostics.find(({ code }) => code === 'PIN_NODES')?.message ?? '',
      /nodes 0 and 33/,
    );
  });

  it('an offline node: its CPUs are housekeeping and isolated as always, and host no guest', () => {
    const files = without(tree(shape), /\/node\/node1\//);
    for (const name of ['online', 'has_cpu', 'has_memory', 'has_normal_memory']) {
      files.set(`${nodeFolder}/${name}`, '0\n');
    }
    const plan = planOf(files, [guest('a', 3), guest('b', 1, single)]);
    assert.deepEqual(lists(plan), { housekeeping: '0,4,8,12', isolated: '1-3,5-7,9-11,13-15', mask: '1111' });
    assert.deepEqual(pins(plan), { a: '1 2 3' });
    assert.deepEqual(errors(plan), ['PLAN_NO_ROOM']);
  });

  it('firmware that lists a CPU in two nodes: the machine is one node, and says so', () => {
    const files = tree(shape).set(`${nodeFolder}/node1/cpulist`, '0,4-7,12-15\n');
    const plan = planOf(files, [guest('a', 6, { memoryBytes: 10 * GiB })]);
    assert.deepEqual(pins(plan), { a: '1 2 3 5 6 7' });
    assert.deepEqual(plan.guests[0]?.nodes, [0]);
    assert.deepEqual(pages(plan), ['hugepages=10']);
    assert.ok(codes(plan, 'warning').includes('CPU_IN_SEVERAL_NODES'));
    assert.deepEqual(errors(planOf(files, [guest('a', 6, { memoryBytes: 11 * GiB })])), ['MEM_NODE']);
  });
});
