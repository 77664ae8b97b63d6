import assert from 'node:assert/strict';
import { encode } from '@jridgewell/sourcemap-codec';
import { sourceStack, translated } from '../../../src/engine/host/stack.js';

/** Line 3 of the bundle: up to column 10 line 8 of a.ts, then line 41 of b.ts. */
const map = JSON.stringify({
  version: 3,
  sources: ['src/a.ts', 'src/b.ts'],
  names: [],
  mappings: encode([
    [],
    [],
    [
      [0, 0, 7, 0],
      [10, 1, 40, 0],
    ],
  ]),
});

describe('stack traces', () => {
  it('have the lines of the source files in place of the lines of the bundle', () =>
    assert.equal(
      translated('Error: gone\n    at one (rtprov.cjs:3:5)\n    at rtprov.cjs:3:12', 'rtprov.cjs', map),
      'Error: gone\n    at one (src/a.ts:8)\n    at src/b.ts:41',
    ));

  it('keep what the map does not know, and places in other files', () => {
    const stack =
      'Error: rtprov.cjs: no line\n    at rtprov.cjs:1:9\n    at node:fs:3:5\n    at /y/rtprov.cjs:3:5';
    assert.equal(translated(stack, 'rtprov.cjs', map), stack);
  });

  it('are as they are where there is no map', () => {
    const error = new Error('gone');
    assert.equal(sourceStack(error), error.stack);
  });
});
