import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { GuestRequest, PartitionPlan, ReservationRequest } from '../../../src/rt/partition/model.js';
import { planPartition } from '../../../src/rt/partition/plan.js';
import type { Topology } from '../../../src/rt/topology/model.js';
import { GiB, cacheResource, guest, machine, request, resctrl } from '../../support/machine.js';
import { accepted, allFit, type Free, type Item } from './brute-force.js';
import { formerOf, pins } from './support.js';

const limits = { interruptAfterTimeLimit: 100_000, markInterruptAsFailure: true };
/** What the host keeps of each node, as in test/support/machine.ts. */
const reserveGiB = 6;

/** At most 8 cores; some second threads are offline, so that cores are unlike. */
const machines: fc.Arbitrary<Topology> = fc
  .record({
    shape: fc.constantFrom(
      { packages: 1, cores: 8, nodes: 2 },
      { packages: 2, cores: 4 },
      { packages: 4, cores: 2 },
      { cores: 7 },
      { packages: 1, cores: 6, nodes: 3 },
    ),
    threads: fc.constantFrom(1, 2),
    single: fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 4 }),
    memoryGiB: fc.array(fc.integer({ min: 6, max: 10 }), { minLength: 4, maxLength: 4 }),
  })
  .map(({ shape, threads, single, memoryGiB }) => {
    const memoryBytes = memoryGiB.map((size) => size * GiB);
    const whole = machine({ ...shape, threads });
    const offline = [...new Set(single)].flatMap((at) => whole.cores[at]?.cpus.slice(1) ?? []);
    return machine({ ...shape, threads, offline, memoryBytes, resctrl: resctrl([cacheResource()]) });
  });

const wish = fc.record({
  /** 0: all of its vCPUs share housekeeping CPUs. */
  cores: fc.integer({ min: 0, max: 4 }),
  threads: fc.constantFrom(1 as const, 1 as const, 2 as const),
  memoryGiB: fc.integer({ min: 0, max: 3 }),
  node: fc.constantFrom(
    { kind: 'auto' as const },
    { kind: 'auto' as const },
    { kind: 'node' as const, node: 0 },
    { kind: 'node' as const, node: 1 },
    { kind: 'nodes' as const, nodes: [0, 1] },
  ),
  cache: fc.boolean(),
});

type Wish = typeof wish extends fc.Arbitrary<infer One> ? One : never;

function guestOf(name: string, { cores, threads, memoryGiB, node, cache }: Wish): GuestRequest {
  return guest(name, cores, {
    vcpus: {
      rt: cores * threads,
      housekeeping: cores === 0 ? 1 : 0,
      placement: cores === 0 ? 'shared' : 'isolated',
    },
    threads,
    node,
    ...(memoryGiB === 0 ? {} : { memoryBytes: memoryGiB * GiB }),
    ...(cache ? { cache: { kind: 'ways', ways: 2 } } : {}),
  });
}

/** Undefined: the wish for nodes cannot be met on this machine, whatever is free. */
function itemOf(
  topology: Topology,
  { name, vcpus, threads, node, memoryBytes = 0 }: GuestRequest,
): Item | undefined {
  const cores = vcpus.rt / threads;
  const nodes = node.kind === 'node' ? [node.node] : node.kind === 'nodes' ? node.nodes : undefined;
  if (nodes?.some((id) => !topology.nodes.some((one) => one.id === id)) === true) return undefined;
  if (nodes !== undefined && cores % nodes.length !== 0) return undefined;
  return { name, cores, threads, memoryGiB: memoryBytes / GiB, ...(nodes === undefined ? {} : { nodes }) };
}

/** What guests and reservations of a plan leave. */
function freeBeside(topology: Topology, plan: PartitionPlan, taken: PartitionPlan['guests']): Free {
  const isolated = new Set(plan.isolated);
  const gone = new Set(taken.flatMap(({ cores }) => cores.flat()));
  const memory = new Map(topology.nodes.map(({ id, memoryBytes }) => [id, memoryBytes / GiB - reserveGiB]));
  for (const { memoryNodes, memoryBytes = 0 } of taken) {
    for (const node of memoryNodes) {
      memory.set(node, (memory.get(node) ?? 0) - memoryBytes / GiB / memoryNodes.length);
    }
  }
  return {
    cores: topology.cores.filter(({ cpus }) => cpus.every((cpu) => isolated.has(cpu) && !gone.has(cpu))),
    memory,
  };
}

function namesOf(placed: readonly { readonly name: string }[]): readonly string[] {
  return placed.map(({ name }) => name).sort();
}

function items(topology: Topology, list: readonly GuestRequest[]): readonly Item[] {
  return list.flatMap((one) => itemOf(topology, one) ?? []);
}

/** Each one that is not placed has an error of its own. */
function assertRefused(plan: PartitionPlan, list: readonly GuestRequest[]): void {
  const placed = namesOf(plan.guests);
  for (const { name } of list.filter((one) => !placed.includes(one.name))) {
    const refused = plan.diagnostics.some(
      ({ severity, code, origin }) =>
        severity === 'error' &&
        ['PLAN_NO_ROOM', 'MEM_NODE', 'PIN_NODES'].includes(code) &&
        origin[0] === `guest:${name}`,
    );
    assert.ok(refused, name);
  }
}

const lists = fc
  .array(wish, { minLength: 1, maxLength: 3 })
  .map((all) => all.map((one, index) => guestOf(`g${index}`, one)));

describe('refusals on small machines', function () {
  this.timeout(120_000);

  it('do not come where the best node for each guest alone leads nowhere', () => {
    // 8 free cores on node 0, 10 on node 1: only 4 + 4 and 5 + 5 fill them.
    const topology = machine({ cores: 20, nodes: 2 });
    const list = [guest('a', 5), guest('b', 5), guest('c', 4), guest('d', 4)];
    const plan = planPartition(topology, request(list));
    assert.deepEqual(
      plan.guests.map(({ name, nodes }) => [name, ...nodes]),
      [
        ['a', 1],
        ['b', 1],
        ['c', 0],
        ['d', 0],
      ],
    );
    const more = planPartition(topology, request([...list, guest('e', 2)]));
    assert.deepEqual(pins(more), pins(plan));
    assert.match(
      more.diagnostics.find(({ code }) => code === 'PLAN_NO_ROOM')?.message ?? '',
      /^e needs 2 cores/,
    );
  });

  it('come exactly when trying everything finds no place either: threads, nodes, memory and cache', () => {
    const seen = { all: 0, some: 0 };
    fc.assert(
      fc.property(machines, lists, (topology, list) => {
        const plan = planPartition(topology, request(list));
        const free = freeBeside(topology, plan, []);
        const wanted = items(topology, list);
        assert.deepEqual(namesOf(plan.guests), accepted(wanted, free));
        const every = wanted.length === list.length && allFit(wanted, free);
        assert.equal(plan.guests.length === list.length, every);
        assertRefused(plan, list);
        seen[every ? 'all' : 'some'] += 1;
      }),
      { numRuns: 400, ...limits },
    );
    assert.ok(seen.all > 40 && seen.some > 40, JSON.stringify(seen));
  });

  it('come exactly then with the others fixed, where a former plan has them', () => {
    const seen = { all: 0, some: 0 };
    fc.assert(
      fc.property(machines, lists, fc.array(wish, { minLength: 1, maxLength: 2 }), (topology, list, more) => {
        const before = planPartition(topology, request(list));
        const added = more.map((one, index) => guestOf(`new${index}`, one));
        // The first one goes away, and leaves a gap.
        const stay = before.guests.slice(1);
        const wishes = list.filter(({ name }) => stay.some((one) => one.name === name));
        const plan = planPartition(topology, request([...wishes, ...added], { former: formerOf(before) }));
        for (const { name, cores, nodes } of stay) {
          const now = plan.guests.find((one) => one.name === name);
          assert.deepEqual([now?.cores, now?.nodes], [cores, nodes]);
        }
        const free = freeBeside(topology, plan, stay);
        const names = namesOf(plan.guests).filter((name) => name.startsWith('new'));
        assert.deepEqual(names, accepted(items(topology, added), free));
        assertRefused(plan, [...wishes, ...added]);
        seen[names.length === added.length ? 'all' : 'some'] += 1;
      }),
      { numRuns: 400, ...limits },
    );
    assert.ok(seen.all > 40 && seen.some > 40, JSON.stringify(seen));
  });

  it('come exactly then for reservations, beside the guests', () => {
    const seen = { all: 0, some: 0 };
    const reserved = fc.record({
      cpus: fc.integer({ min: 1, max: 4 }),
      node: fc.constantFrom(undefined, 0, 1),
    });
    fc.assert(
      fc.property(
        machines,
        lists,
        fc.array(reserved, { minLength: 1, maxLength: 2 }),
        (topology, list, more) => {
          const reservations = more.map(({ cpus, node }, index): ReservationRequest => ({
            name: `r${index}`,
            cpus,
            for: 'unit',
            ...(node === undefined ? {} : { node }),
          }));
          const plan = planPartition(topology, request(list, { reservations }));
          assert.deepEqual(namesOf(plan.guests), namesOf(planPartition(topology, request(list)).guests));
          const wanted = reservations.map(({ name, cpus, node }): Item => ({
            name,
            cores: cpus,
            threads: 1,
            memoryGiB: 0,
            ...(node === undefined ? {} : { nodes: [node] }),
          }));
          const names = namesOf(plan.reservations);
          assert.deepEqual(names, accepted(wanted, freeBeside(topology, plan, plan.guests)));
          for (const [index, { name }] of reservations.entries()) {
            const refused = plan.diagnostics.some(
              ({ code, origin }) =>
                code === 'PLAN_NO_ROOM' && origin.join() === `host,rt_reservations,${index}`,
            );
            assert.equal(refused, !names.includes(name));
          }
          seen[names.length === reservations.length ? 'all' : 'some'] += 1;
        },
      ),
      { numRuns: 250, ...limits },
    );
    assert.ok(seen.all > 25 && seen.some > 25, JSON.stringify(seen));
  });
});
