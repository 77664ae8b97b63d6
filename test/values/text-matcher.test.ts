import assert from 'node:assert/strict';
import { joinSpans, TextMatcher } from '../../src/values/text-matcher.js';

describe('values/text-matcher', () => {
  it('gives the longest match at every place, overlapping ones too', () => {
    const matcher = new TextMatcher();
    for (const text of ['abcd', 'abcdef', 'efgh', 'abc']) matcher.add(text);
    assert.deepEqual(matcher.find('xabcdefgh abcd'), [
      [1, 7],
      [5, 9],
      [10, 14],
    ]);
  });

  it('joins what overlaps and keeps apart what only touches', () => {
    assert.deepEqual(
      joinSpans([
        [5, 9],
        [1, 6],
        [9, 12],
        [20, 21],
      ]),
      [
        [1, 9],
        [9, 12],
        [20, 21],
      ],
    );
  });

  it('takes as long for a thousand texts as for one', () => {
    const matcher = new TextMatcher();
    for (let at = 0; at < 1000; at += 1) matcher.add(`secret number ${at}`);
    const text = `${'no such thing here. '.repeat(5000)}secret number 77`;
    assert.deepEqual(matcher.find(text), [[100_000, 100_016]]);
  });
});
