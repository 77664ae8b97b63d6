import assert from 'node:assert/strict';
import { runNamed } from '../../src/journal/run-prefix.js';

const runs = [
  '20260101T000000.000Z-aaaaaa',
  '20260101T000000.000Z-aaaaaa2',
  '20260102T000000.000Z-bbbbbb',
].map((run) => ({ run }));

describe('journal/run-prefix', () => {
  it('takes a whole id, also one that begins another, and the beginning of one alone', () => {
    assert.equal(runNamed(runs, '20260101T000000.000Z-aaaaaa', 'h1').run, '20260101T000000.000Z-aaaaaa');
    assert.equal(runNamed(runs, '20260102', 'h1').run, '20260102T000000.000Z-bbbbbb');
  });

  it('names those that it may be, and all when it is none', () => {
    assert.throws(() => runNamed(runs, '20260101', 'h1'), {
      code: 'AMBIGUOUS_RUN',
      message: /^h1 has several runs/,
    });
    assert.throws(() => runNamed(runs, '2027', 'h1'), { code: 'NO_SUCH_RUN', hint: /20260102T000000/ });
    assert.throws(() => runNamed([], '2027', 'h1'), {
      code: 'NO_SUCH_RUN',
      hint: 'There is none in its journal.',
    });
  });
});
