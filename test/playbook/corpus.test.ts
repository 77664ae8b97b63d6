import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { brokenCases, described, diagnosticsOf, isOwn, validPlaybooks, VALID_NAMES } from './corpus.js';
import { corpusHash, RECORD, type SyntaxRecord } from './syntax-check.js';

describe('valid playbooks', () => {
  for (const path of validPlaybooks()) {
    it(`${basename(path)} has no diagnostics`, () => assert.deepEqual(diagnosticsOf(path, VALID_NAMES), []));
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
