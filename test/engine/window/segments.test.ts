/** Which steps of a window are written together, and whose failure a segment's failure is. */
import assert from 'node:assert/strict';
import { segmentsOf } from '../../../src/engine/window/segments.js';
import type { WindowStep } from '../../../src/engine/window/steps.js';
import { raw } from '../../../src/shell/shell.js';
import { commandStep, stepsOf } from './window-target.js';

type Step = WindowStep['step'];

const file = (name: string, validate?: string): Step => ({
  type: 'change',
  change: {
    id: { kind: 'file', name },
    from: { type: 'absent' },
    to: { type: 'file', sha256: 'a'.repeat(64), size: 1, mode: '0644', owner: 'root', group: 'root' },
  },
  ...(validate === undefined ? {} : { validate }),
});
const sysctl = (name: string): Step => ({
  type: 'change',
  change: {
    id: { kind: 'sysctl', name },
    from: { value: '0', writable: true },
    to: { value: '1', writable: true },
  },
});
const stopped = { exists: true, active: false, enabled: 'disabled', masked: false };
const unit = (name: string): Step => ({
  type: 'change',
  change: {
    id: { kind: 'unit', name: `${name}.service` },
    from: stopped,
    to: { ...stopped, active: true },
  },
});
const none = { configFiles: false, auto: false, held: false };
const install = (name: string): Step => ({
  type: 'change',
  change: { id: { kind: 'package', name }, from: none, to: { ...none, version: '1' } },
});
const action: Step = { type: 'action', label: 'reload', script: raw('reload') };
const command = commandStep(raw('true'));

/** Of each segment the tasks and items that it is of, as `TASK.ITEM`. */
function owners(steps: readonly WindowStep[], mergeTasks = true): readonly string[] {
  return segmentsOf(steps, mergeTasks, () => undefined).map(({ owners }) =>
    owners.map(({ task, item }) => `${task}.${item}`).join(' '),
  );
}

describe('engine/window/segments', () => {
  it('writes consecutive changes of one kind together, whosever they are', () => {
    assert.deepEqual(owners(stepsOf([[file('/a'), file('/b')]], [[file('/c')]], [[file('/d')]])), [
      '0.0 1.0 2.0',
    ]);
    assert.deepEqual(owners(stepsOf([[file('/a')]], [[sysctl('x.y')]], [[file('/b')]])), [
      '0.0',
      '1.0',
      '2.0',
    ]);
  });

  it('writes units of several tasks by several calls, since one would go on behind a task that failed', () => {
    assert.deepEqual(
      owners(stepsOf([[unit('a'), unit('b')]], [[unit('c')]], [[sysctl('x')]], [[sysctl('y')]])),
      ['0.0', '1.0', '2.0 3.0'],
    );
  });

  it('writes each item of a loop by itself, since it fails by itself', () => {
    assert.deepEqual(owners(stepsOf([[file('/a')], [file('/b')]])), ['0.0', '0.1']);
    assert.deepEqual(
      owners(
        stepsOf([
          [file('/a'), file('/b')],
          [file('/c'), file('/d')],
        ]),
      ),
      ['0.0', '0.1'],
    );
    // Nor with another task's, which would be done although an item has failed.
    assert.deepEqual(owners(stepsOf([[file('/z')]], [[file('/a')], [file('/b')]], [[file('/c')]])), [
      '0.0',
      '1.0',
      '1.1',
      '2.0',
    ]);
  });

  it('writes each task by itself after a merged write failed', () => {
    assert.deepEqual(owners(stepsOf([[file('/a'), file('/b')]], [[file('/c')]]), false), ['0.0', '1.0']);
  });

  it('writes a resource once in a segment', () => {
    assert.deepEqual(owners(stepsOf([[file('/a')]], [[file('/a')]])), ['0.0', '1.0']);
    assert.deepEqual(owners(stepsOf([[file('/a'), file('/a')]])), ['0.0', '0.0']);
  });

  it('makes one transaction of the packages of a task, and of no two tasks', () => {
    assert.deepEqual(owners(stepsOf([[install('a'), install('b')]], [[install('c')]])), ['0.0', '1.0']);
  });

  it('runs commands, actions and checks of new bytes by themselves, in their order', () => {
    const steps = stepsOf(
      [[file('/a')]],
      [[command]],
      [[file('/b')]],
      [[action]],
      [[file('/c', 'check %s')]],
    );
    assert.deepEqual(owners(steps), ['0.0', '1.0', '2.0', '3.0', '4.0', '4.0']);
    const texts = segmentsOf(steps, true, () => undefined).map(({ part }) => part.script.text);
    assert.match(texts[3] ?? '', /^reload$/);
    assert.match(texts[4] ?? '', /check "\$rtp_try" >&2/);
    assert.match(texts[5] ?? '', /\/c/);
  });

  it('names them, and knows which changes nothing before them may have disturbed', () => {
    const steps = stepsOf([[file('/a')]], [[file('/a/b')], [file('/c')]], [[command]], [[file('/d')]]);
    const segments = segmentsOf(steps, false, () => undefined);
    assert.deepEqual(
      segments.map(({ name, own }) => [name, ...own.map(({ change }) => change.id.name)]),
      [['s0', '/a'], ['s1'], ['s2', '/c'], ['s3'], ['s4']],
    );
  });

  it('marks a command that is in the journal before it runs, and no other', () => {
    const text = (index: number | undefined): string =>
      segmentsOf(stepsOf([[command]]), true, () => index)[0]?.part.script.text ?? '';
    assert.match(text(3), /: >"\$rtp_rundir\/\$rtp_seq\.ran\.3" && rtp_sync[^]*\(\n[^]*true\n\)/);
    assert.doesNotMatch(text(undefined), /ran\./);
  });
});
