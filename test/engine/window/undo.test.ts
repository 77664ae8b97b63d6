/** Windows that a shell writes, and the target's own undo of them: in which order, and what counts as before, after and a conflict. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { raw } from '../../../src/shell/shell.js';
import { commandStep, stepsOf, WindowTarget } from './window-target.js';

const absent = { type: 'absent' } as const;

// In one shell: test/journal/undo-program.test.ts holds the others to the same program.
describe('the undo of windows', () => {
  let target: WindowTarget;
  beforeEach(() => (target = new WindowTarget()));
  afterEach(() => target.remove());

  it('goes from the last change of a window to the first', () => {
    const [first, second] = [target.text('first\n'), target.text('second\n')];
    target.write(stepsOf([[target.change('a', first, absent)]], [[target.change('a', second, first)]]));
    assert.equal(target.content('a'), 'second\n');
    assert.deepEqual(target.undo(), { status: 0, lines: ['undone 00001 1', 'undone 00001 0'] });
    assert.equal(target.content('a'), undefined);
  });

  it('has nothing to do where the window was cut off before its first change, as its plan says (rollback/verdicts.test.ts)', () => {
    const [before, first, second] = ['before\n', 'first\n', 'second\n'].map((text) => target.text(text));
    assert.ok(before !== undefined && first !== undefined && second !== undefined);
    target.put('a', 'before\n');
    target.write(stepsOf([[target.change('a', first, before)]], [[target.change('a', second, first)]]));
    target.put('a', 'before\n');
    assert.deepEqual(target.undo(), { status: 0, lines: ['same 00001 1', 'same 00001 0'] });
  });

  it('goes from the last window to the first', () => {
    target.put('a', 'before\n');
    target.write(stepsOf([[target.change('a', target.text('first\n'))]]));
    target.write(stepsOf([[target.change('a', target.text('second\n'))]]));
    assert.deepEqual(target.undo(), { status: 0, lines: ['undone 00002 0', 'undone 00001 0'] });
    assert.equal(target.content('a'), 'before\n');
  });

  it('leaves what somebody else has changed since, but for --force, and can be repeated', () => {
    target.put('a', 'before\n');
    target.write(
      stepsOf([[target.change('a', target.text('after\n'))], [target.change('b', target.text('b\n'))]]),
    );
    target.put('a', 'mine\n');
    assert.deepEqual(target.undo(), { status: 1, lines: ['undone 00001 1', 'conflict 00001 0'] });
    assert.deepEqual([target.content('a'), target.content('b')], ['mine\n', undefined]);
    assert.ok(!existsSync(join(target.rundir, 'undone')));
    assert.deepEqual(target.undo(), { status: 1, lines: ['same 00001 1', 'conflict 00001 0'] });
    assert.deepEqual(target.undo('--force'), { status: 0, lines: ['same 00001 1', 'undone 00001 0'] });
    assert.equal(target.content('a'), 'before\n');
    assert.ok(existsSync(join(target.rundir, 'undone')));
    assert.deepEqual(target.undo().status, 0);
    assert.equal(target.content('a'), 'before\n');
  });

  it('takes a state of an earlier window for a conflict, until a rollback has skipped the entry', () => {
    target.put('a', 'before\n');
    target.write(stepsOf([[target.change('a', target.text('first\n'))]]));
    target.write(stepsOf([[target.change('a', target.text('second\n'))]]));
    // Somebody has put it back by hand; that is not what the second window found.
    target.put('a', 'before\n');
    assert.deepEqual(target.undo(), { status: 1, lines: ['conflict 00002 0', 'same 00001 0'] });
    assert.deepEqual(target.undo(), { status: 0, lines: ['same 00002 0', 'same 00001 0'] });
    assert.equal(target.content('a'), 'before\n');
  });

  it('does what an action says once all is back, with the state from before the run, and only then', () => {
    target.put('a', 'before\n');
    const id = { kind: 'file', name: target.path('a') } as const;
    const action = (mark: string) =>
      ({
        type: 'action',
        label: 'restart',
        script: raw(':'),
        resource: id,
        onUndo: raw(`{ cat ${target.path('a')}; printf '%s\\n' "$rtp_first"; } >>${target.path(mark)}`),
      }) as const;
    target.write(stepsOf([[target.change('a', target.text('first\n'))]]));
    target.write(stepsOf([[target.change('a', target.text('second\n')), action('done')]]));
    assert.equal(target.undo().status, 0);
    const said = target.content('done') ?? '';
    assert.match(said, /^before\nfile:0644:root:root:[0-9a-f]{64}\n$/);
    assert.deepEqual(target.undo().status, 0);
    assert.equal(target.content('done'), said, 'nothing was undone, so nothing is restarted');
  });

  it('has a command undone by the text of its task, if it was begun', () => {
    const undo = raw(`echo undone >${target.path('done')}`);
    target.write(
      stepsOf([[commandStep(raw('exit 3'), { undo })]], [[commandStep(raw(':'), { undo: raw('exit 1') })]]),
    );
    // The first failed, so that the second was never begun.
    assert.deepEqual(target.undo(), { status: 0, lines: ['same 00001 1', 'undone 00001 0'] });
    assert.equal(target.content('done'), 'undone\n');
    target.put('done', '');
    assert.deepEqual(target.undo(), { status: 0, lines: ['same 00001 1', 'same 00001 0'] });
    assert.equal(target.content('done'), '');
  });

  it('compares what a command touched with what it left there, and leaves what it never came to', () => {
    const touching = (script: string, ...names: readonly string[]) => ({
      ...commandStep(raw(script)),
      touches: names.map((name) => ({
        id: { kind: 'file' as const, name: target.path(name) },
        from: target.read(name),
        to: absent,
      })),
    });
    for (const name of ['a', 'b', 'c']) target.put(name, 'before\n');
    target.write(
      stepsOf(
        [[touching(`echo by command | tee ${target.path('a')} >${target.path('b')}; exit 1`, 'a', 'b')]],
        [[touching(':', 'c')]],
      ),
    );
    for (const name of ['b', 'c']) target.put(name, 'mine\n');
    // The first command failed, so that the second never ran.
    assert.deepEqual(target.undo(), {
      status: 1,
      lines: ['conflict 00001 4', 'same 00001 3', 'conflict 00001 2', 'undone 00001 1', 'same 00001 0'],
    });
    assert.deepEqual(
      ['a', 'b', 'c'].map((name) => target.content(name)),
      ['before\n', 'mine\n', 'mine\n'],
    );
  });

  it('goes no farther than to the window that it is given', () => {
    for (const content of ['first\n', 'second\n', 'third\n'])
      target.write(stepsOf([[target.change('a', target.text(content))]]));
    assert.deepEqual(target.undo('--down-to=00002'), {
      status: 0,
      lines: ['undone 00003 0', 'undone 00002 0'],
    });
    assert.equal(target.content('a'), 'first\n');
    assert.ok(!existsSync(join(target.rundir, 'undone')));
    assert.deepEqual(target.undo().status, 0);
    assert.equal(target.content('a'), undefined);
  });
});

describe('the journal of a window', () => {
  let target: WindowTarget;
  beforeEach(() => (target = new WindowTarget()));
  afterEach(() => target.remove());

  it('holds what each step is about to change, and which commands were begun', () => {
    target.put('a', 'before\n');
    const before = target.read('a');
    const steps = stepsOf(
      [[target.change('a', target.text('after\n'))]],
      [[commandStep(raw('exit 1'), { undo: raw(':') })]],
      [[commandStep(raw(':'))]],
    );
    target.write(steps);
    const { entries, ran, marks } = target.journal();
    assert.deepEqual(
      entries.map(({ seq, index, type, taskId }) => [seq, index, type, taskId]),
      [
        ['00001', 0, 'change', 't0'],
        ['00001', 1, 'command', 't1'],
        ['00001', 2, 'command', 't2'],
      ],
    );
    assert.deepEqual(entries[0]?.changes?.[0]?.from, before);
    assert.deepEqual([entries[1]?.undo, entries[2]?.undo], [true, false]);
    assert.deepEqual([...ran], ['00001.1']);
    assert.equal(marks.undone.size, 0);
    target.undo();
    assert.deepEqual([...target.journal().marks.undone].sort(), ['00001.0', '00001.1']);
  });

  it('undoes nothing of a window whose undo is damaged', () => {
    target.put('a', 'before\n');
    target.write(stepsOf([[target.change('a', target.text('after\n'))]]));
    const undo = join(target.rundir, '00001.undo');
    writeFileSync(undo, readFileSync(undo, 'utf8').slice(0, -30));
    assert.throws(() => target.undo(), /is damaged: nothing was undone/);
    assert.equal(target.content('a'), 'after\n');
  });

  it('leaves what somebody else changed before its write, and its undo takes that for its own no more', () => {
    target.put('a', 'before\n');
    const outcome = target.write(stepsOf([[target.change('a', target.text('after\n'))]]), {
      meanwhile: () => target.put('a', 'mine\n'),
    });
    assert.deepEqual([...outcome.drifted], [`file:${target.path('a')}`]);
    assert.equal(target.content('a'), 'mine\n');
    assert.equal(target.undo().status, 0);
    assert.equal(target.content('a'), 'mine\n');
  });
});
