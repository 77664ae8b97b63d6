import assert from 'node:assert/strict';
import { beginningOf, isLongLines, lastLinesOf, linesOf } from '../../src/values/lazy-lines.js';

const long = (line: string, count: number): string => `${line}\n`.repeat(count);

describe('values/lazy-lines', () => {
  for (const [text, wanted] of [
    ['', []],
    ['\n', ['']],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['a\n\nb\n\n', ['a', '', 'b', '']],
    ['\ra\r', ['\ra\r']],
  ] as const)
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(linesOf(text), wanted));

  it('gives long texts a list that is like any other', () => {
    const text = `${long('some words', 200_000)}last`;
    const list = linesOf(text);
    assert.ok(isLongLines(list));
    assert.ok(Array.isArray(list));
    assert.deepEqual(beginningOf(list, 2), { first: ['some words', 'some words'], count: 200_001 });
    assert.equal(list.length, 200_001);
    assert.equal(list.at(-1), 'last');
    assert.equal(list.filter((line) => line === 'some words').length, 200_000);
    assert.equal(JSON.stringify(linesOf(text)), JSON.stringify(text.split('\n')));
    assert.deepEqual([...linesOf(text)].slice(0, 2), ['some words', 'some words']);
    assert.deepEqual(Object.keys(linesOf(text)).length, 200_001);
    assert.ok(0 in linesOf(text));
  });

  it('counts what is as the lines of a long text are counted', () => {
    for (const end of ['', '\n', '\n\n', 'x']) {
      const text = long('a', 600_000) + end;
      assert.equal(beginningOf(linesOf(text), 0).count, linesOf(text).length);
    }
  });

  it('finds the last lines', () => {
    assert.deepEqual(lastLinesOf('a\nb\nc', 2), { last: ['b', 'c'], count: 3 });
    assert.deepEqual(lastLinesOf('a\nb\nc\n', 5), { last: ['a', 'b', 'c'], count: 3 });
    assert.deepEqual(lastLinesOf('a', 2), { last: ['a'], count: 1 });
    assert.deepEqual(lastLinesOf('', 2), { last: [], count: 0 });
    assert.deepEqual(lastLinesOf('\na', 1), { last: ['a'], count: 2 });
    assert.deepEqual(lastLinesOf('\na', 2), { last: ['', 'a'], count: 2 });
    assert.deepEqual(lastLinesOf(`${long('a', 600_000)}end\r\n`, 2), { last: ['a', 'end'], count: 600_001 });
  });
});
