/** What the journal holds of a window: one entry a change, a package transaction, a command and what it touches. */
import assert from 'node:assert/strict';
import { entriesOf } from '../../../src/engine/window/entries.js';
import { needCommand, storedEntry } from '../../../src/journal/entry.js';
import type { WindowStep } from '../../../src/engine/window/steps.js';
import type { Change } from '../../../src/resources/resource.js';
import { raw } from '../../../src/shell/shell.js';
import { commandStep, stepsOf } from './window-target.js';

type Step = WindowStep['step'];

const change = (kind: Change['id']['kind'], name: string): Change =>
  ({
    id: { kind, name },
    ...(kind === 'package'
      ? { from: { configFiles: false }, to: { configFiles: false, version: '1' } }
      : { from: { type: 'absent' }, to: { type: 'absent' } }),
  }) as Change;
const step = (kind: Change['id']['kind'], name: string): Step => ({
  type: 'change',
  change: change(kind, name),
});
const action = (more: object = {}): Step => ({ type: 'action', label: 'reload', script: raw(':'), ...more });

describe('engine/window/entries', () => {
  it('has one for each change, and one for all packages of an item', () => {
    const steps = stepsOf(
      [[step('file', '/a'), step('file', '/b')]],
      [[step('package', 'p'), step('package', 'q')], [step('package', 'r')]],
      [[step('package', 's')]],
    );
    const { entries, indexes } = entriesOf(steps);
    assert.deepEqual(
      entries.map((entry) => [
        entry.index,
        entry.taskId,
        entry.type === 'change' ? entry.changes.map(({ id }) => id.name) : [],
      ]),
      [
        [0, 't0', ['/a']],
        [1, 't0', ['/b']],
        [2, 't1', ['p', 'q']],
        [3, 't1', ['r']],
        [4, 't2', ['s']],
      ],
    );
    assert.deepEqual(
      steps.map(({ step: one }) => (one.type === 'change' ? indexes.get(one.change) : undefined)),
      [0, 1, 2, 2, 3, 4],
    );
  });

  it('has one for a command and one for each file that it touches, which name it', () => {
    const touched = change('file', '/t');
    const command = { ...commandStep(raw('x'), { undo: raw('y') }), touches: [touched] } as Step;
    const { entries, indexes } = entriesOf(stepsOf([[step('file', '/a')]], [[command]]));
    assert.deepEqual([indexes.get(command), indexes.get(touched)], [1, 2]);
    const [, ofCommand, ofTouched] = entries.map((entry) => storedEntry('00001', entry));
    assert.deepEqual([ofCommand?.type, ofCommand?.undo, ofCommand?.touches], ['command', true, true]);
    assert.deepEqual([ofTouched?.afterUnknown, ofTouched?.command, ofTouched?.kind], [true, 1, 'file']);
  });

  it('has none for a command that declares that it changes nothing', () => {
    const command = { ...commandStep(raw('x')), journalled: false } as Step;
    assert.deepEqual(entriesOf(stepsOf([[command]])), { entries: [], indexes: new Map() });
  });

  it('keeps what an action does at the undo, and whether its task has no_log', () => {
    const onUndo = raw('restart');
    const [hidden] = stepsOf([[action({ onUndo, resource: { kind: 'unit', name: 'u' } })]]);
    assert.ok(hidden !== undefined);
    const [entry] = entriesOf([{ ...hidden, hidden: true }]).entries;
    assert.ok(entry?.type === 'action');
    assert.deepEqual([entry.onUndo, entry.resource?.name, entry.hidden], [onUndo, 'u', true]);
    assert.equal(storedEntry('00001', entry).hidden, true);
  });

  it('leaves something to undo only where a command was begun, when nothing else may', () => {
    const touching = { ...commandStep(raw('x')), touches: [change('file', '/t')] } as Step;
    const need = (...steps: readonly Step[]): boolean => needCommand(entriesOf(stepsOf([steps])).entries);
    assert.equal(need(touching, action({ transient: true })), true);
    assert.equal(need(touching, action()), false);
    assert.equal(need(touching, step('file', '/a')), false);
  });
});
