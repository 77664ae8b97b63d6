/** What items come to if everything goes as planned. */
import assert from 'node:assert/strict';
import type { Item, ItemPlan } from '../../src/planner/item.js';
import { predict } from '../../src/planner/predict.js';
import { MemoryContentStore } from '../../src/resources/lib/content-store.js';
import { raw } from '../../src/shell/shell.js';
import { scopeOf } from '../../src/template/runtime/scope.js';
import { isUnknown } from '../../src/values/value.js';
import { playOf, removeProjects, tasksOf } from '../playbook/project.js';

const around: Parameters<typeof predict>[2] = {
  uncertain: undefined,
  hidden: false,
  checkMode: true,
  real: false,
  dry: false,
  store: new MemoryContentStore(),
  planKey: undefined,
};
const command: ItemPlan = {
  type: 'command',
  command: { script: raw('x'), shown: 'run x', result: () => ({ changed: true, failed: false, result: {} }) },
  environment: {},
};
const states = (more: object = {}): ItemPlan => ({
  type: 'states',
  steps: [],
  result: { dest: '/a' },
  warnings: ['w'],
  looked: false,
  ...more,
});

describe('planner/predict', () => {
  after(removeProjects);

  function predicted(
    plan: ItemPlan,
    more: Partial<typeof around> = {},
    keywords = '',
  ): ReturnType<typeof predict> {
    const [task] = tasksOf(playOf(`- hosts: all\n  tasks:\n    - { command: run x${keywords} }\n`).body);
    assert.ok(task !== undefined);
    const item: Item = { scope: scopeOf({}), plan };
    return predict(item, task, { ...around, ...more });
  }

  it('keeps what the plan says of items that are skipped or fail', () => {
    const skipped = predicted({ type: 'skipped', msg: 'no', result: { a: 1 } });
    assert.deepEqual(
      [skipped.skipped, skipped.failed, skipped.changed, skipped.msg],
      [true, false, false, 'no'],
    );
    const failed = predicted({ type: 'failed', msg: 'bad', result: { a: 1 } });
    assert.deepEqual(
      [failed.skipped, failed.failed, failed.changed, failed.msg],
      [false, true, false, 'bad'],
    );
    assert.deepEqual([skipped.result, failed.result], [{ a: 1 }, { a: 1 }]);
  });

  it('has changed where a step changes something; a quiet action is none', () => {
    const action = { type: 'action', label: 'reload', script: raw(':') };
    assert.equal(predicted(states()).changed, false);
    assert.equal(predicted(states({ steps: [action] })).changed, true);
    const quiet = predicted(states({ steps: [{ ...action, quiet: true }] }));
    assert.deepEqual([quiet.changed, quiet.actions, quiet.warnings], [false, ['reload'], ['w']]);
  });

  it('is a guess where it looked at a machine that a command may have changed', () => {
    const uncertain = '`x` has not run';
    assert.equal(predicted(states({ looked: true }), { uncertain }).reason, 'if `x` changes nothing here');
    assert.equal(predicted(states(), { uncertain }).reason, undefined);
    assert.equal(predicted(states({ looked: true }), { uncertain, checkMode: false }).reason, undefined);
  });

  it('is unknown of a command in a check, and never shows one with no_log', () => {
    const unknown = predicted(command);
    assert.ok(isUnknown(unknown.changed) && isUnknown(unknown.failed));
    assert.deepEqual([unknown.reason, unknown.actions], ['`run x` has not run', ['run x']]);
    assert.equal(predicted(command, { checkMode: false }).reason, undefined);
    const hidden = predicted(command, { hidden: true });
    assert.doesNotMatch(JSON.stringify([hidden.reason, hidden.actions, hidden.notUndoable]), /run x/);
  });

  it('names a command that no undo is given for', () => {
    assert.deepEqual(predicted(command).notUndoable, ['`run x`: its task has no undo']);
    for (const keywords of [', undo: back', ', changed_when: false', ', touches: [/a]'])
      assert.deepEqual(predicted(command, {}, keywords).notUndoable, [], keywords);
  });

  it('says in a check what is not known, and in a run that this is a failure', () => {
    const plan: ItemPlan = { type: 'unknown', reason: 'x', resources: [{ kind: 'file', name: '/a' }] };
    const inCheck = predicted(plan);
    assert.ok(isUnknown(inCheck.changed));
    assert.deepEqual([inCheck.reason, inCheck.diffs.map(({ resource }) => resource)], ['x', ['file:/a']]);
    const inRun = predicted(plan, { real: true, checkMode: false });
    assert.deepEqual(
      [inRun.failed, inRun.skipped, inRun.msg],
      [true, false, 'it is not known what to do: x'],
    );
    const dry = predicted(plan, { real: true, checkMode: true });
    assert.deepEqual([dry.failed, dry.skipped, dry.msg], [false, true, 'not done in check mode: x']);
  });
});
