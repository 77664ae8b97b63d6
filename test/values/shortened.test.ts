import assert from 'node:assert/strict';
import { Secrets } from '../../src/engine/run/secrets.js';
import { describeValue } from '../../src/modules/args/types.js';
import { Templates } from '../../src/template/engine.js';
import { HostVars } from '../../src/inventory/host-vars.js';
import { maskBeforeShortening } from '../../src/values/masker.js';
import { shortened } from '../../src/values/shortened.js';

describe('texts that are cut off in messages', () => {
  const secret = 'Hunter2-Correct-Horse-Battery';
  afterEach(() => maskBeforeShortening(new Secrets()));

  it('show no part of a secret, wherever they are cut', () => {
    const secrets = new Secrets();
    secrets.add(secret);
    maskBeforeShortening(secrets);
    for (const most of [60, 100, 400])
      for (let at = 0; at < most + 20; at += 1)
        for (const behind of ['', ' tail', ` ${secret} `.repeat(60)]) {
          const shown = secrets.text(shortened('p'.repeat(at) + secret + behind, most));
          for (let from = 0; from + 4 <= secret.length; from += 1)
            assert.ok(!shown.includes(secret.slice(from, from + 4)), `${most} ${at}: ${shown}`);
        }
    assert.ok(!describeValue('x'.repeat(50) + secret + 'y'.repeat(40)).includes('Hunter'));
  });

  it('are as they were where there is no secret', () => {
    assert.equal(shortened('a'.repeat(10), 10), 'a'.repeat(10));
    assert.equal(shortened('a'.repeat(11), 10), `${'a'.repeat(10)}...`);
  });

  for (const [filter, text] of [
    ['from_json', `{"user": "x", "password": ${secret}}`],
    ['from_json', `{"password": "${secret}"`],
    ['from_json', `{"a": [1, 2],\n "password": "${secret}" ${secret}}`],
    ['from_yaml', `password: "${secret}\nother: [${secret}`],
    ['from_yaml_all', `a: b: ${secret}`],
  ] as const)
    it(`are not shown of what ${filter} cannot read: ${JSON.stringify(text).slice(0, 25)}`, () => {
      const vars = HostVars.of([]).with('play-vars', { text });
      let said = '';
      try {
        new Templates().evaluate(`{{ text | ${filter} }}`, vars);
      } catch (error) {
        said = JSON.stringify(error) + String(error);
      }
      assert.match(said, /The text is not (JSON|YAML): .*(line \d+, column \d+|ends too early)/);
      for (let from = 0; from + 4 <= secret.length; from += 1)
        assert.ok(!said.includes(secret.slice(from, from + 4)), said);
    });
});
