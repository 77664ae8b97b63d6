import assert from 'node:assert/strict';
import { predictLibvirt } from '../../../../src/rt/partition/cat/libvirt.js';
import { planPartition } from '../../../../src/rt/partition/plan.js';
import { cacheResource, guest, machine, MiB, request, resctrl } from '../../../support/machine.js';
import { errors } from '../support.js';
import { asking, bytes, cacheDiagnostics, formerWithMasks, KiB, schemata, seen, silver } from './support.js';

/** Typed from the worked examples of the rules. The numbers are theirs. */
describe('worked examples of cache allocation', () => {
  it('E1: 3 and 2 MiB of 11 ways of 1 MiB', () => {
    const plan = planPartition(silver(), request([asking('a', bytes(3 * MiB)), asking('b', bytes(2 * MiB))]));
    assert.deepEqual(schemata(plan), { a: 'L3:0=7', b: 'L3:0=18', default: 'L3:0=7e0' });
    assert.deepEqual(errors(plan), []);
    const [a] = plan.cacheGroups;
    assert.deepEqual(a?.why, ['3 MiB asked: 3 ways of 1 MiB', 'L3 0 bits 7']);
    assert.deepEqual(
      { cpus: a.cpus, mode: a.mode, by: a.by },
      { cpus: [1, 2], mode: 'shareable', by: 'resctrl' },
    );
  });

  it('E2: at least 2 bits in a mask', () => {
    const l3 = cacheResource('L3', { maskBits: 20, minBits: 2, shareable: 0xc0000n });
    const topology = silver({ cacheBytes: 30720 * KiB }, [l3]);
    const plan = planPartition(topology, request([asking('a', bytes(MiB)), asking('b', bytes(6 * MiB))]));
    assert.deepEqual(schemata(plan), { a: 'L3:0=3', b: 'L3:0=3c', default: 'L3:0=fffc0' });
  });

  it('E3: code and data prioritised', () => {
    const half = { closids: 8 };
    const topology = silver({}, [cacheResource('L3CODE', half), cacheResource('L3DATA', half)]);
    const plan = planPartition(topology, request([asking('a', bytes(4 * MiB))]));
    assert.deepEqual(schemata(plan), {
      a: 'L3DATA:0=f\nL3CODE:0=f',
      default: 'L3DATA:0=7f0\nL3CODE:0=7f0',
    });
    const eight = Array.from({ length: 8 }, (_, index) =>
      guest(`g${index}`, 1, {
        cache: { kind: 'ways', ways: 1 },
        vcpus: { rt: 1, housekeeping: 1, placement: 'shared' },
      }),
    );
    const large = silver({ cores: 16 }, [cacheResource('L3CODE', half), cacheResource('L3DATA', half)]);
    assert.deepEqual(errors(planPartition(large, request(eight))), ['CAT_CLOSID']);
  });

  it('E4: AMD, with neither a minimum nor shareable bits', () => {
    const l3 = cacheResource('L3', { maskBits: 16, minBits: 0, shareable: 0n, sparse: true });
    const topology = silver({ cacheBytes: 32 * MiB }, [l3]);
    const plan = planPartition(topology, request([asking('a', bytes(8 * MiB)), asking('b', bytes(5 * MiB))]));
    assert.deepEqual(schemata(plan), { a: 'L3:0=f', b: 'L3:0=70', default: 'L3:0=ff80' });
  });

  it('E5: the second would leave too little to the default group', () => {
    const plan = planPartition(silver(), request([asking('a', bytes(8 * MiB)), asking('b', bytes(2 * MiB))]));
    assert.deepEqual(schemata(plan), { a: 'L3:0=ff', default: 'L3:0=700' });
    assert.deepEqual(cacheDiagnostics(plan).map(seen), [
      [
        'error CAT_DEFAULT_SMALL at guest:b.rt_guest.cache',
        'b: with its 2 ways of L3 0 the default group would keep 1 of the 2 ways that it needs',
        'Ask for at most 1 MiB for b, or at most 7 MiB for a.',
      ],
    ]);
  });

  it('E6: shareable bits at the bottom', () => {
    const l3 = cacheResource('L3', { maskBits: 12, shareable: 0x003n });
    const plan = planPartition(
      silver({ cacheBytes: 24 * MiB }, [l3]),
      request([asking('a', bytes(6 * MiB))]),
    );
    assert.deepEqual(schemata(plan), { a: 'L3:0=e00', default: 'L3:0=1ff' });
  });

  it('E7: Xeon 6230', () => {
    const plan = planPartition(silver({ cacheBytes: 27.5 * MiB }), request([asking('a', bytes(5 * MiB))]));
    assert.deepEqual(schemata(plan), { a: 'L3:0=3', default: 'L3:0=7fc' });
    assert.equal(plan.cacheGroups[0]?.why[0], '5 MiB asked: 2 ways of 2560 KiB');
  });

  it('E8: L2, each of the guest alone', () => {
    const l2 = cacheResource('L2', { maskBits: 16, shareable: 0n });
    const topology = machine({ cores: 4, l2Bytes: 2 * MiB, resctrl: resctrl([l2]) });
    const plan = planPartition(topology, request([asking('a', bytes(512 * KiB))]));
    assert.deepEqual(schemata(plan), {
      a: 'L2:0=ffff;1=f;2=f;3=ffff',
      default: 'L2:0=ffff;1=fff0;2=fff0;3=ffff',
    });
  });

  it('E9: exclusive on one of two sockets', () => {
    const plan = planPartition(
      silver({ packages: 2 }),
      request([asking('a', bytes(3 * MiB, { exclusive: true }))]),
    );
    assert.deepEqual(schemata(plan), { a: 'L3:0=7;1=1', default: 'L3:0=7f8;1=7fe' });
    assert.equal(plan.cacheGroups[0]?.mode, 'exclusive');
  });

  it('E10: percent, and what it comes to', () => {
    const plan = planPartition(silver(), request([asking('a', { kind: 'percent', percent: 30 })]));
    assert.deepEqual(schemata(plan), { a: 'L3:0=f', default: 'L3:0=7f0' });
    assert.equal(plan.cacheGroups[0]?.why[0], '30 % asked: 4 ways of 1 MiB, which is 36 %');
  });

  describe('E11: libvirt chooses', () => {
    const guests = [
      asking('a', bytes(3 * MiB, { by: 'libvirt' })),
      asking('b', bytes(2 * MiB, { by: 'libvirt' })),
    ];

    it('with the default group made smaller before', () => {
      const plan = planPartition(silver({}, undefined, { '': 'L3:0=700' }), request(guests));
      assert.deepEqual(schemata(plan), { a: 'L3:0=7', b: 'L3:0=18', default: 'L3:0=700' });
      assert.deepEqual(cacheDiagnostics(plan), []);
    });

    it('the same again once they run, and when a third comes', () => {
      const topology = silver({}, undefined, { '': 'L3:0=700' });
      const plan = planPartition(topology, request(guests));
      const former = formerWithMasks(plan);
      assert.deepEqual(schemata(planPartition(topology, request(guests, { former }))), schemata(plan));
      const third = asking('c', bytes(2 * MiB, { by: 'libvirt' }));
      const more = planPartition(topology, request([...guests, third], { former }));
      assert.deepEqual(schemata(more), { ...schemata(plan), c: 'L3:0=60' });
    });

    it('the default group is as small as it was, and says so', () => {
      const whyOf = (now: string) =>
        planPartition(silver({}, undefined, { '': now }), request(guests)).cacheGroups.at(-1)?.why;
      assert.deepEqual(whyOf('L3:0=700'), [
        'as small as it is now: libvirt gives a guest that starts only ways that no group has',
      ]);
      assert.deepEqual(whyOf('L3:0=7ff'), [
        'the longest run that is left, with the bits that devices use too',
      ]);
    });

    it('with a default group that has everything: neither would start', () => {
      assert.equal(predictLibvirt(11, 0x7ffn, 3), undefined);
      assert.equal(predictLibvirt(11, 0x7ffn, 2), undefined);
      const plan = planPartition(silver({}, undefined, { '': 'L3:0=7ff' }), request(guests));
      assert.deepEqual(cacheDiagnostics(plan).map(seen), [
        [
          'warning CAT_LIBVIRT at guest:a.rt_guest.cache.by',
          'a: libvirt takes only ways that no group has, and the default group has 7ff of L3 0 now',
          'Put the plan into effect before the guest starts: it leaves 7e0 to the default group.',
        ],
        [
          'warning CAT_LIBVIRT at guest:b.rt_guest.cache.by',
          'b: libvirt takes only ways that no group has, and the default group has 7ff of L3 0 now',
          'Put the plan into effect before the guest starts: it leaves 7e0 to the default group.',
        ],
      ]);
    });

    it('the smallest hole first, of equals the lowest', () => {
      assert.equal(predictLibvirt(11, 0x700n, 3), 0x7n);
      assert.equal(predictLibvirt(11, 0x707n, 2), 0x18n);
      assert.equal(predictLibvirt(11, 0x708n, 2), 0x3n);
      assert.equal(predictLibvirt(11, 0x710n, 3), 0xe0n);
      assert.equal(predictLibvirt(8, 0x24n, 2), 0x3n);
      assert.equal(predictLibvirt(8, 0x24n, 3), undefined);
    });
  });
});
