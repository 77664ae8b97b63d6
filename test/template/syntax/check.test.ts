/** Faults that are seen without variables. */
import assert from 'node:assert/strict';
import { Templates } from '../../../src/template/engine.js';
import type { Kind } from '../../../src/template/engine.js';

const templates = new Templates();
const where = { file: 'play.yaml', line: 10, column: 5 };

function check(text: string, kind: Kind = 'argument'): readonly string[] {
  return templates
    .check(text, kind, where)
    .map(({ code, range, hint }) =>
      [code, range === undefined ? '' : `${range.line}:${range.column}`, hint ?? ''].join(' ').trim(),
    );
}

describe('template: check', () => {
  it('finds nothing in good templates', () => {
    assert.deepEqual(check('plain'), []);
    assert.deepEqual(check("{{ a.b | map('upper') | selectattr('x', 'eq', 1) | list }}"), []);
    assert.deepEqual(check('x is defined and y | length > 1', 'expression'), []);
    assert.deepEqual(check('{{ x | default(omit) }} {{ lookup("env", "A") }}'), []);
    assert.deepEqual(check('{% macro joiner() %}{% endmacro %}{{ joiner() }}', 'file'), []);
  });

  it('finds unknown filters and tests, all of them, with the nearest name', () => {
    assert.deepEqual(check('{{ a | uper }} {{ b is defned }}'), [
      'TEMPLATE_FILTER_UNKNOWN 10:12 Did you mean "upper"?',
      'TEMPLATE_TEST_UNKNOWN 10:28 Did you mean "defined"?',
    ]);
  });

  it('finds them inside map, select and selectattr', () => {
    assert.deepEqual(
      check("{{ a | map('uper') | select('mach', 'x') | selectattr('a', 'equalt', 1) | list }}"),
      [
        'TEMPLATE_FILTER_UNKNOWN 10:16 Did you mean "upper"?',
        'TEMPLATE_TEST_UNKNOWN 10:33 Did you mean "match"?',
        'TEMPLATE_TEST_UNKNOWN 10:64 Did you mean "equalto"?',
      ],
    );
  });

  it('says of filters and tests of collections and plugins how to go on', () => {
    const go = 'rtprov runs no Python. Use what docs/templates.md lists, or give the value in a variable.';
    assert.deepEqual(check('{{ 1 | a.b.c }} {{ 1 | own_thing }} {{ 1 is a.b.c }} {{ 1 | a.b.upper }}'), [
      `TEMPLATE_FILTER_UNKNOWN 10:12 If it is of the collection a.b: ${go}`,
      `TEMPLATE_FILTER_UNKNOWN 10:28 If it is of filter_plugins: ${go}`,
      `TEMPLATE_TEST_UNKNOWN 10:49 If it is of the collection a.b: ${go}`,
      'TEMPLATE_FILTER_UNKNOWN 10:65 rtprov has a filter of its own with this name: write upper.',
    ]);
    assert.match(check("{{ 1 | community.general.json_query('a') }}")[0] ?? '', /Write selectattr/);
  });

  it('finds wrong arguments and wrong regular expressions', () => {
    assert.deepEqual(check("{{ a | join(', ', sep='x') }}"), [
      'TEMPLATE_TYPE 10:12 Its arguments are: d, attribute.',
    ]);
    assert.deepEqual(check("{{ a | regex_replace('(', 'x') }}"), ['TEMPLATE_FILTER_FAILED 10:26']);
  });

  it('finds syntax faults at their place', () => {
    assert.deepEqual(check('line\n  {{ a b }}', 'file'), ['TEMPLATE_SYNTAX 2:8']);
    assert.deepEqual(check('{% if a %}x', 'file'), ['TEMPLATE_SYNTAX 1:4']);
    assert.deepEqual(check('a ==', 'expression'), ['TEMPLATE_SYNTAX 10:9']);
    assert.deepEqual(check('x {{ a'), ['TEMPLATE_SYNTAX 10:7']);
    assert.deepEqual(check('{{ a | }}'), ['TEMPLATE_SYNTAX 10:12']);
  });

  it('names functions that Jinja2 has and this has not', () => {
    assert.deepEqual(check('{{ lipsum() }}'), ['TEMPLATE_FUNCTION_UNKNOWN 10:8 Write the text itself.']);
  });

  it('accepts a condition with braces', () =>
    assert.deepEqual(check('{{ a | uper }}', 'expression'), [
      'TEMPLATE_FILTER_UNKNOWN 10:12 Did you mean "upper"?',
    ]));
});
