import assert from 'node:assert/strict';
import { parseSchemata } from '../../../../src/rt/partition/cat/schemata.js';
import { planPartition } from '../../../../src/rt/partition/plan.js';
import { cacheResource, guest, machine, MiB, request, resctrl } from '../../../support/machine.js';
import { errors, formerOf } from '../support.js';
import { asking, bytes, cacheDiagnostics, formerWithMasks, schemata, seen, silver } from './support.js';

describe('odd caches', () => {
  it('has ids with gaps', () => {
    const plan = planPartition(
      silver({ packages: 2, cacheIds: [3, 40] }),
      request([asking('a', bytes(3 * MiB), { node: { kind: 'node', node: 1 } })]),
    );
    assert.deepEqual(schemata(plan), { a: 'L3:3=7ff;40=7', default: 'L3:3=7ff;40=7f8' });
  });

  it('has a mask of 64 bits', () => {
    const l3 = cacheResource('L3', { maskBits: 64, shareable: 0x3n });
    const plan = planPartition(
      silver({ cacheBytes: 64 * MiB }, [l3]),
      request([asking('a', bytes(4 * MiB))]),
    );
    assert.deepEqual(schemata(plan), { a: 'L3:0=f000000000000000', default: 'L3:0=fffffffffffffff' });
  });

  it('has a mask of 1 bit: nothing can be given away', () => {
    const l3 = cacheResource('L3', { maskBits: 1, shareable: 0n });
    const plan = planPartition(silver({}, [l3]), request([asking('a', { kind: 'ways', ways: 1 })]));
    assert.deepEqual(schemata(plan), {});
    assert.deepEqual(cacheDiagnostics(plan).map(seen), [
      [
        'error CAT_DEFAULT_SMALL at guest:a.rt_guest.cache',
        'a: with its 1 way of L3 0 the default group would keep 0 of the 2 ways that it needs',
        'Remove rt_guest.cache of a.',
      ],
    ]);
  });

  it('L2 and L3 both: the L3 is divided, the L2 stays as it is', () => {
    const l2 = cacheResource('L2', { maskBits: 8, shareable: 0n });
    const topology = machine({
      cores: 3,
      l2Bytes: MiB,
      cacheBytes: 11 * MiB,
      resctrl: resctrl([l2, cacheResource()]),
    });
    const plan = planPartition(topology, request([asking('a', bytes(3 * MiB))]));
    assert.deepEqual(schemata(plan), {
      a: 'L3:0=7\nL2:0=ff;1=ff;2=ff',
      default: 'L3:0=7f8\nL2:0=ff;1=ff;2=ff',
    });
  });

  it('an exclusive group has a way of every other cache, and most of the L2s of its own cores', () => {
    const l2 = cacheResource('L2', { maskBits: 8, shareable: 0n });
    const topology = machine({
      cores: 3,
      l2Bytes: MiB,
      cacheBytes: 11 * MiB,
      resctrl: resctrl([l2, cacheResource()]),
    });
    const plan = planPartition(topology, request([asking('a', bytes(3 * MiB, { exclusive: true }))]));
    assert.deepEqual(schemata(plan), {
      a: 'L3:0=7\nL2:0=1;1=3f;2=3f',
      default: 'L3:0=7f8\nL2:0=fe;1=c0;2=c0',
    });
  });

  it('two exclusive groups leave each other a way of their L2s', () => {
    const l2 = cacheResource('L2', { maskBits: 8, shareable: 0n });
    const topology = machine({
      cores: 5,
      l2Bytes: MiB,
      cacheBytes: 11 * MiB,
      resctrl: resctrl([l2, cacheResource()]),
    });
    const wanted = [
      asking('a', bytes(3 * MiB, { exclusive: true })),
      asking('b', bytes(2 * MiB, { exclusive: true })),
    ];
    const plan = planPartition(topology, request(wanted));
    assert.deepEqual(errors(plan), []);
    assert.deepEqual(schemata(plan), {
      a: 'L3:0=7\nL2:0=1;1=1f;2=1f;3=1;4=1',
      b: 'L3:0=18\nL2:0=2;1=20;2=20;3=3e;4=3e',
      default: 'L3:0=7e0\nL2:0=fc;1=c0;2=c0;3=c0;4=c0',
    });
    const again = planPartition(topology, request(wanted, { former: formerWithMasks(plan) }));
    assert.deepEqual(schemata(again), schemata(plan));
  });

  it('has no size: ways are ways', () => {
    const plan = planPartition(silver({ cacheBytes: 0 }), request([asking('a', { kind: 'ways', ways: 3 })]));
    assert.deepEqual(schemata(plan), { a: 'L3:0=7', default: 'L3:0=7f8' });
    assert.equal(plan.cacheGroups[0]?.why[0], '3 ways asked: 3 ways');
  });

  it('counts one way as one', () => {
    const plan = planPartition(silver(), request([asking('a', { kind: 'ways', ways: 1 })]));
    assert.equal(plan.cacheGroups[0]?.why[0], '1 way asked: 1 way of 1 MiB');
  });

  it('a guest over two L3s gets its ways in each', () => {
    const topology = silver({ cores: 4, coresPerL3: 2, packages: 1 });
    const plan = planPartition(topology, request([guest('a', 3, { cache: bytes(2 * MiB) })]));
    assert.deepEqual(schemata(plan), { a: 'L3:0=3;1=3', default: 'L3:0=7fc;1=7fc' });
  });

  it('nodes that share an L3: a bit is worth its part', () => {
    const topology = silver({ nodes: 2 });
    const plan = planPartition(topology, request([asking('a', bytes(2 * MiB))]));
    assert.deepEqual(schemata(plan), { a: 'L3:0=f', default: 'L3:0=7f0' });
    assert.equal(plan.cacheGroups[0]?.why[0], '2 MiB asked: 4 ways of 512 KiB');
  });

  it('a guest whose vCPUs all share CPUs is bound by task', () => {
    const vcpus = { rt: 0, housekeeping: 2, placement: 'shared' as const };
    const plan = planPartition(silver(), request([guest('a', 1, { vcpus, cache: bytes(2 * MiB) })]));
    assert.deepEqual(schemata(plan), { a: 'L3:0=3', default: 'L3:0=7fc' });
    assert.deepEqual(plan.cacheGroups[0]?.cpus, []);
  });

  it('cdp with code: data below, code above', () => {
    const topology = silver({}, [cacheResource('L3CODE'), cacheResource('L3DATA')]);
    const plan = planPartition(topology, request([asking('a', bytes(3 * MiB, { codeBytes: 2 * MiB }))]));
    assert.deepEqual(schemata(plan), {
      a: 'L3DATA:0=7\nL3CODE:0=18',
      default: 'L3DATA:0=7e0\nL3CODE:0=7e0',
    });
  });
});

describe('groups that are there already', () => {
  const wanted = request([asking('a', bytes(3 * MiB))]);

  it('of other programs keep their ways', () => {
    const plan = planPartition(silver({}, undefined, { '': 'L3:0=7ff', dpdk: '    L3:0=003' }), wanted);
    assert.deepEqual(schemata(plan), { a: 'L3:0=1c', default: 'L3:0=7e0' });
  });

  it('of other programs that have everything do not count as taken', () => {
    const plan = planPartition(silver({}, undefined, { dpdk: 'L3:0=7ff' }), wanted);
    assert.deepEqual(schemata(plan), { a: 'L3:0=7', default: 'L3:0=7f8' });
  });

  it('of ours and of libvirt for the same guest are free, also of guests that are gone', () => {
    const groups = { 'rtprov-a': 'L3:0=3', 'rtprov-gone': 'L3:0=4', 'qemu-3-a-vcpus_0-1': 'L3:0=8' };
    assert.deepEqual(schemata(planPartition(silver({}, undefined, groups), wanted))['a'], 'L3:0=7');
  });

  it('of libvirt for another domain whose name ends alike are kept', () => {
    const groups = { 'qemu-3-plc-a-vcpus_0-1': 'L3:0=1' };
    assert.deepEqual(schemata(planPartition(silver({}, undefined, groups), wanted))['a'], 'L3:0=e');
  });

  it('of other programs keep many ways too', () => {
    const plan = planPartition(silver({}, undefined, { dpdk: 'L3:0=1ff' }), wanted);
    assert.deepEqual(schemata(plan), {});
    assert.deepEqual(cacheDiagnostics(plan).map(seen), [
      [
        'error CAT_DEFAULT_SMALL at guest:a.rt_guest.cache',
        'a: with its 3 ways of L3 0 the default group would keep 0 of the 2 ways that it needs; there the group dpdk of another program has 1ff',
        'Remove the group dpdk of another program.',
      ],
    ]);
  });

  it('of libvirt keep their ways while the guest runs', () => {
    const topology = silver({}, undefined, { '': 'L3:0=7f0', 'qemu-1-b-vcpus_0-1': 'L3:0=f' });
    const a = asking('a', bytes(2 * MiB));
    const without = planPartition(topology, request([a, guest('b', 2)]));
    assert.deepEqual(schemata(without), { a: 'L3:0=30', default: 'L3:0=7c0' });
    const b = asking('b', { kind: 'ways', ways: 4, by: 'libvirt' });
    const plan = planPartition(topology, request([a, b]));
    assert.deepEqual(schemata(plan), { a: 'L3:0=30', b: 'L3:0=f', default: 'L3:0=7c0' });
    assert.deepEqual(cacheDiagnostics(plan), []);
  });

  it('of others are not what libvirt will choose', () => {
    const libvirt = request([asking('a', bytes(3 * MiB, { by: 'libvirt' }))]);
    const plan = planPartition(silver({}, undefined, { dpdk: 'L3:0=1' }), libvirt);
    assert.deepEqual(schemata(plan), { a: 'L3:0=e', default: 'L3:0=7f0' });
  });
});

describe('masks of the former plan', () => {
  const topology = silver();
  const plan = planPartition(topology, request([asking('a', bytes(3 * MiB)), asking('b', bytes(2 * MiB))]));
  const formerly = (cacheMask: string) =>
    formerOf(plan).map((place) => (place.name === 'a' ? { ...place, cacheMask } : place));
  const only = (cacheMask: string, more = {}) =>
    schemata(
      planPartition(
        topology,
        request([asking('a', bytes(3 * MiB))], { former: formerly(cacheMask), ...more }),
      ),
    )['a'];

  it('hold as long as they do', () => assert.equal(only('L3:0=1c0'), 'L3:0=1c0'));
  it('do not hold with --replan', () => assert.equal(only('L3:0=1c0', { replan: true }), 'L3:0=7'));
  for (const damaged of [
    '',
    'L3',
    'L3:0=xyz',
    'L3:0=',
    'L3:7=7',
    'MB:0=100',
    'L3:0=f',
    'L3:0=e00',
    'L3:0=15',
  ])
    it(`${JSON.stringify(damaged)}: the group is placed again`, () => assert.equal(only(damaged), 'L3:0=7'));

  it('an exclusive group keeps its ways elsewhere when another comes', () => {
    const two = silver({ packages: 2 });
    const b = asking('b', bytes(3 * MiB), { node: { kind: 'node', node: 1 } });
    const a = guest('a', 4, { cache: bytes(2 * MiB, { exclusive: true }), node: { kind: 'node', node: 0 } });
    const masks = { b: 'L3:0=7ff;1=7', a: 'L3:0=3;1=8' };
    const places = formerOf(planPartition(two, request([a, b])));
    const former = places.map((place) => ({ ...place, cacheMask: place.name === 'a' ? masks.a : masks.b }));
    const again = schemata(planPartition(two, request([a, b], { former })));
    assert.deepEqual(again, { a: 'L3:0=3;1=8', b: 'L3:0=7fc;1=7', default: 'L3:0=7fc;1=7f0' });
  });

  it('two that overlap: one stays, the other yields, and a third keeps its own', () => {
    const wanted = ['a', 'b', 'c'].map((name) => asking(name, bytes(2 * MiB)));
    const masks: Readonly<Record<string, string>> = { a: 'L3:0=c', b: 'L3:0=c', c: 'L3:0=3' };
    const places = formerOf(planPartition(topology, request(wanted)));
    const former = places.map((place) => ({ ...place, cacheMask: masks[place.name] ?? '' }));
    const again = planPartition(topology, request(wanted, { former }));
    assert.deepEqual(schemata(again), { a: 'L3:0=c', b: 'L3:0=30', c: 'L3:0=3', default: 'L3:0=7c0' });
    assert.deepEqual(errors(again), []);
  });
});

describe('schemata', () => {
  it('ignores what is not a mask of a cache', () =>
    assert.deepEqual(parseSchemata('    MB:0=100\n    L3:0=7ff;x=1;1=zz;2= f \nL2CODE:4=ff\n'), {
      L3: new Map([
        [0, 0x7ffn],
        [2, 0xfn],
      ]),
      L2CODE: new Map([[4, 0xffn]]),
    }));
});
