import assert from 'node:assert/strict';
import { OwedHandlers } from '../../../src/engine/target/owed.js';

describe('handlers that a target remembers', () => {
  it('have run when they were owed and do not wait at the end of a play', () => {
    const owed = new OwedHandlers();
    owed.owe(['a', 'b']);
    owed.settle(['b']);
    assert.deepEqual(owed.handled, ['a']);
    owed.settle([]);
    assert.deepEqual(owed.handled, ['a', 'b']);
  });

  it('have not run when nobody owed them', () => {
    const owed = new OwedHandlers();
    owed.settle([]);
    assert.deepEqual(owed.handled, []);
  });

  it('are owed again when they are notified again', () => {
    const owed = new OwedHandlers();
    owed.owe(['a']);
    owed.settle([]);
    owed.owe(['a']);
    owed.settle(['a']);
    assert.deepEqual(owed.handled, []);
  });

  it('of earlier runs are open until they have run in this one', () => {
    const owed = new OwedHandlers();
    assert.deepEqual(owed.left(['a', 'b', 'c']), ['a', 'b', 'c']);
    owed.owe(['a', 'b']);
    owed.settle(['b']);
    assert.deepEqual(owed.left(['a', 'b', 'c']), ['b', 'c']);
    assert.deepEqual(owed.handled, ['a']);
  });
});
