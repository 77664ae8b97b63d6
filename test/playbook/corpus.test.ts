import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { brokenCases, described, diagnosticsOf, isOwn, validPlaybooks, VALID_NAMES } from './corpus.js';
import { corpusHash, RECORD, type SyntaxRecord } from './syntax-check.js';

describe('valid playbooks', () => {
  for (const path of validPlaybooks()) {
    it(`${basename(path)} has no faults`, () => assert.deepEqual(diagnosticsOf(path, VALID_NAMES), []));
  }

  it('all pass ansible-playbook --syntax-check (recorded by syntax-check.ts)', () => {
    const record = JSON.parse(readFileSync(RECORD, 'utf8')) as SyntaxRecord;
    const names = validPlaybooks()
      .filter((path) => !isOwn(path))
      .map((path) => basename(path));
    assert.deepEqual(record.passed, names);
    assert.equal(
      record.sha256,
      corpusHash(createHash('sha256')),
      'the corpus changed: run syntax-check.ts again',
    );
  });
});

describe('broken playbooks', () => {
  const cases = brokenCases();

  it('are at least 70', () => assert.ok(cases.length >= 70, String(cases.length)));

  for (const broken of cases) {
    it(`${broken.name}: ${broken.expected.join(', ')}`, () => {
      const found = diagnosticsOf(broken.path, broken.inventory);
      assert.deepEqual(described(found, broken), broken.expected);
      for (const { summary, detail, hint, range } of found) {
        assert.ok(
          summary !== '' && detail !== '' && hint !== undefined && hint !== '',
          'it is reported in full',
        );
        assert.ok(range !== undefined && existsSync(range.file));
        const lines = readFileSync(range.file, 'utf8').split('\n');
        assert.equal(range.text, lines[range.line - 1]);
        assert.ok(range.column <= (range.text ?? '').length + 1);
        assert.doesNotMatch(summary, /"/, 'the summary holds no names');
      }
    });
  }
});

describe('docs/diagnostics.md', () => {
  const root = join(import.meta.dirname, '..', '..');
  const text = readFileSync(join(root, 'docs', 'diagnostics.md'), 'utf8');

  it('names every code of the playbook layer', () => {
    const folder = join(root, 'src', 'playbook');
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const codes = sources.flatMap((name) => {
      const source = readFileSync(join(folder, name), 'utf8');
      return [...source.matchAll(/\.(?:error|warning)\(\s*'([A-Z_]+)'/g)].map((match) => match[1] ?? '');
    });
    assert.ok(codes.length > 30);
    assert.deepEqual(
      [...new Set(codes)].filter((code) => !text.includes(`\`${code}\``)),
      [],
    );
  });

  it('names every code of the broken corpus', () => {
    const codes = brokenCases().flatMap(({ expected }) => expected.map((item) => item.split(' ')[0] ?? ''));
    assert.deepEqual(
      [...new Set(codes)].filter((code) => !text.includes(`\`${code}\``)),
      [],
    );
  });
});
