import assert from 'node:assert/strict';
import { Secrets } from '../../src/engine/secrets.js';
import { Unknown } from '../../src/values/value.js';

describe('engine/secrets', () => {
  it('masks a secret in texts and however deep in values', () => {
    const secrets = new Secrets();
    secrets.add('hunter22');
    assert.equal(secrets.text('sudo says hunter22!'), 'sudo says ********!');
    assert.deepEqual(secrets.json({ a: ['x hunter22', { b: 'hunter22' }], n: 1 }), {
      a: ['x ********', { b: '********' }],
      n: 1,
    });
  });

  it('does not mask very short values, and keeps unknown ones', () => {
    const secrets = new Secrets();
    secrets.add('abc');
    secrets.add('longer');
    const unknown = new Unknown('a command');
    assert.equal(secrets.text('abcdef'), 'abcdef');
    assert.equal(secrets.value(unknown), unknown);
  });
});
