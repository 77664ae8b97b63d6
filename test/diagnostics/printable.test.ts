import assert from 'node:assert/strict';
import { formatDiagnostic } from '../../src/diagnostics/format.js';
import { visible, visibleJson } from '../../src/diagnostics/printable.js';
import { cleanLines, oneLine } from '../../src/report/printable.js';

const bad = [
  '\x1b',
  '\x07',
  '\0',
  '\x7f',
  '\x9b',
  '\u202a',
  '\u202e',
  '\u2066',
  '\u2069',
  '\u200e',
  '\u200f',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\ud800',
  '\udc00',
];

describe('diagnostics/printable', () => {
  for (const character of bad) {
    const name = `U+${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    it(`shows ${name} as an escape, and keeps it in JSON`, () => {
      const text = `a${character}[31mb`;
      assert.ok(!visible(text).includes(character));
      const json = visibleJson(JSON.stringify({ [text]: text }));
      assert.ok(!json.includes(character));
      assert.deepEqual(JSON.parse(json), { [text]: text });
      for (const line of [oneLine(text), ...cleanLines(text)]) assert.ok(!line.includes(character));
      const range = { file: `f${character}`, line: 1, column: 3, text };
      const shown = formatDiagnostic({
        code: 'X',
        severity: 'error',
        summary: text,
        detail: text,
        hint: text,
        range,
      });
      assert.ok(!shown.includes(character));
    });
  }

  it('leaves other text as it is', () => {
    const text = 'Grüße 😀 \t"\\"\n';
    assert.equal(visible(text), text);
    assert.equal(visibleJson(JSON.stringify(text)), JSON.stringify(text));
  });

  it('takes no longer for long texts of blanks', () => {
    const text = `${' '.repeat(2_000_000)}x`;
    assert.equal(oneLine(text), 'x');
    assert.equal(cleanLines(`${text}\n${'\r'.repeat(1_000_000)}`)[0], text);
  });
});
