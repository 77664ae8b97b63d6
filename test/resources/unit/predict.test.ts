import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { alsoUnits, predictUnit } from '../../../src/resources/unit/predict.js';

const cases: readonly (readonly [
  what: string,
  text: string | undefined,
  enabled: string,
  masked?: boolean,
])[] = [
  ['no file', undefined, ''],
  ['a plain service', '[Service]\nExecStart=/bin/true\n', 'static'],
  ['a wanted service', '[Unit]\n[Install]\nWantedBy=multi-user.target\n', 'disabled'],
  ['an alias only', '[Install]\nAlias=x.service\n', 'disabled'],
  ['Also only', '[Install]\nAlso=x.socket\n', 'indirect'],
  [
    'an empty [Install]',
    '[Service]\nExecStart=/bin/true\n[Install]\n# WantedBy=multi-user.target\n',
    'static',
  ],
  ['WantedBy in another section', '[Unit]\nWantedBy=x\n', 'static'],
  ['a value taken back', '[Install]\nWantedBy=a.target\nWantedBy=\n', 'static'],
  ['a continued line', '[Install]\nWantedBy=\\\n  a.target\n', 'disabled'],
  ['an empty file', '', 'masked', true],
];

describe('predictUnit', () => {
  for (const [what, text, enabled, masked = false] of cases) {
    it(`${what} is ${enabled === '' ? 'nothing' : enabled}`, () => {
      assert.deepEqual(predictUnit(text), { exists: text !== undefined, enabled, masked, active: false });
    });
  }

  it('never fails', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.equal(predictUnit(text).active, false);
      }),
    );
  });

  it('names the units of Also', () => {
    assert.deepEqual(alsoUnits('[Install]\nAlso=a.socket  b.timer\n'), ['a.socket', 'b.timer']);
    assert.deepEqual(alsoUnits('[Unit]\nAlso=a.socket\n'), []);
  });
});
