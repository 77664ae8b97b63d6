/** Does what a task with `until` waits for hold, and what is reported of how often it was tried. */
import type { Task } from '../playbook/read/model.js';
import { layeredScope, scopeOf } from '../template/runtime/scope.js';
import type { Templates } from '../template/engine.js';
import { Unknown, type Vars } from '../values/value.js';
import type { ItemOutcome } from './outcome.js';
import { allHold } from './conditions.js';
import { factsOf } from './facts.js';
import { isTimedOut } from './limit.js';

/** `value`: what `register` would hold of the item. */
export function untilHolds(task: Task, outcome: ItemOutcome, value: Vars, templates: Templates): boolean {
  const { until, register } = task.keywords;
  if (until === undefined || outcome.skipped || isTimedOut(outcome)) return true;
  // What it registers is not known, so nothing is in it that the condition could look at.
  if (outcome.reason !== undefined) return false;
  const own = scopeOf({ ...value, ...(register === undefined ? {} : { [register]: value }) }, false);
  const facts = factsOf([outcome]).map((made) => scopeOf(made.facts, false));
  return allHold(until, layeredScope([own, ...facts, outcome.item.scope]), templates).holds === true;
}

/** By its condition. A command that `check_mode: true` keeps from running counts as one attempt. */
function wasSkipped({ skipped, item }: ItemOutcome): boolean {
  return skipped && item.plan.type !== 'command';
}

export function untilMet(outcome: ItemOutcome, attempts: number): ItemOutcome {
  return wasSkipped(outcome) ? outcome : { ...outcome, result: { ...outcome.result, attempts } };
}

export function untilUnmet(outcome: ItemOutcome, attempts: number): ItemOutcome {
  return {
    ...outcome,
    failed: true,
    msg: outcome.msg ?? `until did not become true in ${attempts} attempts`,
    result: { ...outcome.result, attempts },
  };
}

/** The run is being stopped while the task waited for its next attempt: its result so far is reported as it is. */
export function untilLeft(outcome: ItemOutcome, attempts: number): ItemOutcome {
  const left = `the run was stopped before until became true; it was tried ${attempts} ${attempts === 1 ? 'time' : 'times'}`;
  return { ...outcome, warnings: [...outcome.warnings, left], result: { ...outcome.result, attempts } };
}

/** In check mode nothing is tried: for what would not hold at once, only the run can show how many attempts it takes. */
export function untilPredicted(outcome: ItemOutcome, holds: boolean): ItemOutcome {
  if (wasSkipped(outcome) || outcome.reason !== undefined) return outcome;
  const attempts = holds ? 1 : new Unknown('how often it has to be tried');
  return { ...outcome, result: { ...outcome.result, attempts } };
}
