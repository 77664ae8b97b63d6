/** What undoing a run would do with each entry of its journal, by what is there now. */
import assert from 'node:assert/strict';
import { planUndo } from '../../../src/engine/rollback/plan.js';
import type { StoredEntry } from '../../../src/journal/entry.js';
import { parseEntries } from '../../../src/journal/read-journal.js';
import { fileKind } from '../../../src/resources/file/kind.js';
import type { FileState } from '../../../src/resources/file/state.js';
import { noMarks } from '../../journal/entries.js';

const file = (digit: string): FileState => ({
  type: 'file',
  mode: '0644',
  owner: 'root',
  group: 'root',
  sha256: digit.repeat(64),
  size: 1,
});
const [before, after, other, older] = [file('a'), file('b'), file('c'), file('d')];
const canon = (state: FileState, name = '/a'): string => fileKind.canon(name, state);

const entry = (index: number, more: Partial<StoredEntry>, seq = '00001'): StoredEntry => ({
  format: 1,
  seq,
  index,
  taskId: 't',
  taskName: 't',
  type: 'change',
  ...more,
});
const change = (
  index: number,
  from: FileState,
  to: FileState,
  more: Partial<StoredEntry> = {},
  seq = '00001',
) => entry(index, { kind: 'file', changes: [{ id: { kind: 'file', name: '/a' }, from, to }], ...more }, seq);

/** `VERDICT SEQ.INDEX` of what is planned, in its order, with the reason where one is given. */
function verdicts(
  entries: readonly StoredEntry[],
  now: FileState,
  lines: readonly string[] = [],
  more: {
    readonly force?: boolean;
    readonly unfinished?: readonly string[];
    readonly windows?: readonly string[];
  } = {},
): readonly string[] {
  const counts = new Map<string, number>();
  for (const { seq } of entries) counts.set(seq, (counts.get(seq) ?? 0) + 1);
  const windows = [...counts].map(([seq, count]) => `window ${seq} # ${count} entries`);
  const journal = parseEntries(
    [...entries.map((one) => JSON.stringify(one)), ...windows, ...lines].join('\n'),
    'run',
  );
  const { force = false, unfinished = [] } = more;
  const view = { ...noMarks, present: new Map([['file:/a', now]]), force, unfinished: new Set(unfinished) };
  const of = more.windows === undefined ? undefined : new Set(more.windows);
  return planUndo(journal, view, of).map(
    ({ verdict, entry: { seq, index }, reason }) =>
      `${verdict} ${seq}.${index}${reason === undefined ? '' : `: ${reason}`}`,
  );
}

describe('engine/rollback/plan: verdicts', () => {
  const one = [change(0, before, after)];
  const conflict = 'conflict 00001.0: something else has changed it since';

  it('undoes what is as the run left it, leaves what is as before, and names what is neither', () => {
    assert.deepEqual(verdicts(one, after), ['would_undo 00001.0']);
    assert.deepEqual(verdicts(one, before), ['same 00001.0']);
    assert.deepEqual(verdicts(one, other), [conflict]);
    assert.deepEqual(verdicts(one, other, [], { force: true }), ['would_undo 00001.0']);
  });

  it('goes by the marks of the run and of earlier rollbacks', () => {
    for (const mark of ['undone', 'untouched'])
      assert.deepEqual(verdicts(one, other, [`mark ${mark}.00001.0`]), ['same 00001.0'], mark);
    assert.deepEqual(verdicts(one, other, ['mark undoing.00001.0']), ['would_undo 00001.0']);
    assert.deepEqual(verdicts(one, other, [], { unfinished: ['00001.0'] }), ['would_undo 00001.0']);
    assert.deepEqual(verdicts(one, other, ['mark undone.00001.1', 'mark undone.00002.0']), [conflict]);
  });

  it('takes what a failed or cut off write left for the work of the run', () => {
    assert.deepEqual(verdicts(one, other, [`half file:/a ${canon(other)}`]), ['would_undo 00001.0']);
    assert.deepEqual(verdicts(one, other, [`half file:/a ${canon(older)}`]), [conflict]);
    assert.deepEqual(verdicts(one, other, ['writing.00001.0']), ['would_undo 00001.0']);
    assert.deepEqual(verdicts(one, other, [`writing.00001.0 file:/a ${canon(other)}`]), [
      'would_undo 00001.0',
    ]);
    assert.deepEqual(verdicts(one, other, [`writing.00001.0 file:/a ${canon(older)}`]), [conflict]);
  });

  it('goes from the last entry to the first, each over what the ones before it bring back', () => {
    const chain = [change(0, before, after), change(0, after, other, {}, '00002')];
    assert.deepEqual(verdicts(chain, other), ['would_undo 00002.0', 'would_undo 00001.0']);
    assert.deepEqual(verdicts(chain, after), ['same 00002.0', 'would_undo 00001.0']);
    assert.deepEqual(verdicts(chain, other, [], { windows: ['00002'] }), ['would_undo 00002.0']);
  });

  it('counts earlier states of the same window as before, and those of earlier windows only once it was skipped', () => {
    const together = [change(0, before, after), change(1, after, other)];
    assert.deepEqual(verdicts(together, before), ['same 00001.1', 'same 00001.0']);
    const apart = [change(0, before, after), change(0, after, other, {}, '00002')];
    assert.deepEqual(verdicts(apart, before), [
      'conflict 00002.0: something else has changed it since',
      'same 00001.0',
    ]);
    assert.deepEqual(verdicts(apart, before, ['mark passed.00002.0']), ['same 00002.0', 'same 00001.0']);
  });

  it('leaves what cannot be undone, and says why', () => {
    assert.deepEqual(verdicts([change(0, before, after, { notUndoable: 'gone' })], after), [
      'kept 00001.0: gone',
    ]);
  });

  it('leaves a transaction as a whole where a part of it is in conflict', () => {
    const two = {
      ...change(0, before, after),
      changes: [
        { id: { kind: 'file' as const, name: '/a' }, from: before, to: after },
        { id: { kind: 'file' as const, name: '/a' }, from: before, to: other },
      ],
    };
    assert.deepEqual(verdicts([two], other), [
      conflict,
      'conflict 00001.0: it is left as it is, like the others of its transaction',
    ]);
  });

  it('undoes a command by its own text, if it was begun, and says of others that they stay', () => {
    const command = (more: Partial<StoredEntry>): readonly StoredEntry[] => [
      entry(0, { type: 'command', shown: 'c', undo: false, touches: false, ...more }),
    ];
    assert.deepEqual(verdicts(command({}), after), []);
    assert.deepEqual(verdicts(command({}), after, ['ran 00001.ran.0']), [
      'kept 00001.0: its task has no undo',
    ]);
    assert.deepEqual(verdicts(command({ touches: true }), after, ['ran 00001.ran.0']), []);
    assert.deepEqual(verdicts(command({ undo: true }), after), []);
    assert.deepEqual(verdicts(command({ undo: true }), after, ['ran 00001.ran.0']), ['would_undo 00001.0']);
    assert.deepEqual(verdicts(command({ undo: true }), after, ['ran 00001.ran.0', 'mark undone.00001.0']), [
      'same 00001.0',
    ]);
    assert.deepEqual(verdicts([entry(0, { type: 'action', shown: 'restart' })], after), []);
  });

  it('compares what a command touched with what it left, or takes anything for its work where nobody saw that', () => {
    const touched = [
      entry(0, { type: 'command', shown: 'c', undo: false, touches: true }),
      change(1, before, before, { afterUnknown: true, command: 0 }),
    ];
    const ran = 'ran 00001.ran.0';
    const left = `after 00001.after.1 ${canon(after)}`;
    const touchConflict = 'conflict 00001.1: something else has changed it since';
    assert.deepEqual(verdicts(touched, after, [ran, left]), ['would_undo 00001.1']);
    assert.deepEqual(verdicts(touched, before, [ran, left]), ['same 00001.1']);
    assert.deepEqual(verdicts(touched, other, [ran, left]), [touchConflict]);
    assert.deepEqual(verdicts(touched, other, [ran]), ['would_undo 00001.1']);
    // It never ran: somebody else has changed it.
    assert.deepEqual(verdicts(touched, other), [touchConflict]);
  });
});
