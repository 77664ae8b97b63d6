import assert from 'node:assert/strict';
import { boundedValue, eventLimits } from '../../../src/engine/run/bounded-value.js';
import { Secrets } from '../../../src/engine/run/secrets.js';
import { linesOf } from '../../../src/values/lazy-lines.js';
import type { Value } from '../../../src/values/value.js';

const bounded = (value: Value, secrets = new Secrets()): Value => boundedValue(value, secrets);

describe('engine/run/bounded-value', () => {
  it('leaves usual values as they are', () => {
    const value: Value = { a: [1, null, true, 'x'], ['__proto__']: { b: '' }, c: {} };
    assert.deepEqual(bounded(value), value);
    assert.deepEqual(Object.keys(bounded(value) as object), ['a', '__proto__', 'c']);
  });

  it('keeps the beginning and the end of a long text', () => {
    const shown = bounded(`begin ${'x'.repeat(3 << 20)} end`) as string;
    assert.match(shown, /^begin x+\[\.\.\. 2097162 more characters \.\.\.\]x+ end$/);
    assert.ok(shown.length < eventLimits.text + 100);
  });

  it('shows no part of a secret where a text is cut', () => {
    const secrets = new Secrets();
    const secret = 'correct-horse-battery-9';
    secrets.add(secret);
    const { text: room } = eventLimits;
    for (const cut of [room - room / 4, 2 * room - room / 4])
      for (let shift = 0; shift <= secret.length; shift += 6) {
        const text = '.'.repeat(cut - shift) + secret + '.'.repeat(2 * room - cut + shift - secret.length);
        const shown = bounded(text, secrets) as string;
        assert.doesNotMatch(shown.replace(/\[\.\.\. \d+ more characters \.\.\.\]/, ''), /[a-z9]/);
      }
  });

  it('cuts long lists, and lists of lines without making them', () => {
    const list = bounded(
      Array.from({ length: eventLimits.items + 7 }, (_, index) => index),
    ) as readonly Value[];
    assert.equal(list.length, eventLimits.items + 1);
    assert.equal(list.at(-1), '[... 7 more items]');
    const lines = bounded(linesOf('y\n'.repeat(1 << 20))) as readonly Value[];
    assert.equal(lines.at(-1), `[... ${(1 << 20) - eventLimits.items} more items]`);
  });

  it('reports no more than some megabytes in all', () => {
    const big: Value = Array.from({ length: 40 }, () => ['x'.repeat(eventLimits.text)]);
    const mapping = Object.fromEntries(
      Array.from({ length: 200_000 }, (_, index) => [`key${index}`, 'y'.repeat(90)]),
    );
    for (const value of [big, mapping, { a: big, b: mapping }])
      assert.ok(JSON.stringify(bounded(value)).length < 2 * eventLimits.total);
    assert.deepEqual(Object.keys(bounded({ a: big, rc: 3, stdout: 'z' }) as object), ['a', 'rc', 'stdout']);
  });
});
