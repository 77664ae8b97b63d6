import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bitRun, bitsIn, isContiguous } from '../../../../src/rt/partition/cat/mask.js';
import { defaultMask, firstFit, type MaskSpace } from '../../../../src/rt/partition/cat/position.js';
import type { GuestRequest, PartitionPlan } from '../../../../src/rt/partition/model.js';
import { planPartition } from '../../../../src/rt/partition/plan.js';
import type { CacheResource, Topology } from '../../../../src/rt/topology/model.js';
import { cacheResource, machine, MiB, request, resctrl } from '../../../support/machine.js';
import { asking, bytes, formerWithMasks, schemata } from './support.js';
import { patiently } from '../../../support/patience.js';

const limits = { interruptAfterTimeLimit: patiently(280_000), markInterruptAsFailure: true, numRuns: 60 };

const resource: fc.Arbitrary<CacheResource> = fc
  .record({
    maskBits: fc.integer({ min: 4, max: 64 }),
    minBits: fc.constantFrom(0, 1, 2),
    closids: fc.constantFrom(1, 3, 16),
    shareableBits: fc.integer({ min: 0, max: 3 }),
    atTop: fc.boolean(),
    sparse: fc.boolean(),
  })
  .map(({ shareableBits, atTop, ...rest }) => ({
    name: 'L3',
    ...rest,
    shareable: bitRun(atTop ? rest.maskBits - shareableBits : 0, shareableBits),
  }));

const wish: fc.Arbitrary<GuestRequest['cache']> = fc.oneof(
  fc
    .record({ mib: fc.integer({ min: 1, max: 9 }), exclusive: fc.boolean() })
    .map(({ mib, exclusive }) => bytes(mib * MiB, { exclusive })),
  fc.integer({ min: 1, max: 8 }).map((ways) => ({ kind: 'ways' as const, ways })),
  fc.integer({ min: 1, max: 60 }).map((percent) => ({ kind: 'percent' as const, percent })),
  fc
    .record({ start: fc.integer({ min: 0, max: 9 }), count: fc.integer({ min: 1, max: 4 }) })
    .map(({ start, count }) => ({ kind: 'mask' as const, mask: bitRun(start, count) })),
);

const guests = fc
  .array(fc.record({ wish: fc.option(wish, { nil: undefined }), node: fc.integer({ min: 0, max: 1 }) }), {
    maxLength: 6,
  })
  .map((list) =>
    list.map(({ wish: cache, node }, index) => {
      const wanted = {
        ...asking(`g${index}`, cache ?? { kind: 'ways', ways: 1 }),
        node: { kind: 'node' as const, node },
      };
      const { cache: _, ...without } = wanted;
      return cache === undefined ? without : wanted;
    }),
  );

function twoSockets(one: CacheResource, groups: Readonly<Record<string, string>> = {}): Topology {
  return machine({
    packages: 2,
    cores: 8,
    cacheIds: [0, 5],
    cacheBytes: 24 * MiB,
    resctrl: resctrl([one], groups),
  });
}

const foreign = fc.constantFrom<Readonly<Record<string, string>>>(
  {},
  { '': 'L3:0=7;5=7' },
  { other: 'L3:0=4;5=2' },
);

describe('cache of random guests', () => {
  it('gives disjoint groups without shareable bits, and leaves the default group what it needs', () =>
    fc.assert(
      fc.property(resource, guests, foreign, (one, wanted, groups) => {
        const plan = planPartition(twoSockets(one, groups), request(wanted));
        assert.ok(plan.cacheGroups.length <= one.closids);
        for (const id of [0, 5]) {
          const rest = plan.cacheGroups.find(({ name }) => name === '')?.masks['L3']?.get(id);
          if (rest === undefined) continue;
          let ours = 0n;
          let taken = 'other' in groups ? BigInt(id === 0 ? 4 : 2) & ~one.shareable : 0n;
          for (const { name, masks } of plan.cacheGroups) {
            const mask = masks['L3']?.get(id) ?? 0n;
            if (name === '' || mask === rest) continue;
            assert.equal(mask & taken, 0n);
            assert.equal(mask & one.shareable, 0n);
            assert.ok(isContiguous(mask) && bitsIn(mask) >= Math.max(one.minBits, 1));
            taken |= mask;
            ours |= mask;
          }
          assert.equal(taken & rest, 0n);
          assert.ok(isContiguous(rest));
          // Where no group of ours takes anything, others alone may have left less.
          assert.ok(ours === 0n || bitsIn(rest) >= Math.max(one.minBits, 2));
          assert.ok(bitsIn(taken) <= one.maskBits - bitsIn(rest));
        }
      }),
      limits,
    ));

  it('plans the same again, with the former masks and in any order', () =>
    fc.assert(
      fc.property(resource, guests, (one, wanted) => {
        const topology = twoSockets(one);
        const plan = planPartition(topology, request(wanted));
        const again = planPartition(
          topology,
          request([...wanted].reverse(), { former: formerWithMasks(plan) }),
        );
        assert.deepEqual(schemata(again), schemata(plan));
        assert.deepEqual(schemata(planPartition(topology, request([...wanted].reverse()))), schemata(plan));
      }),
      limits,
    ));

  it('moves no mask when a guest is added, and frees only its own when one is removed', () =>
    fc.assert(
      fc.property(resource, guests, fc.nat(), (one, wanted, which) => {
        fc.pre(wanted.length > 0);
        const topology = twoSockets(one);
        const few = wanted.filter((_, index) => index !== which % wanted.length);
        const own = (plan: PartitionPlan): ReadonlyMap<string, string> => {
          const rest = plan.cacheGroups.find(({ name }) => name === '')?.masks['L3'];
          return new Map(
            plan.cacheGroups
              .filter(({ name }) => name !== '')
              .map(({ name, masks }) => [
                name,
                [...(masks['L3'] ?? [])].filter(([id, mask]) => mask !== rest?.get(id)).join(' '),
              ]),
          );
        };
        const before = planPartition(topology, request(few));
        const after = planPartition(topology, request(wanted, { former: formerWithMasks(before) }));
        for (const [name, masks] of own(before)) assert.equal(own(after).get(name), masks);
        const removed = planPartition(topology, request(few, { former: formerWithMasks(after) }));
        for (const [name, masks] of own(after)) {
          if (few.some((guest) => guest.name === name)) assert.equal(own(removed).get(name), masks);
        }
      }),
      limits,
    ));
});

describe('first fit', () => {
  /** All runs of free bits, tried one after the other from the end that is away from the shareable bits. */
  function tried(
    { maskBits, minBits, shareable }: MaskSpace,
    taken: bigint,
    ways: number,
  ): bigint | undefined {
    const top = (shareable & 1n) !== 0n && ((shareable >> BigInt(maskBits - 1)) & 1n) === 0n;
    const starts = Array.from({ length: Math.max(maskBits - ways + 1, 0) }, (_, start) => start);
    for (const start of top ? starts.reverse() : starts) {
      const bits = Array.from({ length: ways }, (_, offset) => 1n << BigInt(start + offset));
      if (bits.some((bit) => (bit & (taken | shareable)) !== 0n)) continue;
      const mask = bits.reduce((all, bit) => all | bit, 0n);
      const rest = defaultMask({ maskBits, minBits, shareable }, taken | mask);
      if (rest.toString(2).replace(/0/g, '').length >= Math.max(minBits, 2)) return mask;
    }
    return undefined;
  }

  it('is what trying every position finds, for all masks of up to 7 bits', () => {
    let compared = 0;
    for (let maskBits = 1; maskBits <= 7; maskBits += 1)
      for (const shareable of [0n, 1n, 3n, 1n << BigInt(maskBits - 1), 3n << BigInt(maskBits - 1)])
        for (const minBits of [0, 1, 3])
          for (let taken = 0n; taken < 1n << BigInt(maskBits); taken += 1n)
            for (let ways = 1; ways <= maskBits; ways += 1) {
              const space = { maskBits, minBits, shareable: shareable & bitRun(0, maskBits) };
              assert.equal(firstFit(space, taken, ways), tried(space, taken, ways));
              compared += 1;
            }
    assert.ok(compared > 20_000);
  });

  it('leaves the default group the longest run with the shareable bits', () => {
    const space = { ...cacheResource(), shareable: 0x600n };
    assert.equal(defaultMask(space, 0x080n), 0x700n);
    assert.equal(defaultMask({ ...space, shareable: 0n }, 0x080n), 0x07fn);
    assert.equal(defaultMask({ ...space, shareable: 0n }, 0x020n), 0x7c0n);
  });
});
