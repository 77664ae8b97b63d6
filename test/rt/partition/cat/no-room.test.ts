import assert from 'node:assert/strict';
import { planPartition } from '../../../../src/rt/partition/plan.js';
import { cacheResource, MiB, request } from '../../../support/machine.js';
import { asking, bytes, cacheDiagnostics, KiB, reported, schemata, seen, silver } from './support.js';

const ask3 = bytes(3 * MiB);

/** Refusals that depend on what other groups have, with what a person reads. */
describe('codes of cache allocation', () => {
  it('CAT_OVERLAP: two masks on the same bits', () =>
    assert.deepEqual(
      reported(
        silver(),
        request([asking('a', { kind: 'mask', mask: 0x0fn }), asking('b', { kind: 'mask', mask: 0x18n })]),
      ),
      [
        [
          'error CAT_OVERLAP at guest:b.rt_guest.cache.mask',
          'b: the mask 18 shares 8 of L3 0 with a',
          'Free there: 1f0.',
        ],
      ],
    ));

  it('CAT_DEFAULT_SMALL: one guest alone', () =>
    assert.deepEqual(reported(silver(), request([asking('a', bytes(10 * MiB))])), [
      [
        'error CAT_DEFAULT_SMALL at guest:a.rt_guest.cache',
        'a: with its 10 ways of L3 0 the default group would keep 1 of the 2 ways that it needs',
        'Ask for at most 9 MiB for a.',
      ],
    ]));

  it('CAT_DEFAULT_SMALL: enough ways, and none in one piece', () => {
    const l3 = cacheResource('L3', { maskBits: 20, shareable: 0xf0000n });
    const topology = silver({ cacheBytes: 20 * MiB }, [l3], { other: 'L3:0=80' });
    assert.deepEqual(reported(topology, request([asking('a', bytes(9 * MiB))])), [
      [
        'error CAT_DEFAULT_SMALL at guest:a.rt_guest.cache',
        'a: L3 0 has no 9 ways in one piece that neither a group nor a device uses, beside the 2 that the default group needs; there are 8; there the group other of another program has 80',
        'Ask for at most 8 MiB for a, or remove the group other of another program.',
      ],
    ]);
  });

  it('CAT_SHAREABLE: an exclusive mask with bits of devices', () =>
    assert.deepEqual(
      reported(silver(), request([asking('a', { kind: 'mask', mask: 0x300n, exclusive: true })])),
      [
        [
          'error CAT_SHAREABLE at guest:a.rt_guest.cache',
          'a: the exclusive mask 300 takes 200 of the bits that devices use too (600)',
          'Choose other bits, or remove exclusive.',
        ],
      ],
    ));

  it('CAT_SHAREABLE: a mask with bits of devices', () =>
    assert.deepEqual(reported(silver(), request([asking('a', { kind: 'mask', mask: 0x300n })])), [
      [
        'error CAT_SHAREABLE at guest:a.rt_guest.cache.mask',
        'a: the mask 300 takes 200 of the bits that devices use too (600)',
        'Choose other bits.',
      ],
    ]));

  it('CAT_OVERLAP: what is free is all that a mask may have', () => {
    const masks = (a: bigint, b: bigint) =>
      request([asking('a', { kind: 'mask', mask: a }), asking('b', { kind: 'mask', mask: b })]);
    assert.deepEqual(reported(silver(), masks(0xf0n, 0x18n))[0]?.slice(1), [
      'b: the mask 18 shares 10 of L3 0 with a',
      'Free there: f or 100.',
    ]);
    const unshared = silver({}, [cacheResource('L3', { shareable: 0n })]);
    assert.deepEqual(reported(unshared, masks(0x0fn, 0x18n))[0]?.slice(2), ['Free there: 1f0.']);
    assert.deepEqual(reported(unshared, masks(0x0fn, 0x7f0n))[0]?.slice(1), [
      'b: with its 7 ways of L3 0 the default group would keep 0 of the 2 ways that it needs',
      'Free there: 1f0.',
    ]);
    assert.deepEqual(reported(unshared, masks(0x0fn, 0x1f0n)), []);
  });

  it('CAT_OVERLAP: a mask on the ways of another program', () =>
    assert.deepEqual(
      reported(
        silver({}, undefined, { dpdk: 'L3:0=f' }),
        request([asking('a', { kind: 'mask', mask: 0x18n })]),
      ),
      [
        [
          'error CAT_OVERLAP at guest:a.rt_guest.cache.mask',
          'a: the mask 18 shares 8 of L3 0 with the group dpdk of another program',
          'Free there: 1f0.',
        ],
      ],
    ));

  it("CAT_DEFAULT_SMALL: because of another program's group", () =>
    assert.deepEqual(
      reported(silver({}, undefined, { dpdk: 'L3:0=ff' }), request([asking('a', bytes(2 * MiB))])),
      [
        [
          'error CAT_DEFAULT_SMALL at guest:a.rt_guest.cache',
          'a: with its 2 ways of L3 0 the default group would keep 1 of the 2 ways that it needs; there the group dpdk of another program has ff',
          'Ask for at most 1 MiB for a, or remove the group dpdk of another program.',
        ],
      ],
    ));

  it('CAT_DEFAULT_SMALL: a smaller group of another guest is proposed only where that helps', () => {
    const ways = (name: string, count: number) => asking(name, { kind: 'ways', ways: count });
    const split = silver({}, undefined, { dpdk: 'L3:0=78' });
    assert.deepEqual(
      reported(split, request([ways('a', 2), ways('d', 3)])).map((one) => one[2]),
      ['Ask for at most 2 MiB for d, or remove the group dpdk of another program.'],
    );
    assert.deepEqual(
      reported(silver(), request([ways('a', 8), ways('b', 2), ways('c', 2)])).map((one) => one[2]),
      ['Ask for at most 1 MiB for b, or at most 7 MiB for a.', 'Ask for at most 1 MiB for c.'],
    );
  });

  it('CAT_DEFAULT_SMALL: no size is proposed that the hardware rounds up again', () => {
    const l3 = cacheResource('L3', { maskBits: 20, minBits: 2, shareable: 0xc0000n });
    const topology = silver({ cacheBytes: 30720 * KiB }, [l3]);
    const wanted = request([asking('a', { kind: 'ways', ways: 17 }), asking('b', bytes(3 * MiB))]);
    assert.deepEqual(reported(topology, wanted), [
      [
        'error CAT_DEFAULT_SMALL at guest:b.rt_guest.cache',
        'b: with its 2 ways of L3 0 the default group would keep 1 of the 2 ways that it needs',
        'Ask for at most 24 MiB for a.',
      ],
    ]);
    const fewer = request([asking('a', bytes(24 * MiB)), asking('b', bytes(3 * MiB))]);
    assert.deepEqual(reported(topology, fewer), []);
  });

  it('CAT_DEFAULT_SMALL: code of its own needs a way of its own', () => {
    const topology = silver({}, [cacheResource('L3CODE'), cacheResource('L3DATA')]);
    const wanted = (ways: number) =>
      request([asking('a', { kind: 'ways', ways }), asking('b', bytes(2 * MiB, { codeBytes: MiB }))]);
    assert.deepEqual(
      reported(topology, wanted(8)).map((one) => one[2]),
      ['Ask for at most 6 MiB for a.'],
    );
    assert.deepEqual(
      reported(topology, wanted(7)).map((one) => one[2]),
      ['Ask for at most 2 MiB for b (data and code together, each in whole ways), or at most 6 MiB for a.'],
    );
  });

  it('CAT_DEFAULT_SMALL: in ways, where the cache has no size that can be written', () => {
    for (const size of [0, 30000 * KiB])
      assert.deepEqual(
        reported(silver({ cacheBytes: size }), request([asking('a', { kind: 'ways', ways: 10 })])).map(
          (one) => one[2],
        ),
        ['Ask for at most 9 ways for a.'],
      );
  });

  it('CAT_DEFAULT_SMALL: other programs leave the default group nothing, on any socket', () => {
    const topology = silver({ packages: 2 }, [cacheResource('L3', { shareable: 0n })], {
      x: 'L3:0=f;1=7ff',
      y: 'L3:0=7f0;1=7ff',
    });
    const onSecond = { node: { kind: 'node', node: 1 } } as const;
    const plan = planPartition(topology, request([asking('a', ask3, onSecond)]));
    assert.deepEqual(schemata(plan), {});
    assert.deepEqual(cacheDiagnostics(plan).map(seen), [
      [
        'error CAT_DEFAULT_SMALL at guest:a.rt_guest.cache',
        'a: the default group needs 2 ways in one piece of L3 0 and has 0; there the groups x and y of other programs have 7ff',
        'Remove the groups x and y of other programs, or rt_guest.cache of a.',
      ],
    ]);
    assert.deepEqual(reported(topology, request([])), []);
  });

  for (const [title, group, rule, what] of [
    [
      'of its own cache',
      'L3:0=7ff;1=7ff',
      'CAT_OVERLAP',
      '; the group dpdk of another program has 7ff of L3 0',
    ],
    [
      'of another cache',
      'L3:0=100;1=7ff',
      'CAT_EXCL_OTHER',
      ', and the kernel looks at each cache; the group dpdk of another program has 7ff of L3 1',
    ],
  ] as const)
    it(`${rule}: exclusive beside another program's group that has all ${title}`, () =>
      assert.deepEqual(
        reported(
          silver({ packages: 2 }, undefined, { dpdk: group }),
          request([asking('a', { kind: 'ways', ways: 2, exclusive: true })]),
        ),
        [
          [
            `error ${rule} at guest:a.rt_guest.cache.exclusive`,
            `a: an exclusive group shares no way with another group${what}`,
            'Remove exclusive, or the group dpdk of another program.',
          ],
        ],
      ));

  it('CAT_EXCL_OTHER: no way is left on the other socket', () => {
    const onSecond = asking('b', bytes(9 * MiB), { node: { kind: 'node', node: 1 } });
    const exclusive = asking('c', bytes(2 * MiB, { exclusive: true }), { node: { kind: 'node', node: 0 } });
    assert.deepEqual(reported(silver({ packages: 2 }), request([onSecond, exclusive])), [
      [
        'error CAT_EXCL_OTHER at guest:c.rt_guest.cache.exclusive',
        'c: an exclusive group also takes 1 way of L3 1, and no more are free there',
        'Remove exclusive: groups that share no bit are apart without it.',
      ],
    ]);
  });
});
