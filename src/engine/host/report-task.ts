/** Events of a task's results on one host. */
import type { TaskResult } from '../run/events.js';
import type { TaskRef, TaskStatus } from '../../planner/outcome.js';
import type { Pending } from './pending.js';
import { addResult } from '../run/hidden-values.js';
import type { Conclusion } from '../../planner/conclude.js';
import { hiddenCommand } from '../../planner/predict.js';
import { registeredLoop } from '../../planner/registered.js';
import type { PlayHost } from './play-host.js';

const nothing = { diffs: [], actions: [], warnings: [], notUndoable: [], seconds: 0 } as const;

/** What is reported without an item's outcome. */
export function reportPlain(
  { name, context, play }: PlayHost,
  task: TaskRef,
  fields: Pick<TaskResult, 'status' | 'msg' | 'reason' | 'result'>,
): void {
  context.emit({ type: 'task_result', host: name, play: play.index, task, ...nothing, ...fields });
}

const passing: ReadonlySet<TaskStatus> = new Set(['ok', 'skipped', 'changed']);

/** What has failed counts as changed, too, when that is ignored and its result says so: a command that ran does. */
function changedThough({ items }: Conclusion): readonly TaskStatus[] {
  return items.some(({ status, outcome }) => status === 'ignored' && outcome.changed === true)
    ? ['changed']
    : [];
}

/** One event an item; counted once for all. */
export function reportConclusion(host: PlayHost, pending: Pending, concluded: Conclusion): void {
  const { name, context, play } = host;
  const { register } = pending.instruction.task.keywords;
  if (register !== undefined)
    context.held.hold(name, register, concluded.state.vars.lookup(register)?.value ?? null);
  if (concluded.items.length === 0) {
    reportPlain(host, pending.ref, {
      status: 'skipped',
      msg: 'No items in the list',
      result: registeredLoop([]),
    });
    context.count(name, ['skipped']);
    return;
  }
  for (const { outcome, status, value, msg } of concluded.items) {
    if (pending.hidden) addResult(value, context.secrets);
    context.emit({
      type: 'task_result',
      host: name,
      play: play.index,
      task: pending.ref,
      ...(outcome.item.label === undefined ? {} : { item: pending.hidden ? '(hidden)' : outcome.item.label }),
      ...(outcome.delegate === undefined ? {} : { delegate: outcome.delegate }),
      status,
      ...(outcome.ran === true ? { ran: true as const } : {}),
      ...(pending.dry ? { dry: true as const } : {}),
      ...(msg === undefined ? {} : { msg: pending.hidden ? 'hidden: no_log' : msg }),
      ...(outcome.reason === undefined ? {} : { reason: outcome.reason }),
      diffs: outcome.diffs,
      ...(outcome.left === undefined ? {} : { left: outcome.left }),
      actions: pending.hidden ? outcome.actions.map(() => hiddenCommand) : outcome.actions,
      warnings: pending.hidden ? outcome.warnings.map(() => hiddenCommand) : outcome.warnings,
      result: pending.hidden ? { censored: 'hidden: no_log' } : value,
      seconds: outcome.seconds,
      notUndoable: pending.dry ? [] : outcome.notUndoable,
    });
  }
  const { uncounted } = pending.instruction.task.module;
  const statuses = concluded.items.map(({ status }) => status);
  if (uncounted !== true || statuses.some((status) => !passing.has(status)))
    context.count(name, [...statuses, ...changedThough(concluded)]);
  if (concluded.failed) play.coordinator.taskFailed(name, pending.instruction.task, concluded.state.ended);
}
