import assert from 'node:assert/strict';
import { HeldValues } from '../../../src/engine/run/held-values.js';

describe('engine/run/held-values', () => {
  it('refuses the variable that is too much, and no other', () => {
    const held = new HeldValues(1000);
    held.hold('h1', 'a', { stdout: 'x'.repeat(400) });
    held.hold('h2', 'a', 'x'.repeat(400));
    assert.throws(() => held.hold('h3', 'a', ['x'.repeat(400)]), {
      code: 'TOO_LARGE',
      message: /^the variable a of 0 MiB cannot be kept: registered variables of all hosts/,
    });
    held.hold('h3', 'a', 'x'.repeat(50));
  });

  it('counts a value in place of the one that had its name', () => {
    const held = new HeldValues(1000);
    for (let attempt = 0; attempt < 10; attempt += 1) held.hold('h1', 'a', 'x'.repeat(900));
    assert.throws(() => held.hold('h1', 'b', 'x'.repeat(100)), { code: 'TOO_LARGE' });
    held.hold('h1', 'a', '');
    held.hold('h1', 'b', 'x'.repeat(100));
  });
});
