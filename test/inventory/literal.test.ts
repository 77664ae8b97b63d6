import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readLiteral } from '../../src/inventory/literal.js';

const cases: readonly (readonly [string, unknown])[] = [
  ['23', 23],
  ['-1.5', -1.5],
  ['0644', '0644'],
  ['2-7', '2-7'],
  ['2,3', [2, 3]],
  ['(1)', 1],
  ['[1, [2, {"x": (3,)}]]', [1, [2, { x: [3] }]]],
  ['True', true],
  ['true', 'true'],
  ['None', null],
  ["'it''s'", 'its'],
  ["'a\\x41\\n'", 'aA\n'],
  ["r'a\\n'", 'a\\n'],
  ['[1', '[1'],
  ["['a'] # c", ['a']],
  ['12345678901234567890', '12345678901234567890'],
  ['', ''],
];

describe('readLiteral', () => {
  for (const [text, value] of cases) {
    it(`reads ${text === '' ? 'nothing' : text}`, () => assert.deepEqual(readLiteral(text), value));
  }

  it('reads back JSON of numbers, texts and lists', () => {
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.integer(),
        fc.stringMatching(/^[a-z "'#,]*$/),
        fc.array(tie('value')),
        fc.dictionary(fc.stringMatching(/^[a-z]+$/), tie('value')),
      ),
    })).value;
    fc.assert(
      fc.property(json, (value) => {
        assert.deepEqual(JSON.stringify(readLiteral(JSON.stringify(value))), JSON.stringify(value));
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void readLiteral(text)));
  });
});
