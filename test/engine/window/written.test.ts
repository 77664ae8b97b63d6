/** How the items of a window ended, from what its script answered and what was read back after it. */
import assert from 'node:assert/strict';
import type { PartOutput } from '../../../src/engine/window/batch.js';
import { buildWindow, type WindowOutcome } from '../../../src/engine/window/script.js';
import type { WindowStep } from '../../../src/engine/window/steps.js';
import { finalStates, itemWritten } from '../../../src/engine/window/written.js';
import type { ItemOutcome } from '../../../src/planner/outcome.js';
import type { PlannedStep } from '../../../src/planner/item.js';
import { PlanView } from '../../../src/planner/view.js';
import type { FileState } from '../../../src/resources/file/state.js';
import { MemoryContentStore } from '../../../src/resources/lib/content-store.js';
import type { KindName, State } from '../../../src/resources/resource.js';
import { scopeOf } from '../../../src/template/runtime/scope.js';
import { stepsOf } from './window-target.js';
import { changed } from '../../planner/outcomes.js';

const store = new MemoryContentStore();
const absent: FileState = { type: 'absent' };
const text = (content: string): FileState => ({
  type: 'file',
  sha256: store.put(Buffer.from(content)),
  size: content.length,
  mode: '0644',
  owner: 'root',
  group: 'root',
});
const change = (kind: KindName, name: string, from: State, to: State): PlannedStep => ({
  type: 'change',
  change: { id: { kind, name }, from, to },
});
const file = (name: string, from: FileState, to: FileState): PlannedStep => change('file', name, from, to);

/** Steps of an item as it was predicted: it changes something. */
function predicted(steps: readonly PlannedStep[]): ItemOutcome {
  return changed(
    { scope: scopeOf({}), plan: { type: 'states', steps, result: {}, warnings: [], looked: false } },
    { result: { dest: '/a' } },
  );
}

interface Answers {
  /** Statuses of the segments in order, with what they said; those that are missing did not run. */
  readonly ended: readonly (readonly [status: number, stderr?: string])[];
  readonly now: Readonly<Record<string, State>>;
  readonly drifted?: readonly string[];
}

/** The steps of some tasks with one item each; how each of them ended. */
function written(
  tasks: readonly (readonly PlannedStep[])[],
  answers: Answers,
): readonly (ItemOutcome | 'again')[] {
  const steps: readonly WindowStep[] = stepsOf(...tasks.map((one) => [one]));
  const window = buildWindow(steps, {
    seq: '00001',
    nonce: 'a1b2',
    store,
    earlier: new Map(),
    owed: [],
    mergeTasks: true,
  });
  const parts = new Map(
    answers.ended.map(([status, stderr = ''], at): [string, PartOutput] => [
      `s${at}`,
      { status, stdout: Buffer.alloc(0), stderr: Buffer.from(stderr), seconds: 2 },
    ]),
  );
  const readBack = window.readBack.flatMap((request) => {
    const state = answers.now[request.name];
    return state === undefined ? [] : [{ request, state }];
  });
  const outcome: WindowOutcome = {
    window,
    parts,
    readBack,
    seen: new Map(),
    drifted: new Set(answers.drifted),
  };
  const final = finalStates(steps, new PlanView(store), readBack);
  return tasks.map((one, task) =>
    itemWritten(
      predicted(one),
      steps.filter(({ of }) => of.task === task),
      { task, item: 0 },
      outcome,
      final,
    ),
  );
}

function only(results: readonly (ItemOutcome | 'again')[]): ItemOutcome {
  const [result] = results;
  assert.ok(result !== undefined && result !== 'again' && results.length === 1);
  return result;
}

describe('engine/window/written', () => {
  const [before, after] = [text('before'), text('after')];

  it('is as predicted where all is read back as it is wanted', () => {
    const result = only(written([[file('/a', before, after)]], { ended: [[0]], now: { '/a': after } }));
    const { item: _item, ...rest } = predicted([]);
    assert.deepEqual({ ...result, item: undefined }, { ...rest, item: undefined, seconds: 2 });
  });

  it('has failed where a write reports success and another state is read back', () => {
    for (const [now, found] of [
      [before, /^did not take effect: file:\/a: expected file:.*, found file:.*$/],
      [absent, /, found absent$/],
    ] as const) {
      const result = only(written([[file('/a', before, after)]], { ended: [[0]], now: { '/a': now } }));
      assert.deepEqual([result.failed, result.left], [true, now === before ? undefined : ['file:/a']]);
      assert.match(result.msg ?? '', found);
    }
    const unread = only(written([[file('/a', before, after)]], { ended: [[0]], now: {} }));
    assert.match(unread.msg ?? '', /, found nothing$/);
  });

  it('does not ask an item for a state that a later one of the window changes again', () => {
    const results = written([[file('/a', before, after)], [file('/a', after, absent)]], {
      ended: [[0], [0]],
      now: { '/a': absent },
    });
    assert.deepEqual(
      results.map((result) => result !== 'again' && result.failed),
      [false, false],
    );
  });

  it('only warns of a unit that is not as wanted, and shows no state of an account', () => {
    const unit = { exists: true, enabled: 'enabled', masked: false, active: false };
    const started = change('unit', 'u.service', unit, { ...unit, active: true });
    const ended = only(written([[started]], { ended: [[0]], now: { 'u.service': unit } }));
    assert.equal(ended.failed, false);
    assert.match(ended.warnings.join(), /^did not take effect: unit:u\.service/);
    const none = { exists: false } as State;
    const account = change('user', 'u', none, { exists: true, password: '$6$hash' } as State);
    const missed = only(written([[account]], { ended: [[0]], now: { u: none } }));
    assert.deepEqual([missed.failed, missed.msg], [true, 'did not take effect: user:u']);
  });

  it('has failed with what its write said, and names what it left', () => {
    const steps = [file('/a', before, after), file('/b', before, after)];
    const result = only(written([steps], { ended: [[1, 'no space']], now: { '/a': after, '/b': before } }));
    assert.deepEqual(
      [result.failed, result.changed, result.msg, result.left, result.result['rc']],
      [true, true, 'no space', ['file:/a'], 1],
    );
    const silent = only(written([[file('/a', before, after)]], { ended: [[7]], now: { '/a': before } }));
    assert.deepEqual([silent.changed, silent.left], [false, undefined]);
    assert.match(silent.msg ?? '', /status 7$/);
  });

  it('has failed and left nothing where it was not begun', () => {
    const result = only(written([[file('/a', before, after)]], { ended: [], now: { '/a': before } }));
    assert.deepEqual([result.failed, result.changed, result.left], [true, false, undefined]);
  });

  it('does not know which task of a merged write failed, but for those that are done or drifted', () => {
    const tasks = [[file('/a', before, after)], [file('/b', before, after)], [file('/c', before, after)]];
    const [done, drifted, other] = written(tasks, {
      ended: [[1, 'drift: /b']],
      now: { '/a': after, '/b': text('mine'), '/c': before },
      drifted: ['file:/b'],
    });
    assert.ok(done !== undefined && done !== 'again' && drifted !== undefined && drifted !== 'again');
    assert.deepEqual([done.failed, done.seconds], [false, 2 / 3]);
    assert.deepEqual([drifted.failed, drifted.changed, drifted.left], [true, false, undefined]);
    assert.match(
      drifted.msg ?? '',
      /^file:\/b was changed by something else|^\/b was changed by something else/,
    );
    assert.equal(other, 'again');
  });
});
