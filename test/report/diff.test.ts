import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyPatch } from 'diff';
import { diffLines } from '../../src/report/diff.js';
import { fieldsDiff, textDiff } from './events.js';
import { allPaint, noPaint } from './paints.js';

function text(before: string | undefined, after: string | undefined, paint = noPaint): readonly string[] {
  const { resource, diff } = textDiff('/etc/x', before, after);
  return diffLines(resource, diff, paint);
}

describe('diffs', () => {
  it('are unified, as diff(1) writes them', () => {
    assert.deepEqual(text('a\nb\nc\n', 'a\nB\nc\n'), [
      '--- /etc/x',
      '+++ /etc/x',
      '@@ -1,3 +1,3 @@',
      ' a',
      '-b',
      '+B',
      ' c',
    ]);
    assert.deepEqual(text(undefined, 'a\n'), ['--- /dev/null', '+++ /etc/x', '@@ -0,0 +1 @@', '+a']);
    assert.deepEqual(text('a\n', undefined), ['--- /etc/x', '+++ /dev/null', '@@ -1 +0,0 @@', '-a']);
    assert.deepEqual(text(undefined, ''), ['--- /dev/null', '+++ /etc/x']);
  });

  it('say when the last line has no end', () => {
    assert.deepEqual(text('a', 'a\n').slice(2), ['@@ -1 +1 @@', '-a', '\\ No newline at end of file', '+a']);
  });

  it('show carriage returns and other control characters', () => {
    assert.deepEqual(text('a\r\n', 'a\n').slice(3), ['-a\\r', '+a']);
    assert.deepEqual(text(undefined, '\x1b[31m\n').slice(3), ['+\\x1b[31m']);
  });

  it('can be applied', () => {
    const lines = fc
      .array(fc.constantFrom('a', 'b', 'c', ''))
      .map((all) => all.map((line) => `${line}\n`).join(''));
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        if (before === after) return;
        assert.equal(applyPatch(before, `${text(before, after).join('\n')}\n`), after);
      }),
    );
  });

  it('colour a removed line that begins with dashes as removed', () => {
    assert.equal(text('-- old\n', 'new\n', allPaint)[3], allPaint.red('--- old'));
  });

  it('are cut when they are long', () => {
    const lines = text(undefined, 'x\n'.repeat(500));
    assert.equal(lines.length, 2 + 200 + 1);
    assert.equal(lines.at(-1), '… 301 more lines (-vv shows all)');
  });

  it('show a large text that is new', () => {
    assert.equal(text(undefined, 'x\n'.repeat(50_000)).at(-1), '… 49801 more lines (-vv shows all)');
  });

  it('do not take long for two large texts that have nothing in common', function () {
    this.timeout(5000);
    const many = (word: string): string =>
      Array.from({ length: 20_000 }, (_, index) => `${word} ${index}\n`).join('');
    assert.equal(
      text(many('a'), many('b')).at(-1),
      '(20000 lines become 20000, too many differ to list them)',
    );
  });

  it('show fields before and after', () => {
    const { resource, diff } = fieldsDiff(
      'unit:x.service',
      { field: 'enabled', before: 'no', after: 'yes' },
      { field: 'active', before: undefined, after: 'yes' },
      { field: 'sha256', before: 'a'.repeat(64), after: 'b'.repeat(64) },
      { field: 'secret', before: '********', after: '********' },
      { field: 'cmdline', before: 'one '.repeat(20), after: 'two\nthree' },
    );
    assert.deepEqual(diffLines(resource, diff, noPaint), [
      'unit:x.service',
      '~ enabled: no -> yes',
      '~ active: (none) -> yes',
      '~ sha256: aaaaaaaaaaaa… -> bbbbbbbbbbbb…',
      '~ secret: ********',
      '~ cmdline:',
      `  - ${'one '.repeat(20)}`,
      '  + two',
      '  + three',
    ]);
  });

  it('show the mode of a file below its text, or by itself', () => {
    const fields = [{ field: 'mode', before: '0600', after: '0644' }];
    const both = textDiff('/etc/x', 'a\n', 'b\n', fields);
    assert.equal(diffLines(both.resource, both.diff, noPaint).at(-1), '~ mode: 0600 -> 0644');
    const alone = textDiff('/etc/x', 'a\n', 'a\n', fields);
    assert.deepEqual(diffLines(alone.resource, alone.diff, noPaint), ['file:/etc/x', '~ mode: 0600 -> 0644']);
  });
});
