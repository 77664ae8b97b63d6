/** Unknown values flow through templates; they never look known. */
import assert from 'node:assert/strict';
import { Templates, scopeOf } from '../../src/template/engine.js';
import { Unknown } from '../../src/values/value.js';

const later = new Unknown('the command has not run');
const templates = new Templates();
const scope = scopeOf({
  later,
  mixed: [1, later, 3],
  part: { known: 1, hidden: later },
  derived: 'v{{ later.x }}',
});
const value = (text: string): unknown => templates.evaluate(`{{ ${text} }}`, scope);

describe('template: unknown values', () => {
  const touching = [
    'later',
    'later.stdout',
    'later["a"].b[0]',
    'later | upper',
    'later | default("x")',
    '"a" ~ later',
    'later + 1',
    '-later',
    'later == 1',
    '1 < later',
    'later in [1]',
    '9 in mixed',
    'mixed == [1, 2, 3]',
    'not later',
    '"x" if later else "y"',
    '[1] | join(later)',
    'mixed | join(",")',
    'mixed | sum',
    'mixed | to_json',
    'part | to_nice_yaml',
    'mixed | map("string") | list',
    'later[1:2]',
    'mixed[later]',
    'later()',
    'later.items()',
    'later is changed',
    'later.rc is defined',
    'part.hidden is none',
    'part.hidden.x',
    'derived',
    'later and true',
    'later or false',
    '"%s" % later',
    '"{}".format(later)',
    '"x" | regex_replace(later, "")',
  ];
  for (const text of touching) it(`${text} is unknown`, () => assert.equal(value(text), later));

  const known: readonly (readonly [string, unknown])[] = [
    ['false and later', false],
    ['later and false', false],
    ['true or later', true],
    ['later or true', true],
    ['later is defined', true],
    ['later is undefined', false],
    ['1 in mixed', true],
    ['mixed == [9, 2, 3]', false],
    ['mixed == [1]', false],
    ['mixed | length', 3],
    ['mixed | first', 1],
    ['mixed[2]', 3],
    ['part.known', 1],
    ['"x" if true else later', 'x'],
    ['part | dict2items | length', 2],
    ['part | combine({"hidden": 2})', { known: 1, hidden: 2 }],
    ['true | ternary("a", later)', 'a'],
    ['"k" | default(later)', 'k'],
    ['later is defined and false', false],
  ];
  for (const [text, expected] of known) it(`${text} is known`, () => assert.deepEqual(value(text), expected));

  it('stays inside lists and mappings', () => {
    assert.deepEqual(value('[later, 1]'), [later, 1]);
    assert.deepEqual(value('{"a": later}'), { a: later });
    assert.deepEqual(templates.evaluate({ a: '{{ later }}', b: 'x{{ later }}', c: 1 }, scope), {
      a: later,
      b: later,
      c: 1,
    });
  });

  it('makes a whole text unknown', () => {
    assert.equal(templates.evaluate('before {{ later }} after', scope), later);
    assert.equal(templates.evaluate('{% if later %}x{% endif %} y', scope), later);
    assert.equal(templates.evaluate('{% for x in later %}x{% endfor %} y', scope), later);
    assert.equal(templates.evaluate('{% for x in mixed if x > 1 %}x{% endfor %} y', scope), later);
    assert.equal(templates.renderFile('a\n{{ part.hidden }}\n', scope, { file: 'a.j2' }), later);
    assert.equal(templates.evaluate('{% if false %}{{ later }}{% endif %}y', scope), 'y');
    assert.equal(templates.evaluate('{% set x = later %}y', scope), 'y');
    assert.equal(templates.evaluate('{% macro m(a) %}{{ a }}{% endmacro %}{{ m(later) }}', scope), later);
  });

  it('decides conditions only where it must', () => {
    assert.equal(templates.condition('later.rc == 0', scope), later);
    assert.equal(templates.condition('later.rc == 0 and 1 == 2', scope), false);
    assert.equal(templates.condition('1 == 1 or later.rc == 0', scope), true);
    assert.equal(templates.condition('later is defined', scope), true);
    assert.equal(templates.condition('later.rc == 0 and later.stdout.nope.deeper == 1', scope), later);
  });

  it('a fault that the unknown side may rule out is none', () => {
    assert.equal(templates.condition('later.ok and nowhere.x == 1', scope), later);
  });

  it('passes through named filters and tests', () => {
    assert.equal(value('[{"a": 1}, {"a": part.hidden}] | map(attribute="a") | list | last'), later);
    assert.equal(value('[{"a": part.hidden}] | selectattr("a") | list'), later);
  });
});
