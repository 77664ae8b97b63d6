import assert from 'node:assert/strict';
import { formatCpuList } from '../../../../src/rt/cpus/cpu-list.js';
import { formerFrom } from '../../../../src/rt/partition/json/former.js';
import { planJson, storedPlan } from '../../../../src/rt/partition/json/json.js';
import type {
  FormerPlace,
  GuestRequest,
  HostRequest,
  PartitionPlan,
  PartitionRequest,
} from '../../../../src/rt/partition/model.js';
import { planPartition } from '../../../../src/rt/partition/plan.js';
import type { Topology } from '../../../../src/rt/topology/model.js';
import { GiB, guest, host, machine, request } from '../../../support/machine.js';
import { errors, nodesOf, pins } from '../support.js';

/** All of its vCPUs share housekeeping CPUs. */
function sharer(name: string, more: Partial<GuestRequest> = {}): GuestRequest {
  return guest(name, 1, { vcpus: { rt: 0, housekeeping: 1, placement: 'shared' }, ...more });
}

/** Cores 0-3 on node 0, 4-7 on node 1; 0 and 4 are housekeeping; the host keeps 6 of 16 GiB of each node. */
const topology = machine({ packages: 2, cores: 4, memoryBytes: 16 * GiB });

function planOf(
  guests: readonly GuestRequest[],
  more: Partial<PartitionRequest> = {},
  on: Topology = topology,
): PartitionPlan {
  return planPartition(on, request(guests, more));
}

/** As the next run reads it from the target. */
function keptOf(plan: PartitionPlan): readonly FormerPlace[] {
  return formerFrom(JSON.stringify(storedPlan(plan))).places;
}

const all: HostRequest = { ...host, housekeeping: { kind: 'list', cpus: [0, 1, 2, 3, 4, 5, 6, 7] } };

describe('guests without a core of their own', () => {
  it('run on the housekeeping CPUs of their node, with memory there', () => {
    const plan = planOf([guest('a', 3), sharer('b', { memoryBytes: 2 * GiB })]);
    assert.deepEqual(errors(plan), []);
    assert.deepEqual(
      [pins(plan), nodesOf(plan)],
      [
        { a: '1 2 3', b: '' },
        { a: '0', b: '0' },
      ],
    );
    const { vcpus, shared, emulator, node, memoryNodes, cores } = planJson(plan).guests['b'] ?? {};
    assert.deepEqual(
      { vcpus, shared, emulator, node, memoryNodes, cores },
      { vcpus: [], shared: { '0': '0' }, emulator: '0', node: 0, memoryNodes: [0], cores: [] },
    );
    assert.ok(plan.kernelArguments.includes('hugepages=0:2'));
  });

  it('go where a guest has the only isolated core, and where none is isolated', () => {
    const small = machine({ cores: 2, memoryBytes: 16 * GiB });
    const own = guest('a', 1, { vcpus: { rt: 1, housekeeping: 1, placement: 'shared' } });
    const plan = planOf([own, sharer('b')], {}, small);
    assert.deepEqual([errors(plan), pins(plan), nodesOf(plan)], [[], { a: '1', b: '' }, { a: '0', b: '0' }]);
    const none = planOf([sharer('b')], { host: all });
    assert.deepEqual([errors(none), nodesOf(none), none.isolated], [[], { b: '0' }, []]);
  });

  it('go to the node with the fewest free cores that has the memory, and to the one that they ask for', () => {
    const first = guest('a', 1, {
      vcpus: { rt: 1, housekeeping: 1, placement: 'shared' },
      node: { kind: 'node', node: 1 },
    });
    const node = (more: Partial<GuestRequest>): string | undefined =>
      nodesOf(planOf([first, sharer('b', more)]))['b'];
    assert.equal(node({}), '1');
    assert.equal(node({ node: { kind: 'node', node: 0 } }), '0');
    assert.equal(node({ node: { kind: 'nodes', nodes: [0, 1] }, memoryBytes: 4 * GiB }), '0 1');
    const large = { ...first, memoryBytes: 9 * GiB };
    assert.equal(nodesOf(planOf([large, sharer('b', { memoryBytes: 2 * GiB })]))['b'], '0');
  });

  it('get CPUs of the nearest node where theirs has no housekeeping CPU', () => {
    const plan = planOf(
      [sharer('b', { node: { kind: 'node', node: 1 } })],
      {},
      machine({ cores: 8, nodes: 2 }),
    );
    const [placed] = plan.guests;
    assert.deepEqual([placed?.nodes, formatCpuList(placed?.emulator ?? [])], [[1], '0']);
    assert.deepEqual(placed?.vcpus, [{ vcpu: 0, role: 'housekeeping', cpus: [0], shared: true }]);
  });

  it('stay on their node when others come, and their memory with them', () => {
    const b = sharer('b', { memoryBytes: 8 * GiB });
    const before = planOf([b]);
    assert.deepEqual(nodesOf(before), { b: '0' });
    // Without a former plan, a guest with cores has the first choice.
    const a = guest('a', 2, { memoryBytes: 8 * GiB });
    const other = guest('c', 2, { node: { kind: 'node', node: 1 } });
    assert.deepEqual(nodesOf(planOf([a, b, other])), { a: '0', b: '1', c: '1' });
    const after = planOf([a, b, other, sharer('d')], { former: keptOf(before) });
    assert.deepEqual(errors(after), ['PLAN_NO_ROOM']);
    // The memory of node 0 is taken, so the other two want cores of node 1: one too many.
    assert.deepEqual(nodesOf(after), { a: '1', b: '0', d: '1' });
    assert.equal(after.guests.find(({ name }) => name === 'b')?.kept, true);
    // The same wish with more memory: it is placed again, and stays.
    const more = planOf([sharer('b', { memoryBytes: 9 * GiB }), other], { former: keptOf(before) });
    assert.deepEqual(nodesOf(more), { b: '0', c: '1' });
    assert.ok(more.guests.every(({ kept }) => !kept));
  });

  it('stay where they run, when there is no former plan', () => {
    const found = [{ domain: 'b', running: true, cpus: [4] }];
    assert.deepEqual(nodesOf(planOf([sharer('b')], { found })), { b: '1' });
    const everywhere = [{ domain: 'b', running: true, cpus: [0, 1, 2, 3, 4, 5, 6, 7] }];
    assert.deepEqual(nodesOf(planOf([sharer('b')], { found: everywhere })), { b: '0' });
    assert.deepEqual(nodesOf(planOf([sharer('b')], { found, replan: true })), { b: '0' });
  });

  it('are placed again where the former plan names nodes that are not there, or none', () => {
    const [place] = keptOf(planOf([sharer('b')]));
    assert.ok(place);
    const { nodes: _nodes, ...without } = place;
    for (const former of [{ ...place, nodes: [7] }, { ...place, nodes: [0, 1] }, without]) {
      const plan = planOf([sharer('b')], { former: [former] });
      assert.deepEqual([nodesOf(plan), plan.guests[0]?.kept], [{ b: '0' }, false]);
    }
  });

  it('are refused for their memory alone, and never for cores', () => {
    const plan = planOf([sharer('b', { memoryBytes: 11 * GiB })]);
    const [refusal] = plan.diagnostics.filter(({ severity }) => severity === 'error');
    assert.equal(refusal?.code, 'MEM_NODE');
    assert.match(
      refusal.message,
      /^b needs 11 pages of 1G.*node 0 has room for 10 of 11.*node 1 has room for 10/,
    );
    const texts = [
      ...plan.diagnostics.map(({ message }) => message),
      ...planOf([sharer('b')]).guests.flatMap(({ why }) => why),
    ];
    assert.doesNotMatch(texts.join('\n'), /\b0 (free )?cores/);
  });

  it('are refused where no node has a CPU', () => {
    const cores = topology.cores.map(({ node: _node, ...core }) => core);
    const nodes = topology.nodes.map((node) => ({ ...node, cpus: [] }));
    const plan = planOf([sharer('b')], {}, { ...topology, cores, nodes });
    const [refusal] = plan.diagnostics.filter(({ severity }) => severity === 'error');
    assert.equal(refusal?.code, 'PLAN_NO_ROOM');
    assert.equal(refusal.message, 'b needs a NUMA node with CPUs, and the machine has none');
  });

  it('do not change where a guest with cores goes', () => {
    const uneven = machine({ cores: 8, threads: 2, offline: [9, 10] });
    const list = [guest('a', 2), guest('c', 3)];
    const alone = pins(planOf(list, {}, uneven));
    const beside = pins(
      planOf(
        [...list, sharer('b', { threads: 2, vcpus: { rt: 0, housekeeping: 2, placement: 'shared' } })],
        {},
        uneven,
      ),
    );
    assert.deepEqual(beside, { ...alone, b: '' });
  });
});
