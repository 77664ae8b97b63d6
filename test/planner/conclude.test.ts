/** What tasks come to: changed_when, failed_when, register, notify, ignore_errors, and where the host goes on. */
import assert from 'node:assert/strict';
import { HostVars } from '../../src/inventory/host-vars.js';
import { conclude, unchangedBy, type Conclusion } from '../../src/planner/conclude.js';
import type { HostState } from '../../src/planner/host-state.js';
import type { Item, ItemPlan } from '../../src/planner/item.js';
import type { ItemOutcome, TaskRef } from '../../src/planner/outcome.js';
import { layOut } from '../../src/planner/program.js';
import { Templates } from '../../src/template/engine.js';
import { scopeOf } from '../../src/template/runtime/scope.js';
import { Unknown, type Value } from '../../src/values/value.js';
import { playOf, removeProjects } from '../playbook/project.js';
import { changed } from './outcomes.js';

const templates = new Templates();
const ref: TaskRef = { id: 't', name: 'task', module: 'command', handler: false };
const item = (plan: Partial<ItemPlan> = {}, more: Partial<Item> = {}): Item => ({
  scope: scopeOf({ limit: 3 }),
  plan: { type: 'states', steps: [], result: {}, warnings: [], looked: false, ...plan } as ItemPlan,
  ...more,
});
const outcome = (more: Partial<ItemOutcome> = {}): ItemOutcome => changed(item(), more);

/** The task of a play with these keywords, once it has ended so; `body`: other tasks, `T` where it is. */
function ended(
  keywords: string,
  outcomes: readonly ItemOutcome[],
  options: { readonly body?: string; readonly looped?: boolean; readonly checkMode?: boolean } = {},
): Conclusion & { readonly handlers: readonly string[]; registered(): Value | undefined } {
  const task = `{ name: task, command: x${keywords === '' ? '' : `, ${keywords}`} }`;
  const { body = '    - T', looped = false, checkMode = false } = options;
  const play = playOf(`- hosts: all
  tasks:
${body.replace('T', task)}
  handlers:
    - { name: first, debug: {} }
    - { name: 'second {{ limit }}', debug: {} }
    - { name: third, listen: both, debug: {} }
    - { name: fourth, listen: both, debug: {} }
`);
  const program = layOut(play.body, play.handlers);
  const instruction = program.instructions.find((one) => one.type === 'task' && one.task.name === 'task');
  assert.ok(instruction?.type === 'task');
  const state: HostState = {
    at: program.instructions.indexOf(instruction),
    program,
    vars: HostVars.empty,
    notified: new Set(),
    rolesSeen: new Set(),
    pending: new Map(),
    ended: false,
  };
  const scope = scopeOf({ limit: 3 });
  const concluded = conclude(state, instruction, ref, outcomes, looped, { templates, scope, checkMode });
  return {
    ...concluded,
    handlers: [...concluded.state.notified].map((at) => program.handlers[at]?.name ?? ''),
    registered: () => concluded.state.vars.lookup('r')?.value,
  };
}
const statuses = ({ items }: Conclusion): readonly string[] => items.map(({ status }) => status);

describe('planner/conclude', () => {
  after(removeProjects);

  it('notifies handlers by name, by template and by topic, where something was changed', () => {
    const notify = 'notify: [first, "second {{ limit }}", both]';
    assert.deepEqual(ended(notify, [outcome()]).handlers, ['first', 'second {{ limit }}', 'third', 'fourth']);
    assert.deepEqual(ended(notify, [outcome({ changed: false })]).handlers, []);
    assert.deepEqual(ended('notify: first', [outcome({ changed: new Unknown('x') })]).handlers, ['first']);
    assert.deepEqual(
      ended('notify: first', [outcome({ changed: false }), outcome()], { looped: true }).handlers,
      ['first'],
    );
  });

  it('notifies nobody where the task failed, though it changed something and though that is ignored', () => {
    for (const keywords of ['notify: first', 'notify: first, ignore_errors: true']) {
      assert.deepEqual(ended(keywords, [outcome({ failed: true })]).handlers, []);
      assert.deepEqual(
        ended(keywords, [outcome(), outcome({ failed: true })], { looped: true }).handlers,
        [],
      );
      assert.deepEqual(ended(keywords, [outcome({ unreachable: true })]).handlers, []);
    }
  });

  it('has changed and failed as changed_when and failed_when say of the result', () => {
    const judged = (keywords: string, more: Partial<ItemOutcome> = {}): readonly unknown[] => {
      const [one] = ended(keywords, [outcome(more)]).items;
      return [one?.status, one?.outcome.changed, one?.outcome.failed];
    };
    assert.deepEqual(judged('changed_when: false'), ['ok', false, false]);
    assert.deepEqual(judged('register: r, changed_when: r.rc == 0', { changed: false }), [
      'changed',
      true,
      false,
    ]);
    assert.deepEqual(judged('register: r, failed_when: [r.rc == 0, limit == 3]'), ['failed', true, true]);
    assert.deepEqual(judged('register: r, failed_when: [r.rc == 0, limit == 4]'), ['changed', true, false]);
    assert.deepEqual(judged('failed_when: rc != 0', { failed: true, msg: 'x' }), ['changed', true, false]);
    // An empty list asks for nothing.
    assert.deepEqual(judged('changed_when: [], failed_when: []', { changed: false }), ['ok', false, false]);
    assert.deepEqual(judged('changed_when: [], failed_when: []', { failed: true }), ['failed', true, true]);
    // What was skipped or not executed is judged by nobody.
    assert.deepEqual(judged('failed_when: true', { skipped: true, changed: false }), [
      'skipped',
      false,
      false,
    ]);
    assert.deepEqual(judged('failed_when: false', { unreachable: true, failed: true }).at(0), 'unreachable');
  });

  it('fails by a condition that cannot be judged, and says why', () => {
    const [one] = ended('failed_when: nothing.here', [outcome()]).items;
    assert.equal(one?.status, 'failed');
    assert.match(one.msg ?? '', /nothing/);
  });

  it('says which condition it fails by, and keeps what was said of a failure before', () => {
    const msg = (keywords: string, more: Partial<ItemOutcome> = {}): string | undefined =>
      ended(keywords, [outcome(more)]).items[0]?.msg;
    assert.equal(msg('failed_when: [rc == 0, limit == 3]'), 'failed_when is true: rc == 0 and limit == 3');
    assert.equal(msg('failed_when: rc == 0', { msg: 'x', failed: true }), 'x');
    assert.equal(msg('failed_when: rc == 1', { msg: 'x' }), 'x');
  });

  it('says no more why it failed where failed_when says that it did not', () => {
    assert.equal(ended('failed_when: false', [outcome({ failed: true, msg: 'x' })]).items[0]?.msg, undefined);
    assert.equal(ended('', [outcome({ failed: true, msg: 'x' })]).items[0]?.msg, 'x');
  });

  it('registers one result, a list of a loop, and what a loop of nothing gives', () => {
    assert.deepEqual(ended('register: r', [outcome()]).registered(), { changed: true, failed: false, rc: 0 });
    const looped = ended('register: r', [outcome(), outcome({ changed: false })], {
      looped: true,
    }).registered();
    assert.deepEqual((looped as { readonly changed: Value }).changed, true);
    assert.equal((looped as { readonly results: readonly Value[] }).results.length, 2);
    const none = ended('register: r', [], { looped: true }).registered();
    assert.deepEqual((none as { readonly results: readonly Value[] }).results, []);
    assert.equal(ended('', [outcome()]).registered(), undefined);
  });

  it('leads a failure to the rescue of its block, or past it to the end of the host', () => {
    const failed = [outcome({ failed: true })];
    assert.deepEqual(
      [ended('', failed).state.ended, statuses(ended('', failed)), ended('', failed).failed],
      [true, ['failed'], true],
    );
    const body = '    - { block: [T], rescue: [{ name: rescue, debug: {} }] }';
    const rescued = ended('register: r', failed, { body });
    assert.deepEqual([rescued.state.ended, statuses(rescued), rescued.failed], [false, ['rescued'], true]);
    const next = rescued.state.program.instructions[rescued.state.at];
    assert.ok(next?.type === 'task' && next.task.name === 'rescue');
    assert.ok(rescued.state.vars.lookup('ansible_failed_result') !== undefined);
    // No rescue takes a host over that cannot be reached.
    const lost = ended('', [outcome({ unreachable: true, failed: true })], { body });
    assert.deepEqual([lost.state.ended, statuses(lost)], [true, ['unreachable']]);
  });

  it('goes on after what is ignored, each kind by its own keyword', () => {
    const failed = [outcome({ failed: true })];
    const lost = [outcome({ failed: true, unreachable: true })];
    for (const [keywords, outcomes, goesOn] of [
      ['ignore_errors: true', failed, true],
      ['ignore_errors: "{{ limit == 4 }}"', failed, false],
      ['ignore_unreachable: true', failed, false],
      ['ignore_unreachable: true', lost, true],
      ['ignore_errors: true', lost, false],
    ] as const) {
      const done = ended(keywords, outcomes);
      assert.deepEqual([done.failed, done.state.ended], [!goesOn, !goesOn], keywords);
      if (goesOn) assert.deepEqual(statuses(done), ['ignored']);
    }
  });

  it('is unknown where only acting shows it, unless it declares that it changes nothing', () => {
    const command: Partial<ItemPlan> = { type: 'command' };
    const acting = outcome({
      item: item(command),
      changed: new Unknown('x'),
      failed: new Unknown('x'),
      reason: '`x` has not run',
    });
    const unknown = ended('', [acting], { checkMode: true });
    assert.deepEqual([statuses(unknown), unknown.items[0]?.makesUncertain], [['unknown'], '`x` has not run']);
    const declared = ended('changed_when: false', [acting], { checkMode: true });
    assert.deepEqual([statuses(declared), declared.items[0]?.makesUncertain], [['ok'], undefined]);
    // What it touches is named, so that nothing else becomes a guess.
    assert.equal(ended('touches: [/a]', [acting], { checkMode: true }).items[0]?.makesUncertain, undefined);
    assert.equal(ended('', [acting]).items[0]?.makesUncertain, undefined);
  });

  it('gives the steps of the items that have changed nothing', () => {
    const concluded = ended(
      '',
      [outcome(), outcome({ changed: false }), outcome({ failed: true, changed: false })],
      {
        looped: true,
      },
    );
    const steps = [0, 1, 2].map((at) => ({ of: { item: at } }));
    assert.deepEqual(unchangedBy(concluded, steps), [steps[1]]);
  });
});
