/** The items of a task that runs alone: together in one attempt, or each by itself at the host that it belongs to. */
import { DiagnosticError } from '../../diagnostics/diagnostic.js';
import { diagnosticText } from '../../diagnostics/text.js';
import type { HostVars } from '../../inventory/host-vars.js';
import { layeredScope, scopeOf } from '../../template/runtime/scope.js';
import { isUnknown, type Unknown } from '../../values/value.js';
import { breathe } from './breath.js';
import type { Attempt } from './attempt.js';
import { isUnreachable } from './error.js';
import { delegatesFacts, placeOf } from './place.js';
import { attemptScopesOf, type AttemptScope } from './attempt-scopes.js';
import type { HostState } from '../../planner/host-state.js';
import { ignoresUnreachable, unplannedItems, unreachableOutcome } from './unreachable.js';
import { tryUntil } from './until.js';
import { sleep } from '../operations/waiting.js';
import { concludePending, pend } from './pending.js';
import type { Conclusion } from '../../planner/conclude.js';
import { factsOf, withFacts } from '../../planner/facts.js';
import { failed, type ItemPlan } from '../../planner/item.js';
import type { LoopItem } from '../../planner/loop.js';
import { taskRef, type PlayHost } from './play-host.js';
import type { TaskInstruction } from '../../planner/program.js';
import type { Target } from '../target/target.js';
import { reportConclusion } from './report-task.js';

/** What the task or one item of it came to, and the host that its facts go to when that is another. */
interface Done extends Attempt {
  readonly receiver: string | undefined;
  /** Where it was done; undefined when it was nowhere. */
  readonly target: Target | undefined;
}

/** Undefined when the run was stopped before its turn came. */
export async function runItems(
  host: PlayHost,
  state: HostState,
  instruction: TaskInstruction,
  vars: HostVars,
): Promise<Conclusion | undefined> {
  const { task } = instruction;
  const scopes = attemptScopesOf(host, task, vars);
  const stopping = AbortSignal.any([host.context.stop, host.play.coordinator.stopping]);
  const pause = host.context.options.check ? 0 : (task.keywords.loopControl.pause ?? 0);
  const all: Done[] = [];
  let before = state;
  let grown = vars;
  for (const one of scopes) {
    await breathe();
    if (all.length > 0) await sleep(pause, stopping);
    const done = await runScope(host, before, instruction, grown, one);
    if (done === undefined) break;
    all.push(done);
    // A window owes the handlers of the items before it too, and what set_fact gives for one item counts for the next.
    const { state: after, items } = concludePending(host, done.pending, done.outcomes);
    before = { ...before, notified: after.notified };
    done.target?.markUncertain(items.map(({ makesUncertain }) => makesUncertain));
    if (done.receiver === undefined) grown = withFacts(grown, factsOf(done.outcomes));
  }
  return conclude(host, state, instruction, vars, all, scopes.length);
}

/** Undefined when the run was stopped before its turn came. */
async function runScope(
  host: PlayHost,
  state: HostState,
  instruction: TaskInstruction,
  before: HostVars,
  attemptScope: AttemptScope,
): Promise<Done | undefined> {
  const { task } = instruction;
  const { one: item } = attemptScope;
  const vars = item?.vars === undefined ? before : before.with('loop', item.vars);
  const one = item && { ...item, scope: layeredScope([scopeOf(item.vars ?? {}, false), before]) };
  const without = (plan: ItemPlan): Done => ({
    ...planned(host, state, instruction, vars, one, plan),
    receiver: undefined,
    target: undefined,
  });
  let target: Target | undefined;
  let delegate: string | Unknown | undefined;
  try {
    delegate = attemptScope.delegate(before, one);
    if (isUnknown(delegate))
      return without({
        type: 'unknown',
        reason: `where it is done is unknown: ${delegate.reason}`,
        resources: [],
      });
    const place = placeOf(host, task, vars, delegate);
    target = place.target;
    const receiver = delegatesFacts(host, task, vars) ? delegate : undefined;
    const on = delegate;
    return await place.target.exclusive(async () => {
      if (host.context.stop.aborted || host.play.coordinator.aborted()) return undefined;
      const tried = await tryUntil(host, state, instruction, vars, place, one);
      const done = { ...tried, receiver, target: place.target };
      if (on === undefined) return done;
      return { ...done, outcomes: tried.outcomes.map((outcome) => ({ ...outcome, delegate: on })) };
    });
  } catch (error) {
    if (
      target !== undefined &&
      isUnreachable(error) &&
      (one !== undefined || ignoresUnreachable(host, task, vars))
    ) {
      target.lost();
      const unplanned = unplannedItems(task, vars, host.context.templates, error, one);
      const pending = pend(host, target, state, instruction, vars, unplanned, true);
      const on = typeof delegate === 'string' ? { delegate } : {};
      const outcomes = unplanned.items.map((item) => ({ ...unreachableOutcome(item, error), ...on }));
      return { pending, outcomes, checkMode: true, receiver: undefined, target };
    }
    // A fault in the user's files that shows itself with one item does not remove what the others came to.
    if (one === undefined || !(error instanceof DiagnosticError)) throw error;
    return without(failed(diagnosticText(error.diagnostics)));
  }
}

/** Its end is known without an attempt. */
function planned(
  host: PlayHost,
  state: HostState,
  instruction: TaskInstruction,
  vars: HostVars,
  one: LoopItem | undefined,
  plan: ItemPlan,
): Attempt {
  const items = [{ ...(one ?? { scope: vars }), plan }];
  const pending = pend(
    host,
    host.target,
    state,
    instruction,
    vars,
    { items, looped: one !== undefined },
    false,
  );
  return { pending, outcomes: pending.predicted, checkMode: true };
}

/** Reports how it ended. What it set are variables of the host, or of the delegate that facts are to go to. */
function conclude(
  host: PlayHost,
  before: HostState,
  instruction: TaskInstruction,
  taskVars: HostVars,
  all: readonly Done[],
  scopes: number,
): Conclusion | undefined {
  const [first] = all;
  if (first === undefined) return undefined;
  let { vars } = before;
  for (const { outcomes, receiver } of all) {
    const made = factsOf(outcomes);
    if (receiver === undefined) vars = withFacts(vars, made);
    else for (const facts of made) host.context.delegateFacts(receiver, facts);
  }
  const left = `the run was stopped before ${scopes - all.length} more of its items`;
  const outcomes = all.flatMap(({ outcomes: own }, at) =>
    at < all.length - 1 || all.length === scopes
      ? own
      : own.map((outcome) => ({ ...outcome, warnings: [...outcome.warnings, left] })),
  );
  const pending = {
    ...first.pending,
    // The task's own name and keywords have no item.
    ref: taskRef(host, instruction, taskVars),
    vars: taskVars,
    before: { ...before, vars },
    items: all.flatMap(({ pending: { items } }) => items),
    predicted: all.flatMap(({ pending: { predicted } }) => predicted),
  };
  const concluded = concludePending(host, pending, outcomes);
  reportConclusion(host, pending, concluded);
  const ends = outcomes.map(({ result }) => result['ends']);
  if (ends.includes('play')) host.play.coordinator.endPlay();
  return ends.includes('host') ? { ...concluded, state: { ...concluded.state, ended: true } } : concluded;
}
