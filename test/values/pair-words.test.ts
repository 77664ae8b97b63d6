/** Words of key=value texts, as ansible-core's split_args cuts them. */
import assert from 'node:assert/strict';
import { pairWords } from '../../src/values/pair-words.js';

/** What ansible-core gives for each text; undefined where it refuses it. */
const cases: readonly (readonly [text: string, words: readonly string[] | undefined])[] = [
  ['', []],
  ['a\\ b', ['a\\', 'b']],
  ['k=a\\ b c', ['k=a\\', 'b', 'c']],
  ['k=\\"x y', ['k=\\"x', 'y']],
  ['k="a \\" b" c', ['k="a \\" b"', 'c']],
  ['k={{ a }} {{ b }}', ['k={{ a }}', '{{ b }}']],
  ['k="a\nb" c', ['k="a\nb"', 'c']],
  ["k='a' b", ["k='a'", 'b']],
  ['{# x y #} z', ['{# x y #}', 'z']],
  ['{{a}}b c', ['{{a}}b', 'c']],
  ["a{{ 'b\" c' }} d", ["a{{ 'b\" c' }}", 'd']],
  ['{% if a %}b c{% endif %}', ['{% if a %}b', 'c{% endif %}']],
  ["k=it's b", undefined],
  ['k="{{ a', undefined],
];

describe('values/pair-words', () => {
  for (const [text, words] of cases)
    it(`cuts ${JSON.stringify(text)}`, () => {
      const cut = pairWords(text);
      assert.deepEqual(cut.openQuote === undefined ? cut.words.map((word) => word.text) : undefined, words);
      for (const word of cut.words) assert.equal(text.slice(word.at, word.at + word.text.length), word.text);
    });

  it('names the place of a quote that is not closed', () => {
    assert.equal(pairWords('k="a" b=\'c').openQuote, 8);
    assert.equal(pairWords('k="a\\"').openQuote, 2);
  });

  it('cuts at every kind of blank, however many there are', () => {
    assert.deepEqual(pairWords('  a \t b\n\nc=" d " ').words, [
      { text: 'a', at: 2 },
      { text: 'b', at: 6 },
      { text: 'c=" d "', at: 9 },
    ]);
  });
});
