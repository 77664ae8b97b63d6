import assert from 'node:assert/strict';
import { glob } from '../../src/values/glob.js';
import { LimitedRegExp } from '../../src/values/limited-regex.js';
import { pythonRegex, pythonSub } from '../../src/values/python-regex.js';
import { PythonRegexError } from '../../src/values/regex-error.js';
import { busyInterrupt } from '../../src/values/time-limit.js';
import { withTimeLimit } from '../support/time-limit.js';

describe('regular expressions with a time limit', () => {
  withTimeLimit('0.2');

  const endless = `${'a'.repeat(60)}!`;
  const ways: readonly (readonly [string, () => unknown])[] = [
    ['exec', () => pythonRegex('^(a+)+$').exec(endless)],
    ['test', () => pythonRegex('^(a|aa)+$').test(endless)],
    ['matches', () => pythonRegex('(a+)+$', {}, 'g').matches(endless)],
    ['a replacement', () => pythonSub('(a+)+$', 'b', endless)],
    ['a power of the length', () => pythonRegex('a*a*a*c').exec('a'.repeat(20_000))],
    ['a glob', () => glob('*a*a*a*a*a*a*a*b').test('a'.repeat(2000))],
  ];
  for (const [what, run] of ways)
    it(`gives up ${what}`, () => {
      assert.throws(
        run,
        (error) => error instanceof PythonRegexError && /did not finish within 0.2 s/.test(error.message),
      );
    });

  it('gives up when a signal waits', () => {
    process.env['RTPROV_TIME_LIMIT'] = '60';
    Atomics.store(busyInterrupt, 0, 1);
    assert.throws(() => pythonRegex('^(a+)+$').exec(endless), /the run is stopping/);
  });

  it('matches in the thread as it does here', () => {
    process.env['RTPROV_TIME_LIMIT'] = '60';
    const text = 'key = value\n'.repeat(400);
    for (const flags of ['g', 'dg', 'gy']) {
      const watched = new LimitedRegExp('(?<key>\\w+)\\s*=\\s*(?<value>\\w*)\\s', flags);
      const plain = new RegExp(watched.source, flags);
      const found = watched.exec(text);
      const wanted = plain.exec(text);
      assert.deepEqual([...(found ?? [])], [...(wanted ?? [])]);
      assert.equal(found?.index, wanted?.index);
      assert.deepEqual({ ...found?.groups }, { ...wanted?.groups });
      assert.equal(watched.lastIndex, plain.lastIndex);
      assert.equal(found?.input, text);
      const places = (match: RegExpExecArray | null) => JSON.stringify(match?.indices);
      assert.deepEqual(places(found), places(wanted));
      assert.equal(watched.matches(text).length, [...text.matchAll(plain)].length);
    }
  });
});
