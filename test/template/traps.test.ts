/** What nunjucks 3.2.4 does silently differently from Jinja2, one test each. */
import assert from 'node:assert/strict';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.js';
import { Templates, scopeOf } from '../../src/template/engine.js';
import type { Value, Vars } from '../../src/values/value.js';

const where = { file: 'play.yaml', line: 1, column: 1 };

function evaluate(text: string, vars: Vars = {}): Value {
  return new Templates().evaluate(text, scopeOf(vars), where);
}

function code(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics[0]?.code;
    throw error;
  }
  return undefined;
}

const isUndefined = (text: string, vars: Vars = {}): void =>
  assert.equal(
    code(() => evaluate(text, vars)),
    'TEMPLATE_UNDEFINED',
    text,
  );

describe('template: traps of nunjucks', () => {
  it('"for ... if" filters the loop', () => {
    assert.equal(
      evaluate('{% for i in xs if i > 1 %}{{ loop.index }}{{ i }} {% endfor %}', { xs: [1, 2, 3] }),
      '12 23 ',
    );
  });

  it('undefined is an error in if, for, filters, concatenation, comparison and arguments', () => {
    for (const text of [
      '{% if typo %}{% endif %}',
      '{% for x in missing %}{% endfor %}',
      '{{ missing | upper }}',
      '{{ "a" ~ missing }}',
      '{{ missing == 1 }}',
      '{{ [1] | join(missing) }}',
      '{{ 1 is eq missing }}',
      '{{ missing.attribute }}',
      '{{ d.missing }}',
      'text {{ missing }}',
    ]) {
      isUndefined(text, { d: {} });
    }
  });

  it('undefined inside a list or mapping is an error when the value leaves the template', () => {
    isUndefined('{{ [missing] }}');
    isUndefined('{{ {"a": missing} }}');
  });

  it('null is not a fault', () => {
    assert.equal(evaluate('{{ none }}'), null);
    assert.equal(evaluate('x{{ none }}'), 'x');
  });

  it('empty lists and mappings are false', () => {
    assert.equal(evaluate('x{% if l or m %}full{% endif %}', { l: [], m: {} }), 'x');
  });

  it('"set" in a loop does not leak', () => {
    assert.equal(evaluate('{% set x = 1 %}{% for i in [5] %}{% set x = i %}{% endfor %}{{ x }}'), '1');
  });

  it('tuples are not comma operator', () => assert.deepEqual(evaluate('{{ (1, 2) }}'), [1, 2]));
  it('a number is not text', () => assert.equal(evaluate('{{ 1 == "1" }}'), false));
  it('a text times a number repeats', () => assert.equal(evaluate('{{ "3" * 2 }}'), '33'));
  it('mappings print as Python prints them', () => {
    assert.equal(
      evaluate('d: {{ d }}', { d: { a: [1, 'x', null, true] } }),
      "d: {'a': [1, 'x', None, True]}",
    );
  });
  it('sum starts with a list', () => assert.deepEqual(evaluate('{{ [[1], [2]] | sum(start=[]) }}'), [1, 2]));
  it('True, False and None are names', () =>
    assert.deepEqual(evaluate('{{ [True, False, None] }}'), [true, false, null]));
  it('booleans print as in Python', () => assert.equal(evaluate('b {{ true }} {{ False }}'), 'b True False'));
  it('floats stay floats', () => assert.equal(evaluate('f {{ 3.0 }} {{ 10 / 2 }}'), 'f 3.0 5.0'));
  it('rounds half to even', () => assert.equal(evaluate('r {{ 2.5 | round }}'), 'r 2.0'));
  it('keeps the line end of a template file', () => {
    assert.equal(new Templates().renderFile('a {{ 1 }}\n', scopeOf({}), where), 'a 1\n');
  });
  it('negative indices count from the end', () => assert.equal(evaluate('{{ xs[-1] }}', { xs: [1, 2] }), 2));
  it('has loop.previtem and varargs', () => {
    assert.equal(evaluate('{% for i in [1, 2] %}{{ loop.previtem | default("-") }}{% endfor %}'), '-1');
    assert.equal(evaluate('{% macro m() %}{{ varargs }}{% endmacro %}{{ m(1, 2) }}'), '[1, 2]');
  });
  it('takes several parameters of a macro and of a call block, those with a default last', () => {
    assert.equal(
      evaluate('{% macro m(a, b, c=3, d=4) %}{{ a }}{{ b }}{{ c }}{{ d }}{% endmacro %}{{ m(1, 2, d=5) }}'),
      '1235',
    );
    assert.equal(
      evaluate(
        '{% macro m() %}{{ caller(1, 2) }}{% endmacro %}{% call(a, b) m() %}{{ a }}-{{ b }}{% endcall %}',
      ),
      '1-2',
    );
    assert.equal(
      code(() => evaluate('{% macro m(a, b=1, c) %}{% endmacro %}')),
      'TEMPLATE_SYNTAX',
    );
  });
  it('iterates over key and value with items() only', () => {
    assert.equal(evaluate('{% for k, v in d.items() %}{{ k }}{{ v }}{% endfor %}', { d: { a: 1 } }), 'a1');
    assert.equal(
      code(() => evaluate('{% for k, v in d %}{% endfor %}', { d: { a: 1 } })),
      'TEMPLATE_TYPE',
    );
  });
  it('a variable named "items" is a variable', () => {
    assert.equal(
      evaluate('{{ items | length }}/{{ d.items() | length }}', { items: [1, 2], d: { x: 1 } }),
      '2/1',
    );
  });
  it('nothing is escaped', () => assert.equal(evaluate('<a>{{ x }}</a>', { x: '<b>&' }), '<a><b>&</a>'));
  it('whole expressions keep their type', () => {
    assert.deepEqual(evaluate('{{ d }}', { d: { a: [1, 2.5, null, false] } }), { a: [1, 2.5, null, false] });
    assert.equal(evaluate('{{ "5" }}'), '5');
    assert.equal(evaluate('{{ 5 }}'), 5);
  });
  it('a backslash in an argument is a backslash, as in Ansible', () => {
    assert.equal(evaluate("{{ 'a.b' | regex_replace('\\.', '-') }}"), 'a-b');
    assert.equal(evaluate("{{ 'ab' | regex_replace('(a)(b)', '\\2\\1') }}"), 'ba');
  });
  it('"#}" and other ends of tags in plain text are text', () => {
    const text = 'echo ${x#} #} %} }} {\n';
    assert.equal(new Templates().renderFile(text, scopeOf({}), where), text);
  });
  it('"r/" starts no regular expression', () => assert.equal(evaluate('{{ r/2 }}', { r: 4 }), 2));
  it('closes nested mappings', () => assert.deepEqual(evaluate("{{ {'a': {'b': {}}} }}"), { a: { b: {} } }));
});

describe('template: no way out of a template', () => {
  const reached: string[] = [
    '"".constructor.constructor("return process.version")()',
    '[].constructor',
    'd.__proto__',
    'd["constructor"]',
    'd.hasOwnProperty',
    'range.constructor',
    '(d | attr("__proto__"))',
    '([d] | map(attribute="constructor.name") | first)',
    'joiner.constructor',
    'loop.constructor',
    'd.items.constructor',
    'xs.map',
    'xs.push',
    '"x".at',
    'd.toString',
    'cycler',
    '("{0.constructor}".format(d))',
  ];
  for (const text of reached) {
    it(text, () => isUndefined(`{{ ${text} }}`, { d: { a: 1 }, xs: [1] }));
  }

  it('a key named like a property is only a key', () => {
    const made = evaluate('{{ {"__proto__": {"polluted": 1}, "constructor": 2} }}') as Record<string, Value>;
    assert.deepEqual(Object.keys(made), ['__proto__', 'constructor']);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    assert.deepEqual(Object.keys(evaluate('{{ {} | combine({"__proto__": 1}) }}') as object), ['__proto__']);
  });

  it('names and texts never become code', () => {
    const nasty = '"+process.exit(3)+"\\u0022`${process.exit(3)}`\u2028';
    assert.equal(new Templates().expression(JSON.stringify(nasty), scopeOf({})), nasty);
    assert.equal(
      code(() => evaluate('{{ a"+process.exit(3)+" }}')),
      'TEMPLATE_SYNTAX',
    );
    assert.equal(
      code(() => evaluate('{% block a-b %}{% endblock %}')),
      'TEMPLATE_SYNTAX',
    );
    assert.equal(
      code(() => evaluate('{{ x | a"b }}')),
      'TEMPLATE_SYNTAX',
    );
  });

  it('facts are data and are never rendered', () => {
    const scope = scopeOf({ fact: '{{ secret }}', list: ['{{ secret }}'] }, false);
    const templates = new Templates();
    assert.equal(templates.evaluate('got {{ fact }}', scope), 'got {{ secret }}');
    assert.deepEqual(templates.evaluate('{{ list }}', scope), ['{{ secret }}']);
    assert.equal(templates.evaluate('{{ list | first }}', scope), '{{ secret }}');
  });

  it('a template cannot change a variable of the playbook', () => {
    const vars = { list: [1], mapping: { a: 1 } };
    assert.equal(
      code(() => evaluate('{{ list.append(2) }}', vars)),
      'TEMPLATE_TYPE',
    );
    assert.equal(
      code(() => evaluate('{{ mapping.update({"b": 2}) }}', vars)),
      'TEMPLATE_TYPE',
    );
    assert.deepEqual(vars, { list: [1], mapping: { a: 1 } });
  });
});
