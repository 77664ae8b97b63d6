import assert from 'node:assert/strict';
import { tellDrift, notJournalled } from '../../../src/engine/window/drift.js';

describe('drift', () => {
  it('is reported as a sentence, each line by itself', () => {
    assert.equal(
      tellDrift('drift: /etc/a\nother: drift: x\ndrift: unit:a.service'),
      [
        '/etc/a was changed by something else after it was read, and was left as it is',
        'other: drift: x',
        'unit:a.service was changed by something else after it was read, and was left as it is',
      ].join('\n'),
    );
  });

  it('is not a fault of the journal', () => {
    assert.match(
      notJournalled('h', 'drift: /etc/a').message,
      /^nothing was changed on h: \/etc\/a was changed by something else/,
    );
    assert.match(notJournalled('h', 'disk full', true).message, /^nothing more was changed on h: /);
    assert.match(notJournalled('h', 'disk full').message, /h: the journal could not be written: disk full$/);
  });
});
