/** Values against argument specs: what fits and what does not as in ansible-core 2.19. */
import assert from 'node:assert/strict';
import { faultsOf, type OptionSpec } from '../../../src/modules/args/argument-spec.js';
import { Unknown, type Value } from '../../../src/values/value.js';

const option = (given: Partial<OptionSpec>): OptionSpec => ({
  type: 'str',
  required: false,
  hasDefault: false,
  aliases: [],
  secret: false,
  ...given,
});

type Case = readonly [option: Partial<OptionSpec>, fits: readonly Value[], not: readonly Value[]];

const CASES: readonly Case[] = [
  [{ type: 'int' }, [5, '5', ' -3 ', 5.0, true, null], ['five', '5.5', 5.5, [], {}]],
  [{ type: 'int', required: true }, [5], [null]],
  [{ type: 'float' }, [5, '5.5', '1e3'], ['five', []]],
  [{ type: 'bool' }, [true, 'yes', 'off', 0], ['maybe', 2, []]],
  [{ type: 'str' }, ['a', 5, true, []], []],
  [{ type: 'list' }, [[], ['a'], 'a,b', 5], [{ a: 1 }]],
  [{ type: 'list', elements: 'int' }, [[1, '2'], '1,2'], [['a'], '1,b']],
  [{ type: 'list', choices: ['a', 'b'] }, [['a', 'b'], 'b,a'], [['c'], 'a,c']],
  [{ type: 'dict' }, [{}, '{"a": 1}', 'a=1'], ['a', [], 5]],
  [{ type: 'bytes' }, ['1M', '2.5 GB', 7], ['much']],
  [{ choices: ['a', 'b'] }, ['a'], ['c']],
  [{ type: 'int', choices: [1, 2] }, [1, '2'], [3]],
];

describe('modules: argument specs', () => {
  for (const [given, fits, not] of CASES)
    it(JSON.stringify(given), () => {
      const faults = (value: Value): readonly string[] => faultsOf({ x: value }, { x: option(given) });
      assert.deepEqual(fits.flatMap(faults), []);
      for (const value of not) assert.equal(faults(value).length, 1, JSON.stringify(value));
    });

  it('name what is missing and what is not known, also in mappings and lists of them', () => {
    const inner = { level: option({ type: 'int', required: true }), kind: option({ aliases: ['sort'] }) };
    const spec = {
      one: option({ type: 'dict', options: inner }),
      many: option({ type: 'list', elements: 'dict', options: inner }),
      must: option({ required: true }),
      filled: option({ required: true, hasDefault: true }),
    };
    assert.deepEqual(
      faultsOf({ one: { lvl: 3, sort: 'a' }, many: [{ level: 1 }, { level: 'x' }], other: 1 }, spec),
      [
        '"one.level" is missing',
        '"one.lvl" is not one of level, kind, sort',
        '"many[1].level" has to be a whole number, but is the text "x"',
        '"must" is missing',
      ],
    );
  });

  it('takes what is not known yet, and shows no secret', () => {
    assert.deepEqual(faultsOf({ x: new Unknown('later') }, { x: option({ type: 'int' }) }), []);
    const [fault] = faultsOf({ x: 'hunter2' }, { x: option({ type: 'int', secret: true }) });
    assert.equal(fault, '"x" has to be a whole number, but is something else');
  });
});
