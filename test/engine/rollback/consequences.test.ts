/** What undoing one entry means for the entries before it: their resources are not read again in between. */
import assert from 'node:assert/strict';
import { planUndo } from '../../../src/engine/rollback/plan.js';
import { parseEntries } from '../../../src/journal/read-journal.js';
import { keyOf, type Change, type KindName, type State } from '../../../src/resources/resource.js';
import { noMarks, storedEntry } from '../../journal/entries.js';

function change(kind: KindName, name: string, from: object, to: object): Change {
  return { id: { kind, name }, from: from as State, to: to as State };
}

/** The verdicts by resource. `now`: what is there, where it is not what the run left. */
function verdicts(
  changes: readonly Change[],
  now: Readonly<Record<string, object>> = {},
): Readonly<Record<string, string>> {
  const lines = changes.flatMap((one, at) => {
    const seq = String(at + 1).padStart(5, '0');
    return [storedEntry([one], seq), `window ${seq} # 1 entries`];
  });
  const present = new Map(changes.map(({ id, to }) => [keyOf(id), to]));
  for (const [key, state] of Object.entries(now)) present.set(key, state as State);
  const planned = planUndo(parseEntries([...lines, ''].join('\n'), 'run'), { ...noMarks, present });
  return Object.fromEntries(planned.map(({ resource, verdict }) => [resource, verdict]));
}

const text = { type: 'file', mode: '0644', owner: 'root', group: 'root', sha256: 'aa', size: 2 };
const absent = { type: 'absent' };
const missing = { configFiles: false, auto: false, held: false };
const installed = { ...missing, version: '1' };

describe('what undoing one entry means for those before it', () => {
  it('a package that comes back brings back the files and units that went with it', () => {
    const file = change('file', '/etc/p', { ...text, mode: '0600' }, text);
    const on = { exists: true, enabled: 'enabled', masked: false, active: true };
    const unit = change('unit', 'p.service', on, { ...on, enabled: 'disabled' });
    const removed = change('package', 'p', installed, missing);
    const gone = {
      'file:/etc/p': absent,
      'unit:p.service': { exists: false, enabled: '', masked: false, active: false },
    };
    const undone = { 'file:/etc/p': 'would_undo', 'unit:p.service': 'would_undo' };
    assert.deepEqual(verdicts([file, unit, removed], gone), { ...undone, 'package:p': 'would_undo' });
    assert.equal(verdicts([file, unit], gone)['file:/etc/p'], 'conflict');
  });

  it('files show another owner once an account has its old number', () => {
    const file = change('file', '/etc/p', absent, { ...text, owner: '1001' });
    const user = change('user', 'a', { exists: true, uid: 1002 }, { exists: true, uid: 1001 });
    const now = { 'file:/etc/p': { ...text, owner: 'a' } };
    assert.equal(verdicts([file, user], now)['file:/etc/p'], 'would_undo');
    assert.equal(verdicts([file], now)['file:/etc/p'], 'conflict');
  });

  it('what is in a folder is not known any more once something below it is put back', () => {
    const { sha256: _bytes, size: _size, ...attributes } = text;
    const folder = { ...attributes, type: 'directory', mode: '0755', tree: 'aa', listing: [] };
    const made = change('file', '/srv', absent, folder);
    const below = change('file', '/srv/a', absent, text);
    const now = { 'file:/srv': { ...folder, tree: 'bb' } };
    assert.equal(verdicts([made, below], now)['file:/srv'], 'would_undo');
    assert.equal(verdicts([made], now)['file:/srv'], 'conflict');
  });
});
