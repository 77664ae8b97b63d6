/** Tasks that the engine does itself (`operations/`), as part of a host's way through its play. */
import type { Place } from './place.js';
import type { HostState } from '../../planner/host-state.js';
import type { HostWindow } from './window.js';
import { bad, type OperationOutcome } from '../operations/operation.js';
import { runOperation } from '../operations/run-operation.js';
import { concludePending, type Pending } from './pending.js';
import type { ItemOutcome } from '../../planner/outcome.js';
import { factsOf, withFacts } from '../../planner/facts.js';
import type { Item } from '../../planner/item.js';
import { limitOf } from '../../planner/limit.js';
import { withinLimit } from '../operations/waiting.js';
import { isUnknown } from '../../values/value.js';
import type { PlayHost } from './play-host.js';
import type { TargetShell } from '../target/target-shell.js';

/** Does what the engine itself does for a task. */
export async function operate(
  host: PlayHost,
  window: HostWindow,
  state: HostState,
  pending: Pending,
  shell: TargetShell,
  checkMode: boolean,
): Promise<HostState> {
  const outcomes: ItemOutcome[] = [];
  let ended = false;
  const place: Place = { target: host.target, shell, view: shell.view };
  for (const [at, item] of pending.items.entries()) {
    const outcome = await operateItem(host, place, pending, item, at, checkMode);
    outcomes.push(outcome);
    ended ||= outcome.result['ends'] === 'host';
    if (outcome.result['ends'] === 'play') host.play.coordinator.endPlay();
    if (outcome.result['clears'] === true) host.play.coordinator.clearErrors(state.at);
  }
  const vars = withFacts(state.vars, factsOf(outcomes));
  const operated: Pending = { ...pending, before: { ...state, vars }, predicted: outcomes };
  const concluded = concludePending(host, operated, outcomes);
  // A value that is only kept counts at once, but is reported in its place among the tasks that wait for their window.
  window.reportAfterWaiting(operated, concluded);
  return ended ? { ...concluded.state, ended: true } : concluded.state;
}

export async function operateItem(
  host: PlayHost,
  place: Place,
  pending: Pending,
  item: Item,
  at: number,
  checkMode: boolean,
): Promise<ItemOutcome> {
  const { context } = host;
  const predicted = pending.predicted[at];
  if (predicted === undefined) throw new Error('every item has a prediction');
  if (item.plan.type !== 'controller') return predicted;
  const began = performance.now();
  const { operation } = item.plan;
  const { task } = pending.instruction;
  const limit = task.module.endsAtTimeout === true ? limitOf(task, item.scope, context.templates) : undefined;
  const operated = (stop: AbortSignal): Promise<OperationOutcome> =>
    runOperation(operation, {
      context: { ...context, stop },
      ...place,
      host: host.name,
      vars: pending.vars,
      checkMode,
      dry: pending.dry,
      task,
      step: (what) =>
        context.emit({
          type: 'step_started',
          host: host.name,
          play: host.play.index,
          task: pending.ref,
          what,
        }),
    });
  const done =
    typeof limit === 'string' || isUnknown(limit)
      ? bad(isUnknown(limit) ? `it is not known what to do: ${limit.reason}` : limit)
      : await withinLimit(limit, context.stop, operated);
  return {
    ...predicted,
    ...done,
    item,
    diffs: [],
    warnings: [],
    actions: done.actions ?? [],
    notUndoable: [],
    seconds: (performance.now() - began) / 1000,
  };
}
