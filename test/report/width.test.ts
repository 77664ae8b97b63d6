import assert from 'node:assert/strict';
import fc from 'fast-check';
import { duration, wholeDuration } from '../../src/report/duration.js';
import { cleanLines, oneLine } from '../../src/report/printable.js';
import { cut, padEnd, padStart, textWidth } from '../../src/report/width.js';

describe('text width', () => {
  it('counts columns, not characters', () => {
    assert.equal(textWidth('abc'), 3);
    assert.equal(textWidth('größe'), 5);
    assert.equal(textWidth('e\u0301'), 1);
    assert.equal(textWidth('主机'), 4);
    assert.equal(textWidth('👩‍👩‍👧'), 2);
    assert.equal(textWidth('⠋✔✖…·'), 5);
    assert.equal(textWidth('a\u200bb'), 2);
  });

  it('cuts with an ellipsis', () => {
    assert.equal(cut('abcdef', 6), 'abcdef');
    assert.equal(cut('abcdef', 5), 'abcd…');
    assert.equal(cut('主机名称', 6), '主机…');
    assert.equal(cut('abc', 0), '');
  });

  it('never takes more columns than it may', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, width) => {
        assert.ok(textWidth(cut(text, width)) <= width);
        assert.equal(textWidth(padEnd(cut(text, width), width)), width);
        assert.equal(textWidth(padStart(cut(text, width), width)), width);
      }),
    );
  });
});

describe('durations', () => {
  it('are short', () => {
    assert.deepEqual([0.04, 4.21, 59.96, 65, 3661].map(duration), [
      '0.0 s',
      '4.2 s',
      '59 s',
      '1 min 05 s',
      '1 h 01 min',
    ]);
    assert.equal(wholeDuration(4.9), '4 s');
  });
});

describe('texts from hosts', () => {
  it('lose colours, and progress bars show their last state', () => {
    assert.deepEqual(cleanLines('\x1b[31mred\x1b[0m\r\n10%\r20%\n\n'), ['red', '20%']);
  });

  it('come on one line where there is one line', () => {
    assert.equal(oneLine(' a\n  b\x07 '), 'a b\\x07');
  });
});
