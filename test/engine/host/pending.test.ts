/** A task on its way to its conclusion. */
import assert from 'node:assert/strict';
import { concludePending, type Pending } from '../../../src/engine/host/pending.js';
import { HostVars } from '../../../src/inventory/host-vars.js';
import type { ItemOutcome } from '../../../src/planner/outcome.js';
import { layOut } from '../../../src/planner/program.js';
import { Templates } from '../../../src/template/engine.js';
import { playOf, removeProjects } from '../../playbook/project.js';
import { changed } from '../../planner/outcomes.js';

const templates = new Templates();
const host = { context: { templates, options: { check: false } } };

function pendingOf(keywords: string): Pending {
  const play = playOf(`- { hosts: all, tasks: [{ name: task, command: x${keywords} }] }\n`);
  const program = layOut(play.body, play.handlers);
  const instruction = program.instructions.find((one) => one.type === 'task');
  assert.ok(instruction?.type === 'task');
  const vars = HostVars.empty;
  const item = { scope: vars, plan: { type: 'unknown', reason: 'not asked', resources: [] } } as const;
  return {
    instruction,
    ref: { id: 't', name: 'task', module: 'command', handler: false },
    before: {
      at: 0,
      program,
      vars,
      notified: new Set(),
      rolesSeen: new Set(),
      pending: new Map(),
      ended: false,
    },
    vars,
    items: [item],
    looped: false,
    hidden: false,
    checkMode: false,
    dry: false,
    predicted: [changed(item)],
  };
}

describe('engine/host/pending', () => {
  after(removeProjects);

  it('concludes a list of outcomes once, also where each conclusion would be another', () => {
    const pending = pendingOf(`, changed_when: 1000000000 | random < 500000000, register: r`);
    const drawn = pendingOf(`, failed_when: 1000000000 | random < 500000000`);
    for (const one of [pending, drawn]) {
      const first = concludePending(host, one, one.predicted);
      for (let again = 0; again < 50; again += 1)
        assert.equal(concludePending(host, one, one.predicted), first);
    }
  });

  it('concludes other outcomes of a task, and the same ones of another task, by themselves', () => {
    const pending = pendingOf(', register: r');
    const predicted = concludePending(host, pending, pending.predicted);
    assert.equal(predicted.failed, false);
    const failed: readonly ItemOutcome[] = pending.predicted.map((outcome) => ({ ...outcome, failed: true }));
    assert.equal(concludePending(host, pending, failed).failed, true);
    const ignoring = { ...pending, instruction: pendingOf(', ignore_errors: true').instruction };
    assert.equal(concludePending(host, ignoring, failed).failed, false);
    assert.equal(concludePending(host, pending, pending.predicted), predicted);
  });
});
