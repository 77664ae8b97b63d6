import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pack } from '../../../../../src/rt/partition/guests/packing/packing.js';
import { sizeKey, sum, type Size } from '../../../../../src/rt/partition/guests/packing/sizes.js';
import { numbersFrom } from '../../../../support/seed.js';
import { fits, limits, plain, sizes } from './support.js';

/** The sizes of all items, so that two sets of them can be compared. */
function sorted(items: readonly Size[]): readonly string[] {
  return items.map(sizeKey).sort();
}

/** That a packing has each item once, and nothing beyond its bins. */
function assertHolds(
  packed: readonly (readonly Size[])[],
  items: readonly Size[],
  bins: readonly Size[],
): void {
  assert.equal(packed.length, bins.length);
  assert.deepEqual(sorted(packed.flat()), sorted(items));
  for (const [index, content] of packed.entries()) {
    assert.ok(sum(content.map(({ cores }) => cores)) <= (bins[index]?.cores ?? 0));
    assert.ok(sum(content.map(({ memoryBytes }) => memoryBytes)) <= (bins[index]?.memoryBytes ?? 0));
  }
}

describe('packing', function () {
  this.timeout(120_000);

  for (const memory of [0, 6]) {
    it(`decides as trying everything does, with memory up to ${memory}, and shows what goes where`, () =>
      fc.assert(
        fc.property(
          fc.array(sizes(7, memory), { maxLength: 7 }),
          fc.array(sizes(12, memory * 3), { minLength: 1, maxLength: 3 }),
          (items, bins) => {
            const packed = pack(items, bins, { left: 1_000_000 });
            assert.ok(packed !== undefined);
            assert.equal(packed !== false, fits(items, bins));
            if (packed !== false) assertHolds(packed, items, bins);
          },
        ),
        { numRuns: 1000, ...limits },
      ));
  }

  it('finds the way that the fullest bin for each item misses', () => {
    const items = [4, 4, 3, 3, 3, 3].map(plain);
    const packed = pack(items, [10, 10].map(plain), { left: 1000 });
    assert.ok(packed !== undefined && packed !== false);
    assertHolds(packed, items, [10, 10].map(plain));
  });

  it('leaves open what it has no steps for', () => {
    const items = [6, 6, 6, 4, 4, 4, 3].map(plain);
    const bins = [11, 11, 11].map(plain);
    assert.equal(pack(items, bins, { left: 1000 }), false);
    assert.equal(pack(items, bins, { left: 0 }), undefined);
  });

  it('decides large ones that have hardly any room to spare: cut from full bins, and with one item too large', () => {
    const random = numbersFrom(7);
    for (let draw = 0; draw < 20; draw += 1) {
      const bins = Array.from({ length: 16 }, (_, index) => plain(index < 12 ? 32 : 28));
      const items = bins.flatMap(({ cores }) => {
        const parts: Size[] = [];
        for (let left = cores; left > 0;) {
          const part = left < 10 ? left : 5 + Math.floor(random() * Math.min(9, left - 9));
          parts.push(plain(part));
          left -= part;
        }
        return parts;
      });
      const packed = pack(items, bins, { left: 400_000 });
      assert.ok(packed !== undefined && packed !== false, `draw ${draw}`);
      assertHolds(packed, items, bins);
      const more = items.with(0, plain((items[0]?.cores ?? 0) + 1));
      assert.equal(pack(more, bins, { left: 400_000 }), false);
    }
  });

  it('decides that 49 items of 10 or 11 do not fit where 16 bins have room for three each', () => {
    const items = [...Array.from({ length: 15 }, () => 11), ...Array.from({ length: 33 }, () => 10), 2].map(
      plain,
    );
    const bins = Array.from({ length: 16 }, () => plain(32));
    assert.ok(pack(items, bins, { left: 100_000 }));
    assert.equal(pack([...items, plain(10)], bins, { left: 100_000 }), false);
  });
});
