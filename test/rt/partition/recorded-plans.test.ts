import assert from 'node:assert/strict';

import { planPartition } from '../../../src/rt/partition/plan.js';
import { cpus, guest, request } from '../../support/machine.js';
import { parseHwlocXml, readXz } from '../topology/hwloc-xml.js';
import { recordedTopology } from '../topology/recorded.js';
import { errors, formerOf, lists, pins } from './support.js';

const first = (list: string): string => cpus(list).join(' ');

/** Typed from the recorded cases of the rules. The numbers are theirs. */
describe('plans of recorded machines', function () {
  // Unpacking a tree for the first time takes up to half a minute on a busy machine.
  this.timeout(180_000);

  it('C2: 2 x Xeon Silver 4108', async () => {
    const topology = await recordedTopology('32intel64-2p8co2t+8ve');
    const three = [guest('a', 4), guest('b', 3), guest('c', 2)];
    const plan = planPartition(topology, request(three));
    assert.deepEqual(lists(plan), {
      housekeeping: '0,8,16,24',
      isolated: '1-7,9-15,17-23,25-31',
      mask: '0000,00000000,00000000,01010101',
    });
    assert.deepEqual(pins(plan), { a: '1 2 3 4', b: '5 6 7', c: '9 10' });
    const more = planPartition(topology, request([...three, guest('d', 5)], { former: formerOf(plan) }));
    assert.deepEqual(pins(more), { ...pins(plan), d: first('11-15') });
  });

  it('C3: 2 x EPYC 7763', () => {
    const plan = planPartition(
      parseHwlocXml(readXz('AMD-19h-Zen3-2xEpyc-7763')),
      request([guest('a', 8), guest('b', 4), guest('c', 12)]),
    );
    assert.deepEqual(lists(plan), {
      housekeeping: '0-3,64-67',
      isolated: '4-63,68-127',
      mask: '00000000,0000000f,00000000,0000000f',
    });
    assert.deepEqual(pins(plan), { a: first('24-31'), b: first('20-23'), c: first('8-19') });
  });

  it('C4: i7-1370P with P- and E-cores', async () => {
    const recorded = await recordedTopology('20em64t-hybrid-1p6c2t+2ca4co1t');
    const cores = recorded.cores.map((core) => ({
      ...core,
      pmu: (core.cpus[0] ?? 0) < 12 ? ('core' as const) : ('atom' as const),
    }));
    const plan = planPartition({ ...recorded, cores }, request([guest('a', 4), guest('b', 2)]));
    assert.deepEqual(lists(plan), { housekeeping: '0-1,12-19', isolated: '2-11', mask: 'ff003' });
    assert.deepEqual(pins(plan), { a: '2 4 6 8' });
    assert.deepEqual(errors(plan), ['PLAN_NO_ROOM']);
    const refusal = plan.diagnostics.find(({ code }) => code === 'PLAN_NO_ROOM');
    assert.match(refusal?.message ?? '', /^b needs 2 P-cores.*1 of 2/);
  });

  it('C5: NVIDIA GB10 with two capacities', async () => {
    const plan = planPartition(await recordedTopology('nvidia-dgx-gb10'), request([guest('a', 4)]));
    assert.deepEqual(lists(plan), { housekeeping: '0-4,10-14', isolated: '5-9,15-19', mask: '07c1f' });
    assert.deepEqual(pins(plan), { a: '5 6 7 8' });
  });

  it('C6: nodes of CPUs without memory', async () => {
    const topology = await recordedTopology('fakememinitiators-1np2c+1npp+gi');
    const plan = planPartition(topology, request([guest('a', 2)]));
    assert.deepEqual(lists(plan), { housekeeping: '0,2', isolated: '1,3-7', mask: '05' });
    assert.deepEqual(pins(plan), { a: '4 5' });
    const places = plan.guests.map(({ nodes, memoryNodes }) => ({ nodes, memoryNodes }));
    assert.deepEqual(places, [{ nodes: [2], memoryNodes: [6] }]);
  });

  it('C7: nodes of 2 cores', async () => {
    const topology = await recordedTopology('fakecpuid1f-64intel64-2p4d2n2c2t');
    const plan = planPartition(topology, request([guest('a', 2), guest('b', 3)]));
    assert.deepEqual(lists(plan), {
      housekeeping: '0-1,16-17,32-33,48-49',
      isolated: '2-15,18-31,34-47,50-63',
      mask: '00030003,00030003',
    });
    assert.deepEqual(pins(plan), { a: '4 6' });
    assert.deepEqual(plan.guests[0]?.nodes, [1]);
    assert.deepEqual(errors(plan), ['PLAN_NO_ROOM']);
    const refusal = plan.diagnostics.find(({ code }) => code === 'PLAN_NO_ROOM');
    assert.match(refusal?.message ?? '', /^b needs 3 cores/);
    assert.match(refusal?.hint ?? '', /node: \[/);
  });

  it('C8: 4 x Opteron 6276', async () => {
    const topology = await recordedTopology('64amd64-4s2n4ca2co');
    const four = planPartition(topology, request([guest('a', 4)]));
    assert.deepEqual(lists(four), {
      housekeeping: '0-1,16-17,32-33,48-49',
      isolated: '2-15,18-31,34-47,50-63',
      mask: '00030003,00030003',
    });
    assert.deepEqual(pins(four), { a: '8 10 12 14' });
    const three = planPartition(topology, request([guest('b', 3)]));
    assert.deepEqual(pins(three), { b: '2 4 6' });
  });

  it('C9: 4 x 10 cores numbered round robin', async () => {
    const topology = await recordedTopology('40intel64-2g2n4c+pcilocality');
    const plan = planPartition(topology, request([guest('a', 6), guest('b', 6)]));
    assert.deepEqual(lists(plan), {
      housekeeping: '0-3',
      isolated: '4-39',
      mask: '0000,00000000,0000000f',
    });
    assert.deepEqual(pins(plan), { a: '4 8 12 16 20 24', b: '5 9 13 17 21 25' });
  });

  it('C10: 16 packages of 6 cores in 4 nodes', async () => {
    const plan = planPartition(await recordedTopology('96em64t-4no4pa3ca2co'), request([]));
    const { housekeeping, mask } = lists(plan);
    assert.equal(housekeeping, '0-3,24-27,48-51,72-75');
    assert.equal(mask, '00000f00,000f0000,0f00000f');
  });

  it('C14: 2 x Kunpeng of 64 cores', async () => {
    const topology = await recordedTopology('128arm-2pa2n8cluster4co');
    const plan = planPartition(topology, request([guest('a', 4)]));
    assert.deepEqual(lists(plan), {
      housekeeping: '0-3,64-67',
      isolated: '4-63,68-127',
      mask: '00000000,0000000f,00000000,0000000f',
    });
    assert.deepEqual(pins(plan), { a: '4 5 6 7' });
  });

  it('C15: 2 x Xeon 6230, even and odd packages', () => {
    const plan = planPartition(
      parseHwlocXml(readXz('Intel-CascadeLake-2xXeon6230')),
      request([guest('a', 4)]),
    );
    assert.deepEqual(lists(plan), {
      housekeeping: '0-3,40-43',
      isolated: '4-39,44-79',
      mask: '0000,00000f00,0000000f',
    });
    assert.deepEqual(pins(plan), { a: '4 6 8 10' });
  });

  it('C16: 2 x EPYC 9654', () => {
    const plan = planPartition(
      parseHwlocXml(readXz('AMD-19h-Zen4-2xEpyc-9654')),
      request([guest('a', 8), guest('b', 4), guest('c', 12)]),
    );
    const { housekeeping, mask } = lists(plan);
    assert.equal(housekeeping, '0-3,96-99,192-195,288-291');
    assert.equal(
      mask,
      Array.from({ length: 12 }, (_, index) =>
        [0, 3, 6, 9].includes(11 - index) ? '0000000f' : '00000000',
      ).join(','),
    );
    assert.deepEqual(pins(plan), { a: first('24-31'), b: first('20-23'), c: first('8-19') });
  });
});
