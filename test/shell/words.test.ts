import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellWords } from '../../src/shell/words.js';

/** What Python's shlex.split answered. */
const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'words.json'), 'utf8')) as readonly {
  readonly text: string;
  readonly words?: readonly string[];
  readonly error?: string;
}[];

describe('shell/words', () => {
  for (const { text, words } of recorded) {
    it(`splits ${JSON.stringify(text)}`, () => {
      const split = shellWords(text);
      assert.deepEqual(split.ok ? split.words.map((word) => word.text) : undefined, words);
    });
  }

  it('says where each word stands, and what is not closed and where', () => {
    assert.deepEqual(shellWords(`a "b c"d`), {
      ok: true,
      words: [
        { text: 'a', from: 0, to: 1 },
        { text: 'b cd', from: 2, to: 8 },
      ],
    });
    assert.deepEqual(shellWords(`a 'b`), { ok: false, at: 2, what: 'quote' });
    assert.deepEqual(shellWords('a b\\'), { ok: false, at: 3, what: 'backslash' });
  });

  it('skips comments where they are asked for, to the end of their line', () => {
    const texts = (line: string, comments: boolean): readonly string[] | undefined => {
      const split = shellWords(line, { comments });
      return split.ok ? split.words.map(({ text }) => text) : undefined;
    };
    assert.deepEqual(texts(`a#b '#c' # d "e\nf`, true), ['a', 'f']);
    assert.deepEqual(texts("a 'b#c' \\#d # e", true), ['a', 'b#c', '#d']);
    assert.deepEqual(texts('a#b', false), ['a#b']);
  });
});
