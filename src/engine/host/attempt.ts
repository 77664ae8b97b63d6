/** One attempt at a task that runs alone: planned by itself, read for, and written by itself. */
import type { HostVars } from '../../inventory/host-vars.js';
import { readForPlan } from './check-user.js';
import { checkExpectation } from '../saved-plan/expectation.js';
import { loadNeeded } from './lookahead.js';
import { operateItem } from './operations.js';
import type { Place } from './place.js';
import type { HostState } from '../../planner/host-state.js';
import { tryValidations } from './validate.js';
import { concludePending, owedBy, pend, type Pending } from './pending.js';
import { unchangedBy } from '../../planner/conclude.js';
import type { ItemOutcome } from '../../planner/outcome.js';
import type { LoopItem } from '../../planner/loop.js';
import { overlayBrought } from '../../planner/packages.js';
import { planTask } from '../../planner/task.js';
import { keepableTouches, overlayTouched, unreadTouches } from '../../planner/touches.js';
import { windowSteps, type WindowStep } from '../window/steps.js';
import { finalStates, itemWritten } from '../window/written.js';
import { planInputs, type PlayHost } from './play-host.js';
import type { TaskInstruction } from '../../planner/program.js';

/** What the task, or one item of it, came to. */
export interface Attempt {
  readonly pending: Pending;
  readonly outcomes: readonly ItemOutcome[];
  readonly checkMode: boolean;
}

export async function attempt(
  host: PlayHost,
  state: HostState,
  instruction: TaskInstruction,
  vars: HostVars,
  place: Place,
  one?: LoopItem,
): Promise<Attempt> {
  const { task } = instruction;
  const { context } = host;
  // Each attempt of `until` asks again.
  context.lookups.forget(host.name);
  const { target, shell, view } = place;
  const inputs = { ...(await planInputs(host, shell, task, vars, one)), view };
  const { checkMode, templates } = inputs;
  const overlay = view.checkpoint();
  let outcome = planTask(task, vars, inputs, one);
  while (outcome.type === 'need') {
    await loadNeeded(host, outcome, task);
    if (outcome.reads.length > 0) await readForPlan(shell, outcome.reads, view);
    outcome = planTask(task, vars, inputs, one);
  }
  for (;;) {
    const touched = unreadTouches(task, outcome.items, view, templates);
    if (touched.length === 0) break;
    await readForPlan(shell, touched, view);
  }
  const keepable = keepableTouches(task, outcome.items, view, templates, checkMode);
  const items = checkMode
    ? await tryValidations(keepable, shell, { planned: overlay, uncertain: target.uncertain !== undefined })
    : keepable;
  const pending = pend(host, target, state, instruction, vars, { ...outcome, items }, checkMode);
  if (!items.some(({ plan }) => plan.type === 'controller')) {
    checkExpectation(host, pending);
    if (checkMode) {
      // What only this task looks at as in a check is not made by the run, and no plan of a run has it.
      if (pending.dry) view.restore(overlay);
      else {
        overlayBrought(view, items);
        overlayTouched(task, items, pending.hidden, view, templates);
      }
      return { pending, outcomes: pending.predicted, checkMode };
    }
  }
  const steps = windowSteps(pending, 0, view, templates, (text) => context.secrets.text(text));
  const ran = context.options.check ? ({ ran: true } as const) : {};
  if (steps.length > 0) {
    const outcomes = await write(host, place, pending, steps);
    if (!context.options.check) return { pending, outcomes, checkMode };
    planWritten(place, steps);
    return { pending, outcomes: outcomes.map((outcome) => ({ ...outcome, ...ran })), checkMode };
  }
  const outcomes: ItemOutcome[] = [];
  for (const [at, item] of pending.items.entries())
    outcomes.push({
      ...(await operateItem(host, place, pending, item, at, checkMode)),
      ...(item.plan.type === 'controller' ? ran : {}),
    });
  return { pending, outcomes, checkMode };
}

/** What was done in a check is there for later tasks, over what was planned before. */
function planWritten({ shell }: Place, steps: readonly WindowStep[]): void {
  for (const { step } of steps) if (step.type === 'change') shell.view.plan(step.change.id, step.change.to);
}

async function write(
  host: PlayHost,
  { target, shell, view }: Place,
  pending: Pending,
  steps: readonly WindowStep[],
): Promise<readonly ItemOutcome[]> {
  const written = await target.write(host.name, shell, {
    steps,
    mergeTasks: false,
    // Handlers are the host's own: a delegate does not owe them.
    owed: target === host.target ? owedBy(host, [pending]) : new Map(),
  });
  const final = finalStates(steps, view, written.readBack);
  view.forget();
  shell.view.forgetRead();
  const outcomes = pending.predicted.map((predicted, item) => {
    const result = itemWritten(
      predicted,
      steps.filter(({ of }) => of.item === item),
      { task: 0, item },
      written,
      final,
    );
    if (result === 'again') throw new Error('a window that is not merged reports every item');
    return result;
  });
  shell.leftNothing.judged(unchangedBy(concludePending(host, pending, outcomes), steps));
  return outcomes;
}
