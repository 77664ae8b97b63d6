import assert from 'node:assert/strict';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { formerFrom, formerOf as readFormer } from '../../../../src/rt/partition/json/former.js';
import { planJson } from '../../../../src/rt/partition/json/json.js';
import { planJsonSchema } from '../../../../src/rt/partition/json/schema.js';
import { planPartition } from '../../../../src/rt/partition/plan.js';
import { GiB, guest, machine, request } from '../../../support/machine.js';
import { formerOf, pins } from '../support.js';
import { patiently } from '../../../support/patience.js';

const topology = machine({ packages: 2, cores: 8, threads: 2 });
const shared = { rt: 1, housekeeping: 1, placement: 'shared' as const };
const wishes = request([guest('plc1', 3, { memoryBytes: 2 * GiB }), guest('hmi', 1, { vcpus: shared })], {
  reservations: [{ name: 'ptp', cpus: 1, for: 'unit' }],
});
const plan = planPartition(topology, wishes);
const validate = new Ajv({ strict: false }).compile(planJsonSchema());

describe("the plan's JSON", () => {
  it('has lists as the kernel prints them', () => {
    const json = planJson(plan);
    assert.equal(json.housekeeping, '0,8,16,24');
    assert.equal(json.isolated, '1-7,9-15,17-23,25-31');
    assert.deepEqual(json.masks, { housekeeping: '01010101', isolated: 'fefefefe' });
    assert.deepEqual(json.hugepages, { '1G': { '0': 2 } });
    const shown = Object.entries(json.guests).map(([name, one]) => ({
      name,
      vcpus: one.vcpus,
      shared: one.shared,
      emulator: one.emulator,
      idle: one.idleSiblings,
    }));
    assert.deepEqual(shown, [
      { name: 'hmi', vcpus: [4], shared: { '0': '0,16' }, emulator: '0,16', idle: '20' },
      { name: 'plc1', vcpus: [1, 2, 3], shared: undefined, emulator: '0,16', idle: '17-19' },
    ]);
    assert.equal(json.reservations['ptp']?.cpus, '5');
  });

  it('holds to its schema, as does a plan that refuses', () => {
    const refusing = planPartition(machine({ cores: 1 }), request([guest('a', 2)]));
    for (const one of [plan, refusing]) {
      assert.ok(validate(JSON.parse(JSON.stringify(planJson(one)))), JSON.stringify(validate.errors));
    }
    assert.ok(!validate({ ...planJson(plan), guests: { plc1: {} } }));
  });

  it('is the former plan of the next one', () => {
    const { places, problems } = formerFrom(JSON.stringify(planJson(plan)));
    assert.deepEqual(problems, []);
    assert.deepEqual(
      [...places].sort((a, b) => (a.name < b.name ? -1 : 1)),
      [...formerOf(plan)].sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
    const again = planPartition(topology, { ...wishes, former: places });
    assert.deepEqual(pins(again), pins(plan));
    assert.ok(again.guests.every(({ kept }) => kept) && again.reservations.every(({ kept }) => kept));
  });
});

describe('a former plan that cannot be read', () => {
  it('says what is wrong, and leaves only that out', () => {
    assert.deepEqual(formerFrom(''), { places: [], problems: [] });
    assert.deepEqual(formerFrom('{"guests": ').problems, ['the former plan is not JSON']);
    assert.deepEqual(formerFrom('[]').problems, ['the former plan is not a JSON object']);
    const text = JSON.stringify({
      version: 9,
      guests: { a: { vcpus: [1, 2], demand: 'd' }, b: { vcpus: [1.5], demand: 'd' }, c: 'x' },
      reservations: { r: { cpus: '3-x', demand: 'd' } },
    });
    const { places, problems } = formerFrom(text);
    assert.deepEqual(places, [{ name: 'a', kind: 'guest', demand: 'd', cpus: [1, 2] }]);
    assert.deepEqual(problems, [
      'the former plan is of version 9, and this program knows 1',
      'the place of the guest b cannot be read',
      'the place of the guest c cannot be read',
      'the place of the reservation r cannot be read',
    ]);
  });

  it('reports eight places one by one, and the others by their number', () => {
    const guests = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`g${index}`, 'x']));
    const messages = readFormer(JSON.stringify({ guests }), false).diagnostics.map(({ message }) => message);
    assert.equal(messages.length, 9);
    assert.match(messages.at(-1) ?? '', /^12 more of its places cannot be read/);
  });

  it('never stops a plan, whatever it holds', () =>
    fc.assert(
      fc.property(fc.json(), fc.json(), (whole, entry) => {
        const inner = `{"guests": {"plc1": ${entry}, "hmi": {"vcpus": ${entry}, "demand": "x"}}}`;
        for (const text of [whole, inner, whole.slice(1)]) {
          const { places } = formerFrom(text);
          const next = planPartition(topology, { ...wishes, former: places });
          assert.equal(next.guests.length, 2);
        }
      }),
      { numRuns: 200, interruptAfterTimeLimit: patiently(20_000), markInterruptAsFailure: true },
    ));
});
