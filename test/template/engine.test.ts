/** Evaluation: variables that are templates, omit, faults with places, lookups. */
import assert from 'node:assert/strict';
import { DiagnosticError, type Diagnostic } from '../../src/diagnostics/diagnostic.js';
import { OMIT, Templates, layeredScope, scopeOf } from '../../src/template/engine.js';
import type { Vars } from '../../src/values/value.js';

const templates = new Templates();

function fault(run: () => unknown): Diagnostic {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof DiagnosticError);
    const [diagnostic] = error.diagnostics;
    assert.ok(diagnostic !== undefined);
    return diagnostic;
  }
  return assert.fail('nothing was thrown');
}

describe('template: variables that are templates', () => {
  const vars: Vars = {
    name: 'bob',
    greeting: 'hello {{ name }}',
    twice: '{{ greeting }}!',
    host: {
      user: '{{ name }}',
      home: '/home/{{ host.user }}',
      bad: '{{ nowhere }}',
      list: ['{{ name }}', 1],
    },
    a: '{{ b }}',
    b: ['{{ a }}'],
  };

  it('are rendered when they are used, through several steps', () => {
    assert.equal(templates.evaluate('{{ twice }}', scopeOf(vars)), 'hello bob!');
  });

  it('one member may refer to another, and a bad one does not spoil the rest', () => {
    assert.equal(templates.evaluate('{{ host.home }}', scopeOf(vars)), '/home/bob');
    assert.deepEqual(templates.evaluate('{{ host.list }}', scopeOf(vars)), ['bob', 1]);
    assert.equal(templates.evaluate('{{ host.bad | default("x") }}', scopeOf(vars)), 'x');
    assert.equal(templates.evaluate('{{ host.bad is defined }}', scopeOf(vars)), false);
    const { code, detail } = fault(() => templates.evaluate('{{ host.bad }}', scopeOf(vars)));
    assert.equal(code, 'TEMPLATE_UNDEFINED');
    assert.match(detail, /"nowhere" is not defined\. .*variable "host\.bad"/);
  });

  it('keep their types', () => {
    assert.deepEqual(templates.evaluate('{{ x }}', scopeOf({ x: '{{ y }}', y: [1, { z: null }] })), [
      1,
      { z: null },
    ]);
  });

  it('a circle is a fault that names it', () => {
    const { code, detail } = fault(() => templates.evaluate('{{ a }}', scopeOf(vars)));
    assert.equal(code, 'TEMPLATE_LOOP');
    assert.match(detail, /contains itself/);
    const direct = fault(() =>
      templates.evaluate('{{ p }}', scopeOf({ p: '{{ q.x }}', q: { x: '{{ p }}!' } })),
    );
    assert.match(direct.detail, /p -> q\.x -> p/);
  });

  it('the nearer layer of scopes wins', () => {
    const scope = layeredScope([scopeOf({ x: 1 }), scopeOf({ x: 2, y: '{{ x }}' })]);
    assert.equal(templates.evaluate('{{ y }}', scope), 1);
    assert.deepEqual([...scope.names()], ['x', 'y']);
  });

  it('results are plain data, also of variables that were rendered', () => {
    const value = templates.evaluate('{{ host.list }}', scopeOf(vars)) as object;
    assert.deepEqual(
      Object.values(Object.getOwnPropertyDescriptors(value)).filter((one) => one.get !== undefined),
      [],
    );
  });
});

describe('template: omit', () => {
  it('leaves the key out', () => {
    const args = {
      mode: '{{ mode | default(omit) }}',
      inner: { x: '{{ omit }}', y: 1 },
      list: [1, '{{ omit }}'],
    };
    assert.deepEqual(templates.evaluate(args, scopeOf({})), { inner: { y: 1 }, list: [1] });
    assert.deepEqual(templates.evaluate('{{ {"a": omit, "b": 1} }}', scopeOf({})), { b: 1 });
  });

  it('is a value of its own when it is all there is', () => {
    assert.equal(templates.evaluate('{{ x | default(omit) }}', scopeOf({})), OMIT);
  });

  it('cannot be part of a text', () => {
    assert.equal(fault(() => templates.evaluate('mode={{ omit }}', scopeOf({}))).code, 'TEMPLATE_TYPE');
  });
});

describe('template: faults', () => {
  const where = { file: 'play.yaml', line: 7, column: 12, text: '    path: "/etc/{{ naem }}"' };

  it('name the place in the file, and the nearest name', () => {
    const found = fault(() => templates.evaluate('/etc/{{ naem }}', scopeOf({ name: 1 }), where));
    assert.deepEqual(found, {
      code: 'TEMPLATE_UNDEFINED',
      severity: 'error',
      summary: 'Undefined variable in a template',
      detail: 'The variable "naem" is not defined.',
      hint: 'Did you mean "name"?',
      range: { file: 'play.yaml', line: 7, column: 20, text: '    path: "/etc/{{ naem }}"' },
    });
  });

  it('count lines and columns of a template file, also after a line of options', () => {
    const text = '#jinja2: trim_blocks: True\nfirst\n  {{ d.valeu }}\n';
    const found = fault(() => templates.renderFile(text, scopeOf({ d: { value: 1 } }), { file: 'a.j2' }));
    assert.deepEqual(found.range, { file: 'a.j2', line: 3, column: 8, text: '  {{ d.valeu }}' });
    assert.equal(found.hint, 'Did you mean "value"?');
  });

  it('name the included file', () => {
    const inner = new Templates({ load: (name) => ({ path: `templates/${name}`, text: 'ok\n{{ typo }}' }) });
    const found = fault(() => inner.renderFile('{% include "part.j2" %}', scopeOf({}), { file: 'a.j2' }));
    assert.deepEqual(found.range, { file: 'templates/part.j2', line: 2, column: 4, text: '{{ typo }}' });
  });

  it('say which filter failed and how', () => {
    const found = fault(() => templates.evaluate('{{ "{" | from_json }}', scopeOf({}), where));
    assert.equal(found.code, 'TEMPLATE_FILTER_FAILED');
    assert.match(found.detail, /not JSON/);
  });

  it('refuse whole numbers that would lose digits', () => {
    assert.equal(fault(() => templates.evaluate('{{ 2 ** 64 }}', scopeOf({}))).code, 'TEMPLATE_TYPE');
    assert.match(
      fault(() => templates.evaluate('{{ "ffffffffffffffff" | int(base=16) }}', scopeOf({}))).detail,
      /2\^53/,
    );
  });

  it('say what to write instead of what is not supported', () => {
    for (const [text, hint] of [
      ['{{ "x" | password_hash }}', /mkpasswd/],
      ['{{ [1] | random }}', /seed/],
      ['{{ "%Y" | strftime }}', /seconds/],
    ] as const) {
      assert.match(fault(() => templates.evaluate(text, scopeOf({}))).hint ?? '', hint);
    }
    for (const tag of ['break', 'switch x', 'trans', 'elseif x', 'nonsense']) {
      assert.equal(fault(() => templates.evaluate(`{% ${tag} %}`, scopeOf({}))).code, 'TEMPLATE_SYNTAX', tag);
    }
  });

  it('end endless recursion', () => {
    const text = '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}';
    assert.equal(fault(() => templates.evaluate(text, scopeOf({}))).code, 'TEMPLATE_LOOP');
  });
});

describe('template: conditions', () => {
  const scope = scopeOf({ xs: [1], empty: {}, off: 'no', nested: 'xs | length == 1' });
  it('give a boolean', () => {
    assert.equal(templates.condition('xs | length > 0', scope), true);
    assert.equal(templates.condition('off | bool', scope), false);
    assert.equal(templates.condition('not xs', scope), false);
    // Python gives the operand that decides.
    assert.equal(templates.condition('xs and true', scope), true);
    assert.equal(templates.condition(false, scope), false);
    assert.equal(templates.condition('xs is defined and\n  xs[0] == 1', scope), true);
  });
  it('may be written with braces', () =>
    assert.equal(templates.condition('{{ xs | length == 1 }}', scope), true));
  // Where ansible-core 2.19 reads what the braces give as an expression once more, and says that 2.23 will not.
  it('are not read a second time when braces give a text', () =>
    assert.equal(fault(() => templates.condition('{{ nested }}', scope)).code, 'CONDITION_NOT_BOOLEAN'));

  // As recorded from ansible-core 2.19.11.
  const refused: readonly (readonly [condition: string, type: RegExp, hint: RegExp])[] = [
    ['off', /`off` gives a value of the type str\./, /\| bool/],
    ["''  ~ ''", /type str/, /length > 0/],
    ['xs', /type list/, /length > 0/],
    ['empty', /type dict/, /length > 0/],
    ['xs | length', /type int/, /> 0/],
    ['1.5', /type float/, /> 0/],
    ['none', /type NoneType/, /is not none/],
    ["off | regex_search('x')", /type NoneType/, /is not none/],
    ['true and off', /type str/, /\| bool/],
    ['off or true', /type str/, /\| bool/],
  ];
  for (const [condition, type, hint] of refused)
    it(`are refused where they give something else: ${condition}`, () => {
      const found = fault(() => templates.condition(condition, scope));
      assert.equal(found.code, 'CONDITION_NOT_BOOLEAN');
      assert.match(found.detail, type);
      assert.match(found.hint ?? '', hint);
    });
});

describe('template: functions', () => {
  it('lookup and query ask the caller', () => {
    const asked: unknown[] = [];
    const own = new Templates({
      lookup: (plugin, { terms, options }) => {
        asked.push([plugin, terms, options]);
        return ['a', 'b'];
      },
    });
    assert.equal(own.evaluate("{{ lookup('env', 'HOME', default='x') }}", scopeOf({})), 'a,b');
    assert.deepEqual(own.evaluate("{{ query('ansible.builtin.file', '/x') }}", scopeOf({})), ['a', 'b']);
    assert.deepEqual(asked, [
      ['env', ['HOME'], { default: 'x' }],
      ['file', ['/x'], {}],
    ]);
    assert.equal(
      fault(() => templates.evaluate("{{ lookup('env', 'HOME') }}", scopeOf({}))).code,
      'TEMPLATE_LOOKUP_FAILED',
    );
  });

  it('what a lookup gives is data', () => {
    const own = new Templates({ lookup: () => ['{{ secret }}'] });
    assert.equal(own.evaluate("x {{ lookup('env', 'A') }}", scopeOf({ secret: 1 })), 'x {{ secret }}');
  });

  it('now uses the clock that was given', () => {
    const own = new Templates({ now: () => new Date('2026-02-03T04:05:06Z') });
    assert.equal(
      own.evaluate("{{ now(utc=true, fmt='%Y-%m-%d %H:%M:%S') }}", scopeOf({})),
      '2026-02-03 04:05:06',
    );
    assert.equal(own.evaluate('{{ now(utc=true).isoformat() }}', scopeOf({})), '2026-02-03T04:05:06');
    assert.equal(own.evaluate('{{ now(true).year }}', scopeOf({})), 2026);
  });
});
