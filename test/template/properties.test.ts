/** Laws that hold for arbitrary values. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Templates, scopeOf } from '../../src/template/engine.js';
import { Unknown, type Value } from '../../src/values/value.js';

const templates = new Templates();
const hasTag = (text: string): boolean => /\{[{%#]/.test(text);
const plainText = fc.string({ unit: 'binary' }).filter((text) => !hasTag(text));
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (n === 0 ? 0 : n)),
);
const json = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    number,
    plainText,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(plainText, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

describe('template: laws', () => {
  it('a value without templates is returned as it is', () => {
    fc.assert(fc.property(json, (value) => assert.equal(templates.evaluate(value, scopeOf({})), value)));
  });

  it('a variable comes through an expression unchanged', () => {
    fc.assert(
      fc.property(json, (value) =>
        assert.deepEqual(templates.evaluate('{{ x }}', scopeOf({ x: value })), value),
      ),
    );
  });

  it('literal text is printed as it is', () => {
    const text = plainText.map((one) => one.replace(/\r\n?/g, '\n')).filter((one) => !/[{]$/.test(one));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const rendered = templates.renderFile(`${before}{{ x }}${after}`, scopeOf({ x: 'v' }), { file: 'a' });
        assert.equal(rendered, `${before}v${after}`);
      }),
    );
  });

  it('text in a raw block is printed as it is', () => {
    fc.assert(
      fc.property(
        fc.string().filter((one) => !one.includes('%')),
        (text) => {
          const normal = text.replace(/\r\n?/g, '\n');
          const rendered = templates.renderFile(
            `{% raw %}${normal}{% endraw %}|`,
            scopeOf({}),
            { file: 'a' },
            { trimBlocks: false },
          );
          assert.equal(rendered, `${normal}|`);
        },
      ),
    );
  });

  it('a text literal is that text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const literal = `'${text.replace(/[\\']/g, '\\$&')}'`;
        assert.equal(templates.expression(literal, scopeOf({})), text);
      }),
    );
  });

  it('JSON and YAML come back as they went', () => {
    fc.assert(
      fc.property(json, (value) => {
        const scope = scopeOf({ x: value });
        assert.deepEqual(templates.expression('x | to_json | from_json', scope), value);
        assert.deepEqual(templates.expression('x | to_nice_json | from_json', scope), value);
      }),
    );
    const yamlText = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(
        fc.dictionary(yamlText, fc.oneof(yamlText, fc.integer(), fc.boolean(), fc.array(yamlText))),
        (value) => {
          const scope = scopeOf({ x: { ...value } }, false);
          assert.deepEqual(templates.expression('x | to_nice_yaml | from_yaml', scope), { ...value });
          assert.deepEqual(templates.expression('x | to_yaml | from_yaml', scope), { ...value });
        },
      ),
    );
  });

  it('whatever is made of an Unknown is unknown', () => {
    const u = new Unknown('later');
    const step = fc.constantFrom(
      (e: string) => `(${e} | upper)`,
      (e: string) => `(${e} ~ 'x')`,
      (e: string) => `(${e} + 1)`,
      (e: string) => `(${e}).a`,
      (e: string) => `(${e} == 1)`,
      (e: string) => `(not ${e})`,
      (e: string) => `(${e} and true)`,
      (e: string) => `(1 if ${e} else 2)`,
      (e: string) => `([${e}] | join)`,
      (e: string) => `(${e})[0]`,
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
        const text = steps.reduce((made, one) => one(made), 'u');
        assert.equal(templates.expression(text, scopeOf({ u })), u, text);
      }),
    );
  });

  it('whatever is made of an undefined variable is a fault', () => {
    const text = fc.constantFrom(
      '{{ u }}',
      '{{ u.a.b }}',
      '{{ u | list }}',
      '{% if u %}{% endif %}',
      '{{ [u] }}',
      '{{ u in [1] }}',
      '{{ u | int }}',
      '{{ "a" if u }}',
    );
    fc.assert(
      fc.property(text, (one) =>
        assert.throws(() => templates.evaluate(one, scopeOf({})), { code: 'BAD_INPUT' }),
      ),
    );
  });
});
