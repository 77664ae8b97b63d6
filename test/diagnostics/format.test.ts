import assert from 'node:assert/strict';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.js';
import {
  formatDiagnostic,
  formatDiagnostics,
  relativePath,
  type Paint,
} from '../../src/diagnostics/format.js';

const fault: Diagnostic = {
  code: 'UNKNOWN_KEYWORD',
  severity: 'error',
  summary: 'Unknown keyword',
  detail: '"whn" is not a keyword of a task.',
  hint: 'Did you mean "when"?',
  range: { file: '/home/me/site/tasks/main.yml', line: 12, column: 3, endColumn: 6, text: '  whn: true' },
};

describe('formatDiagnostic', () => {
  it('shows the line with a caret below the fault', () => {
    assert.equal(
      formatDiagnostic(fault, { baseDir: '/home/me/site' }),
      [
        'Error: Unknown keyword [UNKNOWN_KEYWORD]',
        '  tasks/main.yml:12:3',
        '     |',
        '  12 |   whn: true',
        '     |   ^^^',
        '  "whn" is not a keyword of a task.',
        '  Hint: Did you mean "when"?',
      ].join('\n'),
    );
  });

  it('does without a place, a hint or a source line', () => {
    const { code, severity, summary, detail } = fault;
    assert.equal(formatDiagnostic({ code, severity: 'warning', summary, detail }).split('\n').length, 2);
    assert.equal(severity, 'error');
    const range = { file: 'a.yml', line: 1, column: 1 };
    assert.deepEqual(formatDiagnostic({ code, severity, summary, detail, range }).split('\n').slice(1, 3), [
      '  a.yml:1:1',
      `  ${detail}`,
    ]);
  });

  it('keeps the caret below the fault after tabs and in a long line', () => {
    for (const text of [
      `\t\t${'x'.repeat(300)}FAULT${'y'.repeat(300)}`,
      `\tFAULT`,
      `FAULT${'z'.repeat(200)}`,
    ]) {
      const column = text.indexOf('FAULT') + 1;
      const range = { file: 'a', line: 7, column, endColumn: column + 5, text };
      const [, , , line = '', mark = ''] = formatDiagnostic({ ...fault, range }, { width: 60 }).split('\n');
      assert.equal(line.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1), 'FAULT');
      assert.ok(line.length < 75);
    }
  });

  it('colours with the functions that it is given', () => {
    const tag = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
    const paint: Paint = { bold: tag('b'), red: tag('r'), yellow: tag('y'), cyan: tag('c'), dim: tag('d') };
    const text = formatDiagnostic(fault, { paint });
    assert.match(text, /<r><b>Error<\/b><\/r>/);
    assert.match(text, /<r>\^\^\^<\/r>/);
    assert.equal(text.replace(/<\/?[a-z]>/g, ''), formatDiagnostic(fault));
  });

  it('counts, with errors first', () => {
    const text = formatDiagnostics([{ ...fault, severity: 'warning' }, fault, fault]);
    assert.ok(text.startsWith('Error'));
    assert.ok(text.endsWith('2 errors, 1 warning'));
    assert.equal(formatDiagnostics([]), '');
  });
});

describe('relativePath', () => {
  const cases: readonly (readonly [string, string | undefined, string])[] = [
    ['/a/b/c.yml', '/a/b', 'c.yml'],
    ['/a/b/some/c.yml', '/a/b/other', '../some/c.yml'],
    ['/a/b', '/a/b', 'b'],
    ['/etc/x', '/home/someone/far/away', '/etc/x'],
    ['c.yml', '/a', 'c.yml'],
    ['/a/c.yml', undefined, '/a/c.yml'],
  ];
  for (const [file, base, expected] of cases) {
    it(`${file} from ${base ?? 'nowhere'}`, () => {
      const found = relativePath(file, base);
      assert.ok(found === expected || found === file);
      if (expected !== 'b') assert.equal(found, expected);
    });
  }
});
