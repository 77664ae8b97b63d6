import assert from 'node:assert/strict';
import { planPartition } from '../../../../src/rt/partition/plan.js';
import { cacheResource, machine, MiB, request, resctrl } from '../../../support/machine.js';
import { asking, bytes, cacheDiagnostics, KiB, reported, schemata, seen, silver } from './support.js';

const ask3 = bytes(3 * MiB);

/** Each rule of cache allocation: an input that breaks it, and what a person reads. */
describe('codes of cache allocation', () => {
  it('CAT_NONE: the machine has no cache allocation', () =>
    assert.deepEqual(reported(machine({ cores: 4 }), request([asking('a', ask3)])), [
      [
        'error CAT_NONE at guest:a.rt_guest.cache',
        'a asks for cache; the kernel offers no cache allocation (resctrl) on this machine',
        "Remove rt_guest.cache; keep other work off the guest's package instead.",
      ],
    ]));

  it('CAT_NONE: a note where nobody asks', () =>
    assert.deepEqual(reported(machine({ cores: 4 }), request([])), [
      [
        'note CAT_NONE at host',
        'No cache is isolated: the kernel offers no cache allocation (resctrl) on this machine.',
        '',
      ],
    ]));

  it('CAT_NONE: resctrl is not mounted', () =>
    assert.deepEqual(
      reported(machine({ cores: 4, rdtFlags: ['rdt_a', 'cat_l3'] }), request([asking('a', ask3)])),
      [
        [
          'error CAT_NONE at guest:a.rt_guest.cache',
          'a asks for cache; the CPU can allocate it, but resctrl is not mounted',
          'Mount it: mount -t resctrl resctrl /sys/fs/resctrl',
        ],
      ],
    ));

  it('CAT_NONE: resctrl is mounted for memory bandwidth alone', () =>
    assert.deepEqual(
      reported(
        machine({ cores: 4, rdtFlags: ['rdt_a', 'cat_l3'], resctrl: resctrl([]) }),
        request([asking('a', ask3)]),
      ),
      [
        [
          'error CAT_NONE at guest:a.rt_guest.cache',
          'a asks for cache; the CPU can allocate it, but the mounted resctrl offers no cache',
          'Remove rt_guest.cache, or look for rdt=!l3cat among the kernel arguments and remove that.',
        ],
      ],
    ));

  it('CAT_NONE: bytes of a cache without a size', () =>
    assert.deepEqual(reported(silver({ cacheBytes: 0 }), request([asking('a', ask3)])), [
      [
        'error CAT_NONE at guest:a.rt_guest.cache.bytes',
        'a: the kernel gives no size for L3 0, so 3 MiB cannot be counted in ways',
        'Ask for ways or percent: the mask of L3 0 has 11 bits.',
      ],
    ]));

  it('CAT_NONE: the cache has no id', () =>
    assert.deepEqual(reported(silver({ cacheIds: [undefined] }), request([asking('a', ask3)])), [
      [
        'error CAT_NONE at guest:a.rt_guest.cache',
        'a: the kernel gives no id for the L3 cache of its CPUs, so nothing can be allocated there',
        'Remove rt_guest.cache.',
      ],
    ]));

  it('CAT_CLOSID: one group, which is the default one', () => {
    const topology = silver({}, [cacheResource('L3', { closids: 1 })]);
    assert.deepEqual(reported(topology, request([asking('a', ask3)])), [
      [
        'error CAT_CLOSID at guest:a.rt_guest.cache',
        'a: the hardware has 1 group, the default one included, and 1 guest asks for one',
        'Remove rt_guest.cache of a guest.',
      ],
    ]);
  });

  it('CAT_CLOSID: cdp takes two for each', () => {
    const one = { closids: 1 };
    const topology = silver({}, [cacheResource('L3CODE', one), cacheResource('L3DATA', one)]);
    assert.deepEqual(reported(topology, request([asking('a', ask3)])), [
      [
        'error CAT_CLOSID at guest:a.rt_guest.cache',
        'a: the hardware has 1 group, the default one included, and 1 guest asks for one',
        'Remove rt_guest.cache of a guest, or mount resctrl without cdp, which takes two for each.',
      ],
    ]);
  });

  it('CAT_CLOSID: groups of other programs count', () => {
    const topology = silver({}, [cacheResource('L3', { closids: 3 })], { other: 'L3:0=100' });
    const plan = planPartition(topology, request([asking('a', ask3), asking('b', bytes(2 * MiB))]));
    assert.deepEqual(schemata(plan), { a: 'L3:0=7', default: 'L3:0=600' });
    assert.deepEqual(cacheDiagnostics(plan).map(seen), [
      [
        'error CAT_CLOSID at guest:b.rt_guest.cache',
        'b: the hardware has 3 groups, the default one and the group other of another program included, and 2 guests ask for one',
        'Remove rt_guest.cache of a guest, or the group other of another program.',
      ],
    ]);
  });

  it('CAT_CLOSID: a guest that is refused for another reason takes no group', () => {
    const topology = silver({}, [cacheResource('L3', { closids: 2 })]);
    const plan = planPartition(
      topology,
      request([asking('a', bytes(10 * MiB)), asking('b', bytes(2 * MiB))]),
    );
    assert.deepEqual(
      cacheDiagnostics(plan).map(({ code }) => code),
      ['CAT_DEFAULT_SMALL'],
    );
    assert.deepEqual(schemata(plan), { b: 'L3:0=3', default: 'L3:0=7fc' });
  });

  it('CAT_MIN: one way where a mask needs two', () => {
    const topology = silver({}, [cacheResource('L3', { minBits: 2 })]);
    assert.deepEqual(reported(topology, request([asking('a', { kind: 'ways', ways: 1 })])), [
      [
        'error CAT_MIN at guest:a.rt_guest.cache',
        'a: 1 way, and this L3 needs at least 2 in a mask',
        'Ask for 2 ways or more.',
      ],
    ]);
  });

  it('CAT_MIN: an empty mask, also where the kernel would take it', () => {
    const topology = silver({}, [cacheResource('L3', { minBits: 0, shareable: 0n, sparse: true })]);
    assert.deepEqual(reported(topology, request([asking('a', { kind: 'mask', mask: 0n })])), [
      [
        'error CAT_MIN at guest:a.rt_guest.cache',
        'a: 0 ways, and this L3 needs at least 1 in a mask',
        'Ask for 1 way or more.',
      ],
    ]);
  });

  it('CAT_RANGE: more than the cache has', () =>
    assert.deepEqual(reported(silver(), request([asking('a', bytes(12 * MiB))])), [
      [
        'error CAT_RANGE at guest:a.rt_guest.cache',
        'a: 12 ways of an L3 whose mask has 11 bits',
        'Ask for less: at most 9 ways, since the default group keeps 2 and the bits that devices use too.',
      ],
    ]));

  it('CAT_RANGE: a mask with bits that the cache does not have', () =>
    assert.deepEqual(reported(silver(), request([asking('a', { kind: 'mask', mask: 0x1800n })])), [
      [
        'error CAT_RANGE at guest:a.rt_guest.cache',
        'a: the mask 1800 of an L3 whose mask has 11 bits',
        'The mask has bits 0-10 (7ff); choose from 1ff, since the default group keeps 2 and the bits that devices use too.',
      ],
    ]));

  it('CAT_GAP: a mask in two pieces', () => {
    const wanted = request([asking('a', { kind: 'mask', mask: 0x0dn })]);
    assert.deepEqual(reported(silver(), wanted), [
      [
        'error CAT_GAP at guest:a.rt_guest.cache',
        'a: the mask d has a gap, and this CPU takes only masks in one piece',
        'Give a mask whose ones are neighbours, such as f0.',
      ],
    ]);
    const sparse = silver({}, [cacheResource('L3', { sparse: true })]);
    assert.deepEqual(schemata(planPartition(sparse, wanted)), { a: 'L3:0=d', default: 'L3:0=7f0' });
  });

  it('CAT_CDP_MISMATCH: cache for code without cdp', () =>
    assert.deepEqual(reported(silver(), request([asking('a', bytes(2 * MiB, { codeBytes: MiB }))])), [
      [
        'error CAT_CDP_MISMATCH at guest:a.rt_guest.cache',
        'a: it asks for cache for code, and resctrl is mounted without cdp',
        'Remove rt_guest.cache.code, or mount resctrl with -o cdp: that removes all groups, so no guest may run.',
      ],
    ]));

  it('CAT_LIBVIRT: a cachetune and a group of our own', () => {
    const found = [{ domain: 'a', running: false, cpus: [], cachetune: true }];
    assert.deepEqual(reported(silver(), request([asking('a', ask3)], { found })), [
      [
        'error CAT_LIBVIRT at guest:a.rt_guest.cache',
        'a: its domain has a cachetune, and the plan makes a group of its own for it',
        'Remove <cachetune> from the domain, or set rt_guest.cache.by to libvirt.',
      ],
    ]);
  });

  it('CAT_LIBVIRT: a size that is not a multiple of a way', () =>
    assert.deepEqual(reported(silver(), request([asking('a', bytes(1536 * KiB, { by: 'libvirt' }))])), [
      [
        'error CAT_LIBVIRT at guest:a.rt_guest.cache',
        'a: libvirt takes only whole ways of L3 0, each of 1 MiB',
        'Ask for bytes: 2 MiB, or ways: 2.',
      ],
    ]));

  it('CAT_LIBVIRT: ways that are not a whole number of KiB are asked for as ways', () => {
    const topology = silver({ cacheBytes: 30000 * KiB });
    assert.deepEqual(reported(topology, request([asking('a', bytes(4 * MiB, { by: 'libvirt' }))])), [
      [
        'error CAT_LIBVIRT at guest:a.rt_guest.cache',
        'a: libvirt takes only whole ways of L3 0, each of 2.6 MiB',
        'Ask for ways: 2.',
      ],
    ]);
  });

  for (const [cache, hint] of [
    [11264 * KiB, 'Ask for bytes: 2 MiB with code: 1 MiB.'],
    [30000 * KiB, 'Remove rt_guest.cache.code, and ask for ways: 2.'],
  ] as const)
    it(`CAT_LIBVIRT: cache for code that is not in whole ways: ${hint}`, () => {
      const topology = silver({ cacheBytes: cache }, [cacheResource('L3CODE'), cacheResource('L3DATA')]);
      const wish = bytes(1536 * KiB, { codeBytes: 512 * KiB, by: 'libvirt' });
      assert.deepEqual(
        reported(topology, request([asking('a', wish)])).map((one) => one[2]),
        [hint],
      );
    });

  it('CAT_LIBVIRT: a cache without a size', () =>
    assert.deepEqual(
      reported(silver({ cacheBytes: 0 }), request([asking('a', { kind: 'ways', ways: 2, by: 'libvirt' })])),
      [
        [
          'error CAT_LIBVIRT at guest:a.rt_guest.cache.by',
          'a: libvirt takes sizes, and the kernel gives no size for L3 0',
          'Remove rt_guest.cache.by.',
        ],
      ],
    ));

  it('CAT_LIBVIRT: an exclusive group', () =>
    assert.deepEqual(
      reported(silver(), request([asking('a', bytes(2 * MiB, { by: 'libvirt', exclusive: true }))])),
      [
        [
          'error CAT_LIBVIRT at guest:a.rt_guest.cache',
          'a: libvirt chooses the mask by itself and has no exclusive groups',
          'Remove rt_guest.cache.by.',
        ],
      ],
    ));

  it('CAT_ONE_WAY: a note that suggests two', () =>
    assert.deepEqual(reported(silver(), request([asking('a', bytes(MiB))])), [
      [
        'note CAT_ONE_WAY at guest:a.rt_guest.cache',
        'a has one way: addresses that fall together push each other out (conflict misses)',
        'Ask for two ways or more.',
      ],
    ]));

  for (const [data, code, which] of [
    [2, 1, ' for code'],
    [1, 2, ' for data'],
    [1, 1, ' for data and one for code'],
  ] as const)
    it(`CAT_ONE_WAY: ${data} for data and ${code} for code`, () => {
      const topology = silver({}, [cacheResource('L3CODE'), cacheResource('L3DATA')]);
      const wish = bytes(data * MiB, { codeBytes: code * MiB });
      assert.deepEqual(reported(topology, request([asking('a', wish)])), [
        [
          'note CAT_ONE_WAY at guest:a.rt_guest.cache',
          `a has one way${which}: addresses that fall together push each other out (conflict misses)`,
          'Ask for two ways or more.',
        ],
      ]);
    });
});
