import assert from 'node:assert/strict';
import fc from 'fast-check';
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
  '\u00ad',
  '\u034f',
  '\u115f',
  '\u1160',
  '\u17b4',
  '\u180b',
  '\u200b',
  '\u200c',
  '\u200d',
  '\u3164',
  '\ufe00',
  '\ufe0f',
  '\uffa0',
  '\u{1d173}',
  '\u{e0001}',
  '\u{e0041}',
  '\u{e007f}',
  '\u{e0100}',
  '\u{e01ef}',
];

/** Every code point of the planes in use that is ignored in display. */
function invisible(): readonly string[] {
  const found: string[] = [];
  for (let code = 0x80; code < 0xe1000; code += code === 0xd7ff ? 0x801 : 1) {
    const character = String.fromCodePoint(code);
    if (/\p{DI}/u.test(character)) found.push(character);
  }
  return found;
}

describe('diagnostics/printable', () => {
  for (const character of bad) {
    const name = `U+${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
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

  it('shows as an escape whatever character is not seen, and nothing else of a text', () => {
    const seen = fc
      .string({ unit: 'grapheme-composite' })
      .filter((text) => !/[\p{DI}\p{C}\u2028\u2029]/u.test(text));
    const unseen = fc.constantFrom(...invisible());
    fc.assert(
      fc.property(seen, unseen, seen, (before, character, after) => {
        const code = (character.codePointAt(0) ?? 0).toString(16).padStart(2, '0');
        const shown = visible(`${before}a${character}b${after}`);
        assert.ok(shown.startsWith(`${before}a\\`) && shown.endsWith(`b${after}`) && shown.includes(code));
        const json = visibleJson(JSON.stringify(`a${character}b`));
        assert.match(json, /^[ -~]*$/);
        assert.equal(JSON.parse(json), `a${character}b`);
      }),
    );
  });

  it('leaves marks where they show: in emoji, and between letters of scripts that join', () => {
    for (const text of [
      '👩\u200d🔧',
      '❤\ufe0f',
      '❤\ufe0f\u200d🔥',
      '👍🏽\u200d👍',
      '1\ufe0f\u20e3',
      'می\u200cخواهم',
      'क्\u200dष',
      '\u0600\u06dd',
    ])
      assert.equal(visible(text), text);
    assert.equal(visible('a\u200d👩'), 'a\\u200d👩');
    assert.equal(visible('👩\u200db\ufe0f'), '👩\\u200db\\ufe0f');
    assert.equal(visible('1\ufe0f'), '1\\ufe0f');
    assert.equal(visible('👩\ufe0f\ufe0f'), '👩\ufe0f\\ufe0f');
    assert.equal(visible('می\u200c'), 'می\\u200c');
    assert.equal(visible('\u{e0041}'), '\\u{e0041}');
  });

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
