import assert from 'node:assert/strict';
import { Diagnostics } from '../../src/diagnostics/diagnostic.js';
import { mapGet, toValue, type MapNode } from '../../src/yaml/node.js';
import { parseYaml } from '../../src/yaml/parse.js';

function read(text: string): { values: unknown[]; codes: string[]; nodes: ReturnType<typeof parseYaml> } {
  const diagnostics = new Diagnostics();
  const nodes = parseYaml(text, 't.yml', diagnostics);
  const codes = diagnostics.all.map((d) => `${d.code}@${d.range?.line ?? 0}:${d.range?.column ?? 0}`);
  return { values: nodes.map(toValue), codes, nodes };
}

describe('parseYaml', () => {
  it('reads scalars as YAML 1.1 and keeps how they were written', () => {
    const { values, nodes } = read('mode: 0644\nb: yes\nn: n\nq: "yes"\nd: 2001-01-01\nnone: ~\ne:\n');
    assert.deepEqual(values, [
      { mode: 420, b: true, n: 'n', q: 'yes', d: '2001-01-01', none: null, e: null },
    ]);
    const mode = mapGet(nodes[0] as MapNode, 'mode');
    assert.deepEqual(mode?.value, {
      type: 'scalar',
      value: 420,
      source: '0644',
      quoted: false,
      range: { file: 't.yml', line: 1, column: 7, endColumn: 11, text: 'mode: 0644' },
    });
    assert.deepEqual(mode.keyRange, { file: 't.yml', line: 1, column: 1, endColumn: 5, text: 'mode: 0644' });
  });

  it('reads quoted texts whose further lines begin in any column, as PyYAML does', () => {
    const text = `a:\n  b: "x\n\ty"\n  c: 'd\n\n e'\nf: "g\nh"\ni: {j: "k\n\tl\n"}\nm: "n\\\n\to"\nlast: 1\n`;
    const { values, codes, nodes } = read(text);
    assert.deepEqual(codes, []);
    assert.deepEqual(values, [{ a: { b: 'x y', c: 'd\ne' }, f: 'g h', i: { j: 'k l ' }, m: 'no', last: 1 }]);
    assert.equal(mapGet(nodes[0] as MapNode, 'last')?.keyRange.line, text.split('\n').length - 1);
    assert.deepEqual(read('a:\n  b: "x\n  c: 1\n').codes, ['YAML_UNCLOSED_QUOTE@2:6']);
    assert.deepEqual(read('a: "x\n--- \nb"\n').codes, ['YAML_UNCLOSED_QUOTE@1:4']);
  });

  it('reads several documents, comments, CRLF and a byte order mark', () => {
    assert.deepEqual(read('\uFEFFa: 1\r\n---\r\n# c\r\n- x\r\n').values, [{ a: 1 }, ['x']]);
    assert.deepEqual(read('').values, []);
  });

  it('resolves aliases and merge keys', () => {
    const text = 'd: &d {a: 1, b: 2}\ne: &e {b: 3, c: 3}\nx:\n  a: 0\n  <<: [*d, *e]\ny: *d\n';
    assert.deepEqual(read(text).values, [
      { d: { a: 1, b: 2 }, e: { b: 3, c: 3 }, x: { a: 0, b: 2, c: 3 }, y: { a: 1, b: 2 } },
    ]);
  });

  it('keeps !unsafe as a tag, also inside collections', () => {
    const { nodes } = read('a: !unsafe "{{ x }}"\nb: !unsafe\n  - "{{ y }}"\n');
    const map = nodes[0] as MapNode;
    assert.ok(JSON.stringify(mapGet(map, 'a')?.value).includes('"tag":"!unsafe"'));
    assert.ok(JSON.stringify(mapGet(map, 'b')?.value).includes('"tag":"!unsafe"'));
  });

  const faults: readonly (readonly [string, string])[] = [
    ['a: {{ x }}\n', 'YAML_UNQUOTED_TEMPLATE@1:4'],
    ['a: {{ x }}/b\n', 'YAML_UNQUOTED_TEMPLATE@1:4'],
    ['- {{ x }} and {{ y }}\n', 'YAML_UNQUOTED_TEMPLATE@1:3'],
    ['a: [{{ x }}, b]\n', 'YAML_UNQUOTED_TEMPLATE@1:5'],
    ['a: b: c\n', 'YAML_COLON_IN_VALUE@1:4'],
    ['a:\n\tb: 1\n', 'YAML_TAB@2:1'],
    ['a:\n  b: 1\n c: 2\n', 'YAML_INDENT@3:2'],
    ['a: "x\nb: c\n', 'YAML_UNCLOSED_QUOTE@1:4'],
    ["a: 'x\nb: c\n", 'YAML_UNCLOSED_QUOTE@1:4'],
    ['a: [1, 2\nb: 3\n', 'YAML_UNCLOSED_BRACKET@1:4'],
    ['a: {x: 1\nb: 3\n', 'YAML_UNCLOSED_BRACKET@1:4'],
    ['a: 1\nb: 2\na: 3\n', 'YAML_DUPLICATE_KEY@3:1'],
    ['a: @x\n', 'YAML_RESERVED_START@1:4'],
    ['a: *x\n', 'YAML_UNKNOWN_ALIAS@1:4'],
    ['a: &x [*x]\n', 'YAML_ALIAS_CYCLE@1:8'],
    ['a: "\\q"\n', 'YAML_BAD_ESCAPE@1:5'],
    ['a: "x" y\n', 'YAML_AFTER_VALUE@1:8'],
    ['- a\nb: c\n', 'YAML_INDENT@2:1'],
    ['a: |\n  x\n y\n', 'YAML_INDENT@3:2'],
    ['a: 1\nb:2\n', 'YAML_MISSING_COLON@2:1'],
    ['a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n', 'VAULT_UNSUPPORTED@1:11'],
    ['$ANSIBLE_VAULT;1.1;AES256\n6162\n', 'VAULT_UNSUPPORTED@1:1'],
    ['a: !foo x\n', 'YAML_UNKNOWN_TAG@1:9'],
    ['a: !!int x\n', 'YAML_BAD_TAG@1:10'],
    ['? [a]\n: b\n', 'YAML_BAD_KEY@1:3'],
    ['a:\n  <<: x\n', 'YAML_BAD_MERGE@2:3'],
    ['a: 12:30:45\n', 'YAML_SEXAGESIMAL@1:4'],
    ['a: 12345678901234567890\n', 'YAML_BIG_NUMBER@1:4'],
  ];
  for (const [text, expected] of faults) {
    it(`says ${expected} once of ${JSON.stringify(text)}`, () =>
      assert.deepEqual(read(text).codes, [expected]));
  }

  it('refuses an alias bomb', () => {
    const lines = ['l0: &l0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let n = 1; n < 9; n += 1) lines.push(`l${n}: &l${n} [${`*l${n - 1}, `.repeat(9)}*l${n - 1}]`);
    assert.deepEqual(read(lines.join('\n')).codes, ['YAML_ALIAS_BOMB@6:9']);
  });

  it('is not fooled by a key named __proto__', () => {
    const [value] = read('__proto__: {a: 1}\n').values;
    assert.deepEqual(Object.keys(value as object), ['__proto__']);
  });
});
