import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiagnosticError, type Diagnostic } from '../../src/diagnostics/diagnostic.js';
import { readRunFiles } from '../../src/cli/inputs.js';
import { brokenCases } from '../playbook/corpus.js';

const nothingChosen = { chosen: { tags: [], skipTags: [] } };

function faultsOf(
  playbook: string,
  inventory: string,
  extraVars: readonly string[] = [],
): readonly Diagnostic[] {
  try {
    readRunFiles([playbook], { inventory: [inventory], extraVars }, nothingChosen);
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.filter((one) => one.severity === 'error');
    throw error;
  }
}

describe('cli: bad input', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rtprov-bad-'));
    writeFileSync(join(folder, 'inventory.ini'), 'h1\n');
  });

  after(() => rmSync(folder, { recursive: true }));

  it('there are at least 100 broken inputs in the corpora', () => {
    const inventories = readdirSync('test/inventory/fixtures/broken').length;
    assert.ok(
      brokenCases().length + inventories >= 100,
      `${brokenCases().length} playbooks and ${inventories} inventories`,
    );
  });

  // Each case is read as `rtprov run` reads it; that its faults are the right ones is test/playbook's and test/inventory's.
  for (const one of brokenCases().filter(({ expected }) =>
    expected.some((line) => !line.endsWith('warning')),
  )) {
    it(`is found by run: ${one.name}`, () => {
      const faults = faultsOf(
        one.path,
        join(folder, 'inventory.ini'),
        one.inventory.map((name) => `${name}=x`),
      );
      assert.ok(faults.length > 0);
      for (const fault of faults) {
        assert.match(fault.code, /^[A-Z][A-Z0-9_]+$/);
        assert.notEqual(fault.summary, '');
        assert.notEqual(fault.detail, '');
        assert.ok(
          fault.range !== undefined && fault.range.line > 0 && fault.range.column > 0,
          'it says where',
        );
      }
    });
  }
});
