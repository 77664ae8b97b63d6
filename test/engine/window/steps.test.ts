/** What a window does of planned tasks, step after step. */
import assert from 'node:assert/strict';
import { summary, windowSteps, type WindowTask } from '../../../src/engine/window/steps.js';
import { layOut } from '../../../src/planner/program.js';
import type { Item, ItemPlan } from '../../../src/planner/item.js';
import { PlanView } from '../../../src/planner/view.js';
import { MemoryContentStore } from '../../../src/resources/lib/content-store.js';
import { raw } from '../../../src/shell/shell.js';
import { Templates } from '../../../src/template/engine.js';
import { scopeOf } from '../../../src/template/runtime/scope.js';
import { playOf, removeProjects } from '../../playbook/project.js';
import { commandStep, stepsOf } from './window-target.js';

const command: ItemPlan = {
  type: 'command',
  command: {
    script: raw('run it'),
    shown: 'run secret',
    result: () => ({ changed: true, failed: false, result: {} }),
  },
  environment: { A: 'b' },
};
const states = {
  type: 'states',
  steps: [
    {
      type: 'change',
      change: { id: { kind: 'file', name: '/a' }, from: { type: 'absent' }, to: { type: 'absent' } },
    },
    { type: 'action', label: 'reload', script: raw(':') },
  ],
  result: {},
  warnings: [],
  looked: false,
} satisfies ItemPlan;

/** The steps of a task with these keywords whose items have these plans. */
function steps(
  keywords: string,
  plans: readonly ItemPlan[],
  more: Partial<WindowTask> = {},
): ReturnType<typeof windowSteps> {
  const play = playOf(`- hosts: all\n  tasks:\n    - { name: secret task, command: x${keywords} }\n`);
  const [instruction] = layOut(play.body, []).instructions;
  assert.ok(instruction?.type === 'task');
  const items = plans.map((plan, at): Item => ({ scope: scopeOf({ item: at }), plan }));
  const ref = { id: '0.3', name: 'secret task', module: 'command', handler: false };
  return windowSteps(
    { instruction, ref, items, hidden: false, checkMode: false, ...more },
    2,
    new PlanView(new MemoryContentStore()),
    new Templates(),
    (text) => text.replaceAll('secret', '***'),
  );
}
/** The command of each item. */
const commands = (...given: Parameters<typeof steps>) =>
  steps(...given).map(({ step }) => {
    assert.ok(step.type === 'command');
    return step;
  });

describe('engine/window/steps', () => {
  after(removeProjects);

  it('takes those of each item in order, with the place of the task and the item', () => {
    const found = steps('', [states, { type: 'skipped', msg: '', result: {} }, states]);
    assert.deepEqual(
      found.map(({ of, taskId, taskName, step }) => [of.task, of.item, taskId, taskName, step.type]),
      [
        [2, 0, '0.3', '*** task', 'change'],
        [2, 0, '0.3', '*** task', 'action'],
        [2, 2, '0.3', '*** task', 'change'],
        [2, 2, '0.3', '*** task', 'action'],
      ],
    );
  });

  it('takes none of a task that is only looked at', () => {
    assert.deepEqual(steps('', [states, command], { checkMode: true }), []);
  });

  it('hides secrets of what it shows, and all of a task with no_log', () => {
    const [shown] = steps('', [command]);
    assert.ok(shown?.step.type === 'command');
    assert.deepEqual([shown.step.shown, shown.hidden], ['run ***', undefined]);
    const [hidden] = steps('', [command], { hidden: true });
    assert.ok(hidden?.step.type === 'command');
    assert.deepEqual([hidden.step.shown, hidden.hidden], ['(hidden: no_log)', true]);
    // What runs is the same.
    assert.equal(hidden.step.script, shown.step.script);
  });

  it('gives a command its environment, its limit and the undo of its own item', () => {
    const [first, second] = commands(', loop: [1, 2], undo: "back {{ item }}"', [
      { ...command, limitSeconds: 7 },
      command,
    ]);
    assert.deepEqual([first?.environment, first?.limitSeconds, first?.undo?.text], [{ A: 'b' }, 7, 'back 0']);
    assert.deepEqual([second?.limitSeconds, second?.undo?.text], [undefined, 'back 1']);
    assert.equal(commands('', [command])[0]?.undo, undefined);
  });

  it('waits between items, and not before the first', () => {
    const seconds = commands(', loop: [1, 2, 3], loop_control: { pause: 5 }', [command, command, command]);
    assert.deepEqual(
      seconds.map(({ pauseSeconds }) => pauseSeconds),
      [0, 5, 5],
    );
  });

  it('keeps out of the journal what declares that it changes nothing', () => {
    assert.equal(commands('', [command])[0]?.journalled, true);
    assert.equal(commands(', changed_when: false', [command])[0]?.journalled, false);
    assert.equal(commands(', changed_when: item == 1', [command])[0]?.journalled, true);
  });

  it('is summed up for people', () => {
    const [change, action] = states.steps;
    assert.ok(change !== undefined && action !== undefined);
    assert.equal(summary(stepsOf([[change]])), '1 change');
    assert.equal(summary(stepsOf([[change, change, action, commandStep(raw('x'))]])), '2 changes, a command');
    assert.equal(summary(stepsOf([[action]])), 'actions');
    assert.equal(summary([]), 'actions');
  });
});
