import assert from 'node:assert/strict';
import { planUndo } from '../../../src/engine/rollback/plan.js';
import { parseEntries } from '../../../src/journal/read-journal.js';
import { unitKind } from '../../../src/resources/unit/kind.js';
import type { UnitState } from '../../../src/resources/unit/state.js';
import { noMarks, storedEntry } from '../../journal/entries.js';

const name = 'p.service';
const running: UnitState = { exists: true, enabled: 'enabled', masked: false, active: true };
const stopped: UnitState = { exists: true, enabled: 'disabled', masked: false, active: false };
const enabled: UnitState = { ...stopped, enabled: 'enabled' };
const gone: UnitState = { exists: false, enabled: '', masked: false, active: false };

/** A unit that the run stopped, and that somebody has enabled since: the first rollback skipped it. */
const entry = storedEntry([{ id: { kind: 'unit', name }, from: running, to: stopped }], '00002');
const canon = (state: UnitState): string => unitKind.canon(name, state);

function verdict(now: UnitState, ...lines: readonly string[]): string | undefined {
  const journal = parseEntries([entry, 'window 00002 # 1 entries', ...lines, ''].join('\n'), 'run');
  const present = new Map([[`unit:${name}`, now]]);
  return planUndo(journal, { ...noMarks, present })[0]?.verdict;
}

describe('engine/rollback/plan', () => {
  const passed = 'mark passed.00002.0';

  it('looks at an entry that was passed again', () => {
    assert.equal(verdict(enabled, passed), 'conflict');
    assert.equal(verdict(stopped, passed), 'would_undo');
    assert.equal(verdict(running, passed), 'same');
  });

  it('takes what the undo of another entry has made of it for undone', () => {
    const left = `left 00002.0 1 ${canon(gone)}`;
    assert.equal(verdict(gone, passed, left), 'same');
    assert.equal(verdict(enabled, passed, left), 'conflict');
    assert.equal(verdict(gone, left), 'would_undo');
  });

  it('does so where that undo was cut off', () => {
    const seen = `seen 00002.0 1 ${canon(enabled)}`;
    assert.equal(verdict(gone, passed, seen), 'same');
    assert.equal(verdict(enabled, passed, seen), 'conflict');
  });
});
