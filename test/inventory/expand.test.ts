import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expandRange, RangeFault } from '../../src/inventory/expand.js';

describe('expandRange', () => {
  it('expands numbers, letters, zeros, strides and several ranges', () => {
    assert.deepEqual(expandRange('h[08:11]'), ['h08', 'h09', 'h10', 'h11']);
    assert.deepEqual(expandRange('[a:c]x'), ['ax', 'bx', 'cx']);
    assert.deepEqual(expandRange('n[0:10:5]'), ['n0', 'n5', 'n10']);
    assert.deepEqual(expandRange('r[1:2]-[a:b]'), ['r1-a', 'r1-b', 'r2-a', 'r2-b']);
    assert.deepEqual(expandRange('n[:1]'), ['n0', 'n1']);
    assert.deepEqual(expandRange('plain'), ['plain']);
  });

  for (const [pattern, code, at] of [
    ['h[3:1]', 'HOST_RANGE_REVERSED', 1],
    ['h[1', 'HOST_RANGE_UNCLOSED', 1],
    ['h1]', 'HOST_RANGE_UNCLOSED', 2],
    ['h[1]', 'HOST_RANGE_FORMAT', 1],
    ['h[1:]', 'HOST_RANGE_FORMAT', 1],
    ['h[01:100]', 'HOST_RANGE_FORMAT', 1],
    ['h[a:3]', 'HOST_RANGE_FORMAT', 1],
    ['h[1:9:0]', 'HOST_RANGE_FORMAT', 1],
    ['h[1:2]-[9:3]', 'HOST_RANGE_REVERSED', 7],
    ['h[1:999999999]', 'HOST_RANGE_TOO_BIG', 1],
  ] as const) {
    it(`refuses ${pattern}`, () => {
      assert.throws(
        () => expandRange(pattern),
        (error) => error instanceof RangeFault && error.code === code && error.at === at,
      );
    });
  }

  it('gives every number of the range once, in order, at one width', () => {
    const bounds = fc.tuple(
      fc.nat(500),
      fc.nat(500),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 3, max: 6 }),
    );
    fc.assert(
      fc.property(bounds, ([from, length, step, width]) => {
        const pad = (n: number): string => String(n).padStart(width, '0');
        const names = expandRange(`a[${pad(from)}:${pad(from + length)}:${step}]z`);
        assert.equal(names.length, Math.floor(length / step) + 1);
        names.forEach((name, index) => {
          const padded = width > 1 && pad(from).startsWith('0');
          const number = from + index * step;
          assert.equal(name, `a${padded ? pad(number) : number}z`);
        });
      }),
    );
  });

  it('multiplies several ranges', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), (a, b) => {
        const names = expandRange(`x[0:${a}]y[0:${b}]`);
        assert.equal(new Set(names).size, (a + 1) * (b + 1));
      }),
    );
  });
});
