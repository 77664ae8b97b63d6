import assert from 'node:assert/strict';
import { planPartition } from '../../../../src/rt/partition/plan.js';
import type { PartitionRequest } from '../../../../src/rt/partition/model.js';
import type { Topology } from '../../../../src/rt/topology/model.js';
import { cacheResource, machine, MiB, request } from '../../../support/machine.js';
import { asking, bytes, cacheDiagnostics, KiB, schemata, seen, silver } from './support.js';

function told(topology: Topology, wanted: PartitionRequest): readonly (readonly string[])[] {
  return cacheDiagnostics(planPartition(topology, wanted)).map(seen);
}

const ask3 = bytes(3 * MiB);

/** Each rule of cache allocation: an input that breaks it, and what a person reads. */
describe('codes of cache allocation', () => {
  it('CAT_NONE: the machine has no cache allocation', () =>
    assert.deepEqual(told(machine({ cores: 4 }), request([asking('a', ask3)])), [
      [
        'error CAT_NONE at guest:a.rt_guest.cache',
        'a asks for cache; the kernel offers no cache allocation (resctrl) on this machine',
        "Remove rt_guest.cache; keep other work off the guest's package instead.",
      ],
    ]));

  it('CAT_NONE: a note where nobody asks', () =>
    assert.deepEqual(told(machine({ cores: 4 }), request([])), [
      [
        'note CAT_NONE at host',
        'No cache is isolated: the kernel offers no cache allocation (resctrl) on this machine.',
        '',
      ],
    ]));

  it('CAT_NONE: resctrl is not mounted', () =>
    assert.deepEqual(
      told(machine({ cores: 4, rdtFlags: ['rdt_a', 'cat_l3'] }), request([asking('a', ask3)])),
      [
        [
          'error CAT_NONE at guest:a.rt_guest.cache',
          'a asks for cache; the CPU can allocate it, but resctrl is not mounted',
          'Mount it: mount -t resctrl resctrl /sys/fs/resctrl',
        ],
      ],
    ));

  it('CAT_NONE: the cache has no id', () =>
    assert.deepEqual(told(silver({ cacheIds: [undefined] }), request([asking('a', ask3)])), [
      [
        'error CAT_NONE at guest:a.rt_guest.cache',
        'a: the kernel gives no id for the L3 cache of its CPUs, so nothing can be allocated there',
        'Remove rt_guest.cache.',
      ],
    ]));

  it('CAT_CLOSID: one group, which is the default one', () => {
    const topology = silver({}, [cacheResource('L3', { closids: 1 })]);
    assert.deepEqual(told(topology, request([asking('a', ask3)])), [
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
        'b: the hardware has 3 groups, the default one and 1 of other programs included, and 2 guests ask for one',
        'Remove rt_guest.cache of a guest, or mount resctrl without cdp, which takes two for each.',
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
    assert.deepEqual(told(topology, request([asking('a', { kind: 'ways', ways: 1 })])), [
      [
        'error CAT_MIN at guest:a.rt_guest.cache',
        'a: 1 way, and this L3 needs at least 2 in a mask',
        'Ask for 2 ways or more.',
      ],
    ]);
  });

  it('CAT_MIN: an empty mask, also where the kernel would take it', () => {
    const topology = silver({}, [cacheResource('L3', { minBits: 0, shareable: 0n, sparse: true })]);
    assert.deepEqual(told(topology, request([asking('a', { kind: 'mask', mask: 0n })])), [
      [
        'error CAT_MIN at guest:a.rt_guest.cache',
        'a: 0 ways, and this L3 needs at least 1 in a mask',
        'Ask for 1 way or more.',
      ],
    ]);
  });

  it('CAT_RANGE: more than the cache has', () =>
    assert.deepEqual(told(silver(), request([asking('a', bytes(12 * MiB))])), [
      [
        'error CAT_RANGE at guest:a.rt_guest.cache',
        'a: 12 ways of an L3 whose mask has 11 bits',
        'Ask for less: at most 9 ways, since the default group keeps 2 and the bits that devices use too.',
      ],
    ]));

  it('CAT_RANGE: a mask with bits that the cache does not have', () =>
    assert.deepEqual(told(silver(), request([asking('a', { kind: 'mask', mask: 0x1800n })])), [
      [
        'error CAT_RANGE at guest:a.rt_guest.cache',
        'a: the mask 1800 of an L3 whose mask has 11 bits',
        'Ask for less: at most 9 ways, since the default group keeps 2 and the bits that devices use too.',
      ],
    ]));

  it('CAT_GAP: a mask in two pieces', () => {
    const wanted = request([asking('a', { kind: 'mask', mask: 0x0dn })]);
    assert.deepEqual(told(silver(), wanted), [
      [
        'error CAT_GAP at guest:a.rt_guest.cache',
        'a: the mask d has a gap, and this CPU takes only masks in one piece',
        'Give a mask whose ones are neighbours, such as f0.',
      ],
    ]);
    const sparse = silver({}, [cacheResource('L3', { sparse: true })]);
    assert.deepEqual(schemata(planPartition(sparse, wanted)), { a: 'L3:0=d', default: 'L3:0=7f0' });
  });

  it('CAT_OVERLAP: two masks on the same bits', () =>
    assert.deepEqual(
      told(
        silver(),
        request([asking('a', { kind: 'mask', mask: 0x0fn }), asking('b', { kind: 'mask', mask: 0x18n })]),
      ),
      [
        [
          'error CAT_OVERLAP at guest:b.rt_guest.cache.mask',
          'b: the mask 18 shares 8 of L3 0 with another group',
          'Free there: 1f0.',
        ],
      ],
    ));

  it('CAT_DEFAULT_SMALL: one guest alone', () =>
    assert.deepEqual(told(silver(), request([asking('a', bytes(10 * MiB))])), [
      [
        'error CAT_DEFAULT_SMALL at guest:a.rt_guest.cache',
        'a: with its 10 ways of L3 0 the default group would keep 1 of the 2 ways that it needs',
        'Ask for at most 9 MiB for a.',
      ],
    ]));

  it('CAT_DEFAULT_SMALL: enough ways, and none in one piece', () => {
    const l3 = cacheResource('L3', { maskBits: 20, shareable: 0xf0000n });
    const topology = silver({ cacheBytes: 20 * MiB }, [l3], { other: 'L3:0=80' });
    assert.deepEqual(told(topology, request([asking('a', bytes(9 * MiB))])), [
      [
        'error CAT_DEFAULT_SMALL at guest:a.rt_guest.cache',
        'a: L3 0 has no 9 ways in one piece that neither a group nor a device uses, beside the 2 that the default group needs; there are 8',
        'Ask for at most 8 MiB for a.',
      ],
    ]);
  });

  it('CAT_SHAREABLE: an exclusive mask with bits of devices', () =>
    assert.deepEqual(
      told(silver(), request([asking('a', { kind: 'mask', mask: 0x300n, exclusive: true })])),
      [
        [
          'error CAT_SHAREABLE at guest:a.rt_guest.cache',
          'a: the exclusive mask 300 takes 200 of the bits that devices use too (600)',
          'Choose other bits, or remove exclusive.',
        ],
      ],
    ));

  it('CAT_SHAREABLE: a mask with bits of devices', () =>
    assert.deepEqual(told(silver(), request([asking('a', { kind: 'mask', mask: 0x300n })])), [
      [
        'error CAT_SHAREABLE at guest:a.rt_guest.cache.mask',
        'a: the mask 300 takes 200 of the bits that devices use too (600)',
        'Choose other bits.',
      ],
    ]));

  it('CAT_EXCL_OTHER: no way is left on the other socket', () => {
    const onSecond = asking('b', bytes(9 * MiB), { node: { kind: 'node', node: 1 } });
    const exclusive = asking('c', bytes(2 * MiB, { exclusive: true }), { node: { kind: 'node', node: 0 } });
    assert.deepEqual(told(silver({ packages: 2 }), request([onSecond, exclusive])), [
      [
        'error CAT_EXCL_OTHER at guest:c.rt_guest.cache.exclusive',
        'c: an exclusive group also takes 1 way of L3 1, and no more are free there',
        'Remove exclusive: groups that share no bit are apart without it.',
      ],
    ]);
  });

  it('CAT_CDP_MISMATCH: cache for code without cdp', () =>
    assert.deepEqual(told(silver(), request([asking('a', bytes(2 * MiB, { codeBytes: MiB }))])), [
      [
        'error CAT_CDP_MISMATCH at guest:a.rt_guest.cache',
        'a: it asks for cache for code, and resctrl is mounted without cdp',
        'Remove rt_guest.cache.code, or mount resctrl with -o cdp: that removes all groups, so no guest may run.',
      ],
    ]));

  it('CAT_LIBVIRT: a cachetune and a group of our own', () => {
    const found = [{ domain: 'a', running: false, cpus: [], cachetune: true }];
    assert.deepEqual(told(silver(), request([asking('a', ask3)], { found })), [
      [
        'error CAT_LIBVIRT at guest:a.rt_guest.cache',
        'a: its domain has a cachetune, and the plan makes a group of its own for it',
        'Remove <cachetune> from the domain, or set rt_guest.cache.by to libvirt.',
      ],
    ]);
  });

  it('CAT_LIBVIRT: a size that is not a multiple of a way', () =>
    assert.deepEqual(told(silver(), request([asking('a', bytes(1536 * KiB, { by: 'libvirt' }))])), [
      [
        'error CAT_LIBVIRT at guest:a.rt_guest.cache',
        'a: libvirt takes only multiples of 1048576 bytes of L3 0',
        'Ask for 2097152 bytes: 2 ways.',
      ],
    ]));

  it('CAT_LIBVIRT: an exclusive group', () =>
    assert.deepEqual(
      told(silver(), request([asking('a', bytes(2 * MiB, { by: 'libvirt', exclusive: true }))])),
      [
        [
          'error CAT_LIBVIRT at guest:a.rt_guest.cache',
          'a: libvirt chooses the mask by itself and has no exclusive groups',
          'Remove rt_guest.cache.by.',
        ],
      ],
    ));

  it('CAT_ONE_WAY: a note that suggests two', () =>
    assert.deepEqual(told(silver(), request([asking('a', bytes(MiB))])), [
      [
        'note CAT_ONE_WAY at guest:a.rt_guest.cache',
        'a has one way: addresses that fall together push each other out (conflict misses)',
        'Ask for two ways or more.',
      ],
    ]));
});
