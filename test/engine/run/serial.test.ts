import assert from 'node:assert/strict';
import fc from 'fast-check';
import { batches } from '../../../src/engine/run/serial.js';

const hosts = ['a', 'b', 'c', 'd', 'e'];

describe('engine/serial', () => {
  it('takes all hosts at once without serial', () => {
    assert.deepEqual(batches(hosts, []), [hosts]);
    assert.deepEqual(batches([], []), []);
  });

  it('takes numbers, percentages of all hosts, and lists whose last repeats', () => {
    assert.deepEqual(batches(hosts, [2]), [['a', 'b'], ['c', 'd'], ['e']]);
    assert.deepEqual(batches(hosts, ['40%']), [['a', 'b'], ['c', 'd'], ['e']]);
    assert.deepEqual(batches(hosts, ['50%']), [['a', 'b'], ['c', 'd'], ['e']], 'rounded down');
    assert.deepEqual(batches(hosts, [1, '2']), [['a'], ['b', 'c'], ['d', 'e']]);
  });

  it('takes at least one host for a small percentage and all for 0', () => {
    assert.deepEqual(batches(hosts, ['1%']).length, 5);
    assert.deepEqual(batches(hosts, [0]), [hosts]);
  });

  it('keeps every host, once, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.array(fc.integer({ min: -3, max: 20 })), (all, serial) => {
        assert.deepEqual(batches(all, serial).flat(), all);
      }),
    );
  });
});
