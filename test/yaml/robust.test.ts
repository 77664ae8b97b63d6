import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Diagnostics } from '../../src/diagnostics/diagnostic.js';
import { toValue } from '../../src/yaml/node.js';
import { parseYaml } from '../../src/yaml/parse.js';
import { SourceText } from '../../src/yaml/source.js';

const piece = fc.constantFrom(
  'a',
  'b: ',
  '- ',
  '\n',
  '  ',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '&x ',
  '*x',
  '<<: ',
  '!t ',
  '|',
  '>',
  '#',
  '\t',
  '{{ x }}',
  '---\n',
  '?',
  '%',
  '0644',
  '\r\n',
);

describe('parseYaml on anything', () => {
  it('never throws, and every range is inside the text', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const text = pieces.join('');
        const diagnostics = new Diagnostics();
        parseYaml(text, 'f', diagnostics).map(toValue);
        const { lines } = new SourceText(text, 'f');
        for (const { range } of diagnostics.all) {
          assert.ok(range !== undefined);
          assert.equal(range.text, lines[range.line - 1]);
          assert.ok(range.column >= 1 && range.column <= (range.text ?? '').length + 1);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('reads JSON as JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const diagnostics = new Diagnostics();
        const value: unknown = JSON.parse(text);
        const [node] = parseYaml(JSON.stringify(value, null, 2), 'f.json', diagnostics);
        // Numbers such as 1e30 are text in YAML 1.1, and an empty key is refused.
        fc.pre(!/[0-9]e|[0-9]{16}|"":/.test(JSON.stringify(value)));
        assert.deepEqual(diagnostics.all, []);
        assert.equal(JSON.stringify(node && toValue(node)), JSON.stringify(value));
      }),
    );
  });
});
