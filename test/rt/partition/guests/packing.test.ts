import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cannotFit, type Size } from '../../../../src/rt/partition/guests/packing.js';
import { weighTooMuch } from '../../../../src/rt/partition/guests/weights.js';

const limits = { interruptAfterTimeLimit: 100_000, markInterruptAsFailure: true };

/** Every bin for every item. */
function fits(items: readonly Size[], bins: readonly Size[]): boolean {
  const [item, ...rest] = items;
  if (item === undefined) return true;
  return bins.some(({ cores, memoryBytes }, index) => {
    if (cores < item.cores || memoryBytes < item.memoryBytes) return false;
    const left = { cores: cores - item.cores, memoryBytes: memoryBytes - item.memoryBytes };
    return fits(rest, bins.with(index, left));
  });
}

const sizes = (most: number, memory: number): fc.Arbitrary<Size> =>
  fc.record({ cores: fc.integer({ min: 1, max: most }), memoryBytes: fc.integer({ min: 0, max: memory }) });

const plain = (cores: number): Size => ({ cores, memoryBytes: 0 });

describe('packing', function () {
  this.timeout(120_000);

  for (const memory of [0, 6]) {
    it(`says no exactly when trying everything finds no way, with memory up to ${memory}`, () =>
      fc.assert(
        fc.property(
          fc.array(sizes(7, memory), { maxLength: 7 }),
          fc.array(sizes(12, memory * 3), { minLength: 1, maxLength: 3 }),
          (items, bins) => assert.equal(cannotFit(items, bins, { left: 1_000_000 }), !fits(items, bins)),
        ),
        { numRuns: 1000, ...limits },
      ));
  }

  it('finds the way that the fullest bin for each item misses', () => {
    const items = [4, 4, 3, 3, 3, 3].map(plain);
    assert.equal(cannotFit(items, [10, 10].map(plain), { left: 1000 }), false);
  });

  it('leaves open what it has no steps for', () => {
    const items = [6, 6, 6, 4, 4].map(plain);
    const bins = [11, 11, 11].map(plain);
    assert.equal(cannotFit([...items, plain(4), plain(3)], bins, { left: 1000 }), true);
    assert.equal(cannotFit([...items, plain(4), plain(3)], bins, { left: 0 }), false);
  });

  it('says no by weights only where trying everything finds no way', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 }),
        (items, bins) => {
          const groups = items.map((cores) => ({ cores, count: 1 }));
          const counts = new Map(
            [...new Set(bins)].map((size) => [size, bins.filter((one) => one === size).length]),
          );
          if (weighTooMuch(groups, counts, { left: 1_000_000 }))
            assert.ok(!fits(items.map(plain), bins.map(plain)));
        },
      ),
      { numRuns: 1000, ...limits },
    ));

  it('proves by weights that three items of two thirds need three bins', () =>
    assert.ok(weighTooMuch([{ cores: 6, count: 3 }], new Map([[10, 2]]), { left: 1000 })));
});
