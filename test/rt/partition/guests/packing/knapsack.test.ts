import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  heaviestSets,
  inUnits,
  type UnitKind,
} from '../../../../../src/rt/partition/guests/packing/knapsack.js';
import { sum } from '../../../../../src/rt/partition/guests/packing/sizes.js';
import { limits } from './support.js';

interface Weighed {
  readonly kind: UnitKind;
  readonly weight: number;
}

/** All sets, one kind after another. */
function heaviest([first, ...rest]: readonly Weighed[], cores: number, memory: number): number {
  if (first === undefined) return 0;
  const { kind, weight } = first;
  const weights: number[] = [];
  for (let n = 0; n <= kind.count && n * kind.cores <= cores && n * kind.memory <= memory; n += 1) {
    weights.push(n * weight + heaviest(rest, cores - n * kind.cores, memory - n * kind.memory));
  }
  return Math.max(...weights);
}

describe('heaviest sets', () => {
  it('are as heavy as trying everything says, for every bin, and hold what they say', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            kind: fc.record({
              cores: fc.integer({ min: 1, max: 5 }),
              memory: fc.integer({ min: 0, max: 3 }),
              count: fc.integer({ min: 0, max: 3 }),
            }),
            weight: fc.integer({ min: 0, max: 9 }),
          }),
          { minLength: 1, maxLength: 4 },
        ),
        fc.array(
          fc.record({ cores: fc.integer({ min: 0, max: 12 }), memory: fc.integer({ min: 0, max: 6 }) }),
          { minLength: 1, maxLength: 3 },
        ),
        (weighed, bins) => {
          const kinds = weighed.map(({ kind }) => kind);
          const weights = weighed.map(({ weight }) => weight);
          const sets = heaviestSets(kinds, weights, bins, { left: 1000 });
          for (const [index, { weight, taken }] of sets.entries()) {
            const { cores, memory } = bins[index] ?? { cores: 0, memory: 0 };
            assert.equal(weight, heaviest(weighed, cores, memory));
            const total = (of: (at: number) => number): number => sum(taken.map((n, at) => n * of(at)));
            assert.equal(
              total((at) => weights[at] ?? 0),
              weight,
            );
            assert.ok(total((at) => kinds[at]?.cores ?? 0) <= cores);
            assert.ok(total((at) => kinds[at]?.memory ?? 0) <= memory);
          }
        },
      ),
      { numRuns: 500, ...limits },
    ));

  it('take memory in whole parts where it divides, else rounded down on both sides', () => {
    const kind = (memoryBytes: number): { cores: number; memoryBytes: number; count: number } => ({
      cores: 1,
      memoryBytes,
      count: 1,
    });
    const even = inUnits([kind(4096), kind(6144)], [{ cores: 4, memoryBytes: 9000 }]);
    assert.deepEqual([even.kinds.map(({ memory }) => memory), even.bins[0]?.memory], [[2, 3], 4]);
    const odd = inUnits([kind(1000), kind(1001)], [{ cores: 4, memoryBytes: 6400 }]);
    // Parts of 2001 / 64 bytes: 31.98 and 32.02 of them, and no bin needs more than all 64.
    assert.deepEqual([odd.kinds.map(({ memory }) => memory), odd.bins[0]?.memory], [[31, 32], 64]);
  });
});
