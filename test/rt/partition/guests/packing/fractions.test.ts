import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fitInPart } from '../../../../../src/rt/partition/guests/packing/fractions.js';
import { kindsOf, sum } from '../../../../../src/rt/partition/guests/packing/sizes.js';
import { fits, limits, plain, sizes } from './support.js';

describe('sets of items that are used in part', function () {
  this.timeout(120_000);

  for (const memory of [0, 6]) {
    it(`say no only where trying everything finds no way, with memory up to ${memory}`, () => {
      let refused = 0;
      fc.assert(
        fc.property(
          fc.array(sizes(7, memory), { minLength: 1, maxLength: 7 }),
          fc.array(sizes(12, memory * 3), { minLength: 1, maxLength: 3 }),
          (items, bins) => {
            const answer = fitInPart(kindsOf(items), kindsOf(bins), [], { left: 1_000_000 });
            if (answer !== false) return;
            refused += 1;
            assert.ok(!fits(items, bins));
          },
        ),
        { numRuns: 1000, ...limits },
      );
      assert.ok(refused > 50, `${refused} were refused`);
    });
  }

  it('prove that three items of two thirds need three bins', () =>
    assert.equal(
      fitInPart([{ ...plain(6), count: 3 }], [{ ...plain(10), count: 2 }], [], { left: 1000 }),
      false,
    ));

  it('hold each item once, in as many bins as there are', () =>
    fc.assert(
      fc.property(
        fc.array(sizes(7, 0), { minLength: 1, maxLength: 12 }),
        fc.array(sizes(12, 0), { minLength: 1, maxLength: 5 }),
        (items, bins) => {
          const [kinds, boxes] = [kindsOf(items), kindsOf(bins)];
          const answer = fitInPart(kinds, boxes, [], { left: 1_000_000 });
          if (answer === false || answer === undefined) return;
          for (const [index, { count }] of kinds.entries()) {
            const held = sum(answer.map(({ filling, bins: used }) => used * (filling.taken[index] ?? 0)));
            assert.ok(Math.abs(held - count) < 1e-3);
          }
          for (const [index, { count }] of boxes.entries()) {
            const used = sum(
              answer.filter(({ filling }) => filling.bin === index).map(({ bins: part }) => part),
            );
            assert.ok(used < count + 1e-3);
          }
        },
      ),
      { numRuns: 500, ...limits },
    ));
});
