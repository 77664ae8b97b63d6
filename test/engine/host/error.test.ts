import assert from 'node:assert/strict';
import { RtprovError } from '../../../src/diagnostics/diagnostic.js';
import { hostError, hostErrorEvent } from '../../../src/engine/host/error.js';
import { lockedError } from '../../../src/journal/lock.js';
import { NulByte } from '../../../src/shell/shell.js';

describe('engine/host/error', () => {
  it('tells only so much of what a target says, however much that is', () => {
    for (const error of [
      lockedError('h1', 'x'.repeat(5_000_000)),
      new RtprovError('READ_FAILED', 'y', { cause: new Error('z'.repeat(5_000_000)) }),
    ]) {
      const event = hostErrorEvent('h1', error);
      assert.ok(JSON.stringify(event).length < 11_000);
    }
  });

  it('takes a NUL byte for what it is', () => {
    assert.equal(hostError(new NulByte()).code, 'NUL_BYTE');
    assert.equal(hostError(new RangeError('other')).code, 'INTERNAL_FAULT');
  });
});
