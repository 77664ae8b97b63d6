/** Which variables a template refers to. */
import assert from 'node:assert/strict';
import { Templates, type Kind } from '../../../src/template/engine.js';

const templates = new Templates();

function references(text: string, kind: Kind = 'argument'): readonly string[] {
  return templates
    .references(text, kind, { file: 'a', line: 1, column: 1 })
    .map(({ name, path, guarded }) => [name, ...path].join('.') + (guarded ? '?' : ''));
}

describe('template: references', () => {
  it('are names with the path after them', () => {
    assert.deepEqual(references("{{ a }} {{ b.c.d }} {{ hostvars['x'].y[0] }} {{ f[g].h }}"), [
      'a',
      'b.c.d',
      'hostvars.x.y.0',
      'f',
      'g',
    ]);
  });

  it('have their place', () => {
    const [found] = templates.references('x {{ abc }}', 'argument', { file: 'p', line: 4, column: 11 });
    assert.deepEqual(found?.range, { file: 'p', line: 4, column: 16, endColumn: 19, text: 'x {{ abc }}' });
  });

  it('are not names that the template sets', () => {
    const text = `{% set s = a %}{{ s }}{% for k, v in b.items() if k %}{{ k }}{{ v }}{{ loop.index }}{% endfor %}
{% macro m(p, q=c) %}{{ p }}{{ q }}{{ varargs }}{{ d }}{% endmacro %}{{ m(e) }}{% with w = f %}{{ w }}{% endwith %}
{% import g as h %}{{ h.x }}{{ range(3) }}{{ omit }}{{ k }}`;
    assert.deepEqual(references(text, 'file'), ['a', 'b.items', 'c', 'd', 'e', 'f', 'g', 'k']);
  });

  it('count names of keywords, filters, tests and keys as none', () => {
    assert.deepEqual(references('{{ a | join(d=b) is match(c) }} {{ {"k": v} }} {{ x.y }}'), [
      'a',
      'b',
      'c',
      'v',
      'x.y',
    ]);
  });

  it('are guarded where the template asks first', () => {
    assert.deepEqual(
      references('{{ a is defined }} {{ b | default(c) }} {{ d.e | d(1) }} {{ f.g is not defined }}'),
      ['a?', 'b?', 'c', 'd.e?', 'f.g?'],
    );
    assert.deepEqual(references('a is defined and a.b == 1', 'expression'), ['a?', 'a.b?']);
    assert.deepEqual(references('a is not defined or a == b', 'expression'), ['a?', 'a?', 'b']);
    assert.deepEqual(references('a == 1 and a is defined', 'expression'), ['a', 'a?']);
    assert.deepEqual(references('{% if a is defined %}{{ a }}{% else %}{{ a }}{% endif %}'), [
      'a?',
      'a?',
      'a',
    ]);
    assert.deepEqual(references('{{ a if a is defined else b }}'), ['a?', 'a?', 'b']);
    assert.deepEqual(references('{{ a | upper | default("x") }}'), ['a']);
  });

  it('of a text with a syntax fault are none', () => assert.deepEqual(references('{{ a b }}'), []));
});
