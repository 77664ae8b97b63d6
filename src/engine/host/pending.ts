/** A planned task on its way to its conclusion: it waits for its window to be written, or is concluded as predicted. */
import type { HostVars } from '../../inventory/host-vars.js';
import { addGiven, addSecretArgs, addWritten, hides } from '../run/hidden-values.js';
import type { HostState } from '../../planner/host-state.js';
import { debtsOf } from './owed-handlers.js';
import type { Debts } from '../target/target.js';
import { conclude, type Conclusion } from '../../planner/conclude.js';
import type { ItemOutcome } from '../../planner/outcome.js';
import { isDry } from '../../planner/conditions.js';
import { perhapsSet, withFacts } from '../../planner/facts.js';
import { predict } from '../../planner/predict.js';
import type { PlannedTask } from '../../planner/task.js';
import { taskRef, type PlayHost } from './play-host.js';
import type { TaskInstruction } from '../../planner/program.js';
import type { Target } from '../target/target.js';
import type { WindowTask } from '../window/steps.js';

export interface Pending extends WindowTask {
  readonly before: HostState;
  readonly vars: HostVars;
  readonly looped: boolean;
  /** What was predicted; right when the window is written as planned. */
  readonly predicted: readonly ItemOutcome[];
  /** It has `check_mode: true`: nothing of it is done, in a check as in a run. */
  readonly dry: boolean;
}

/** `target`: where it is done. */
export function pend(
  host: PlayHost,
  target: Target,
  before: HostState,
  instruction: TaskInstruction,
  vars: HostVars,
  { items, looped }: Pick<PlannedTask, 'items' | 'looped'>,
  checkMode: boolean,
): Pending {
  const { templates, store, secrets, planKey } = host.context;
  const { task } = instruction;
  const hidden = hides(task, vars, templates);
  for (const item of items) {
    addSecretArgs(task, item, templates, secrets);
    if (!hidden) continue;
    addGiven(task, item, templates, secrets);
    addWritten(task, item, store, secrets);
  }
  const real = !host.context.options.check;
  const dry = isDry(task, vars, templates);
  const around = { uncertain: target.uncertain, hidden, checkMode, real, dry, store, planKey };
  return {
    instruction,
    ref: taskRef(host, instruction, vars),
    before,
    vars,
    items,
    looped,
    hidden,
    checkMode,
    dry,
    predicted: items.map((item) => predict(item, task, around)),
  };
}

/** What concluding takes of a host in its play. */
interface Concluding {
  readonly context: Pick<PlayHost['context'], 'templates'> & {
    readonly options: Pick<PlayHost['context']['options'], 'check'>;
  };
}

const conclusions = new WeakMap<Pending, WeakMap<readonly ItemOutcome[], Conclusion>>();

/**
 * How the task ended with these outcomes, `pending.predicted` or what became of them. Concluded once for each list of outcomes: who
 * writes a window, reports it and goes on after it all get the same conclusion.
 */
export function concludePending(
  host: Concluding,
  pending: Pending,
  outcomes: readonly ItemOutcome[],
): Conclusion {
  const known = conclusions.get(pending) ?? new WeakMap<readonly ItemOutcome[], Conclusion>();
  conclusions.set(pending, known);
  const concluded = known.get(outcomes) ?? concludeOnce(host, pending, outcomes);
  known.set(outcomes, concluded);
  return concluded;
}

function concludeOnce(
  { context }: Concluding,
  pending: Pending,
  outcomes: readonly ItemOutcome[],
): Conclusion {
  const { before, instruction } = pending;
  const unsure = perhapsSet(instruction.task, outcomes);
  const state = unsure.length === 0 ? before : { ...before, vars: withFacts(before.vars, unsure) };
  return conclude(state, instruction, pending.ref, outcomes, pending.looped, {
    templates: context.templates,
    scope: pending.vars,
    checkMode: context.options.check,
  });
}

/** Handlers that are to run once these tasks are written: those that waited before, and those that they will notify. */
export function owedBy(host: PlayHost, window: readonly Pending[]): Debts {
  return debtsOf(
    host,
    window.flatMap((pending) => [pending.before, concludePending(host, pending, pending.predicted).state]),
  );
}

/** Does it change anything, or act? */
export function hasSteps({ items, checkMode }: Pending): boolean {
  return !checkMode && items.some(({ plan }) => plan.type === 'states' && plan.steps.length > 0);
}
