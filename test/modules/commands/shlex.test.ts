import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shlexSplit, UnclosedQuote } from '../../../src/modules/commands/shlex.js';

/** What Python's shlex.split answered. */
const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'shlex.json'), 'utf8')) as readonly {
  readonly text: string;
  readonly words?: readonly string[];
  readonly error?: string;
}[];

describe('shlexSplit', () => {
  for (const { text, words } of recorded) {
    it(`splits ${JSON.stringify(text)}`, () => {
      if (words === undefined) assert.throws(() => shlexSplit(text), UnclosedQuote);
      else assert.deepEqual(shlexSplit(text), words);
    });
  }
});
