import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatCpuList, intersectCpus, parseCpuList, unionCpus } from '../../../src/rt/cpus/cpu-list.js';
import { formatCpuMask, parseCpuMask } from '../../../src/rt/cpus/cpu-mask.js';
import type { FormerPlace, GuestRequest, PartitionPlan } from '../../../src/rt/partition/model.js';
import { formatStrides } from '../../../src/rt/partition/arguments/strides.js';
import { formerFrom } from '../../../src/rt/partition/json/former.js';
import { storedPlan } from '../../../src/rt/partition/json/json.js';
import { planPartition } from '../../../src/rt/partition/plan.js';
import type { Topology } from '../../../src/rt/topology/model.js';
import { GiB, cacheResource, guest, host, machine, request, resctrl } from '../../support/machine.js';
import { formerOf, nodesOf, pins } from './support.js';
import { patiently } from '../../support/patience.js';

const limits = { interruptAfterTimeLimit: patiently(100_000), markInterruptAsFailure: true };

const shapes = fc.record({
  packages: fc.integer({ min: 1, max: 3 }),
  cores: fc.integer({ min: 1, max: 12 }),
  threads: fc.constantFrom(1, 2),
  siblings: fc.constantFrom('far' as const, 'near' as const),
  nodes: fc.constantFrom(1, 2, 'one' as const),
  coresPerL3: fc.constantFrom(2, 3, 8),
  memoryBytes: fc.constantFrom(8 * GiB, 64 * GiB),
});

const machines: fc.Arbitrary<Topology> = shapes.map((shape) => machine(shape));

const guests: fc.Arbitrary<readonly GuestRequest[]> = fc
  .array(
    fc.record({
      /** 0: all of its vCPUs share housekeeping CPUs. */
      cores: fc.constantFrom(0, 2, 3, 4, 5, 6),
      memory: fc.option(fc.integer({ min: 1, max: 3 })),
      threads: fc.constantFrom(1 as const, 1 as const, 2 as const),
    }),
    { maxLength: 5 },
  )
  .map((list) =>
    list.map(({ cores, memory, threads }, index) =>
      guest(`g${(index * 7) % 5}`, cores, {
        threads,
        vcpus:
          cores === 0
            ? { rt: 0, housekeeping: threads, placement: 'shared' }
            : { rt: threads * cores - threads, housekeeping: threads, placement: 'isolated' },
        ...(memory === null ? {} : { memoryBytes: memory * GiB }),
      }),
    ),
  );

/** A guest with no CPU of its own. */
function sharer(name: string): GuestRequest {
  return guest(name, 1, { vcpus: { rt: 0, housekeeping: 1, placement: 'shared' }, memoryBytes: GiB });
}

/** The former plan as the next run reads it from the target. */
function keptOf(plan: PartitionPlan): readonly FormerPlace[] {
  const { places, problems } = formerFrom(JSON.stringify(storedPlan(plan)));
  assert.deepEqual(problems, []);
  return places;
}

function check(property: fc.IProperty<[Topology, readonly GuestRequest[]]>): void {
  fc.assert(property, { numRuns: 300, ...limits });
}

describe('properties of plans', function () {
  this.timeout(120_000);

  it('housekeeping and isolated CPUs partition the online ones, and each core is in one set', () =>
    check(
      fc.property(machines, guests, (topology, list) => {
        const { housekeeping, isolated } = planPartition(topology, request(list));
        assert.deepEqual(unionCpus(housekeeping, isolated), topology.online);
        assert.deepEqual(intersectCpus(housekeeping, isolated), []);
        for (const { cpus } of topology.cores) {
          const inside = intersectCpus(cpus, isolated).length;
          assert.ok(inside === 0 || inside === cpus.length);
        }
      }),
    ));

  it('no core belongs to two guests, and each guest is on one node with emulator threads apart', () =>
    check(
      fc.property(machines, guests, (topology, list) => {
        const plan = planPartition(topology, request(list));
        const cores = plan.guests.flatMap((one) => one.cores.map((cpus) => cpus.join()));
        assert.equal(new Set(cores).size, cores.length);
        for (const placed of plan.guests) {
          assert.equal(placed.nodes.length, 1);
          assert.deepEqual(intersectCpus(placed.emulator, plan.isolated), []);
          assert.ok(placed.emulator.length > 0);
        }
      }),
    ));

  it('the order of guests in the inventory changes nothing', () =>
    check(
      fc.property(machines, guests, (topology, list) => {
        const backwards = planPartition(topology, request([...list].reverse()));
        assert.deepEqual(storedPlan(backwards), storedPlan(planPartition(topology, request(list))));
      }),
    ));

  it('a plan of its own result is the same', () =>
    check(
      fc.property(machines, guests, (topology, list) => {
        const plan = planPartition(topology, request(list));
        const again = planPartition(topology, request(list, { former: keptOf(plan) }));
        assert.deepEqual(storedPlan(again), storedPlan(plan));
        assert.ok(again.guests.every(({ kept }) => kept));
      }),
    ));

  it('a plan of its own result is the same with reservations and cache too', () =>
    fc.assert(
      fc.property(
        shapes,
        guests,
        fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
        fc.array(fc.option(fc.integer({ min: 1, max: 4 })), { minLength: 5, maxLength: 5 }),
        (shape, list, reserved, ways) => {
          const topology = machine({ ...shape, resctrl: resctrl([cacheResource()]) });
          const wishes = request(
            list.map((one, index): GuestRequest => {
              const count = ways[index] ?? null;
              return count === null ? one : { ...one, cache: { kind: 'ways', ways: count } };
            }),
            {
              reservations: reserved.map((count, index) => ({ name: `r${index}`, cpus: count, for: 'unit' })),
            },
          );
          const plan = planPartition(topology, wishes);
          const again = planPartition(topology, { ...wishes, former: keptOf(plan) });
          assert.deepEqual(storedPlan(again), storedPlan(plan));
          assert.ok(again.reservations.every(({ kept }) => kept));
        },
      ),
      { numRuns: 300, ...limits },
    ));

  it('removing or adding a guest moves no other', () =>
    check(
      fc.property(machines, guests, (topology, list) => {
        const plan = planPartition(topology, request(list));
        const fewer = planPartition(topology, request(list.slice(1), { former: formerOf(plan) }));
        const more = [...list.slice(1), guest('new', 2), sharer('newer')];
        const added = planPartition(topology, request(more, { former: formerOf(fewer) }));
        for (const of of [pins, nodesOf]) {
          for (const [name, where] of Object.entries(of(fewer))) {
            const before = of(plan)[name];
            if (before !== undefined) assert.equal(where, before);
            assert.equal(of(added)[name], where);
          }
        }
      }),
    ));

  it('housekeeping does not depend on guests', () =>
    check(
      fc.property(machines, guests, (topology, list) => {
        const { housekeeping } = planPartition(topology, request([]));
        assert.deepEqual(planPartition(topology, request(list)).housekeeping, housekeeping);
      }),
    ));

  it('a guest that shrinks keeps the lowest of its cores', () =>
    check(
      fc.property(machines, guests, (topology, list) => {
        const plan = planPartition(topology, request(list));
        const [first, ...others] = list;
        const before = plan.guests.find(({ name }) => name === first?.name);
        if (first === undefined || before === undefined || first.threads === 2 || first.vcpus.rt === 0)
          return;
        // What is refused is not kept. A guest that had no place may get one only by a move of this one.
        if (plan.guests.length < list.length) return;
        const own = before.vcpus.flatMap(({ cpus }) => cpus);
        const less = { ...first, vcpus: { ...first.vcpus, rt: first.vcpus.rt - 1 } };
        const shrunk = planPartition(topology, request([...others, less], { former: formerOf(plan) }));
        assert.equal(pins(shrunk)[first.name], own.slice(0, -1).join(' '));
      }),
    ));

  it('lists and masks read back to themselves, in the width of the machine', () =>
    check(
      fc.property(machines, guests, (topology, list) => {
        const plan = planPartition(topology, request(list));
        for (const cpus of [plan.housekeeping, plan.isolated]) {
          assert.deepEqual(parseCpuList(formatCpuList(cpus)), cpus);
          const mask = formatCpuMask(cpus, { lastCpu: plan.cpuIds - 1 });
          assert.deepEqual(parseCpuMask(mask), cpus);
          assert.equal(mask.replaceAll(',', '').length, Math.ceil(plan.cpuIds / 4));
        }
      }),
    ));

  it('smt: off gives the same plan before and after the boot', () =>
    fc.assert(
      fc.property(shapes, guests, (shape, list) => {
        const before = machine(shape);
        const offline = before.cores.flatMap(({ cpus }) => cpus.slice(1));
        const after = machine({ ...shape, offline, smt: { control: 'off', active: false } });
        const single = list.filter(({ threads }) => threads === 1);
        const off = request(single, { host: { ...host, smt: 'off' } });
        assert.deepEqual(planPartition(after, off), planPartition(before, off));
      }),
      { numRuns: 200, ...limits },
    ));

  it('strides name the same CPUs, and are never longer', () =>
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 127 })), (numbers) => {
        const cpus = [...numbers].sort((a, b) => a - b);
        const text = formatStrides(cpus);
        assert.deepEqual(parseCpuList(text), cpus);
        assert.ok(text.length <= formatCpuList(cpus).length);
      }),
      { numRuns: 500, ...limits },
    ));
});
