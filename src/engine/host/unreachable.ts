/** The result of a task on a host that cannot be reached. With `ignore_unreachable` the host stays in its play. */
import { DiagnosticError, type RtprovError } from '../../diagnostics/diagnostic.js';
import type { HostVars } from '../../inventory/host-vars.js';
import type { Task } from '../../playbook/read/model.js';
import type { Templates } from '../../template/engine.js';
import { isUnknown } from '../../values/value.js';
import { isUnreachable, messageOf } from './error.js';
import type { HostState } from '../../planner/host-state.js';
import { concludePending, pend } from './pending.js';
import type { ItemOutcome } from '../../planner/outcome.js';
import { flag } from '../../planner/conditions.js';
import { failed, type Item } from '../../planner/item.js';
import { loopItems, type LoopItem } from '../../planner/loop.js';
import type { PlayHost } from './play-host.js';
import type { TaskInstruction } from '../../planner/program.js';
import { reportConclusion } from './report-task.js';

/** A host that is lost in a trial boot takes no further part, whatever is ignored: what was written after it would be undone. */
export function ignoresUnreachable({ context }: PlayHost, task: Task, vars: HostVars): boolean {
  if (task.module.name === 'reboot' && task.args['trial'] !== undefined) return false;
  return flag(task.keywords.ignoreUnreachable, vars, context.templates) ?? false;
}

export function unreachableOutcome(item: Item, error: RtprovError): ItemOutcome {
  return {
    item,
    changed: false,
    failed: false,
    skipped: false,
    unreachable: true,
    msg: messageOf(error),
    result: { unreachable: true },
    diffs: [],
    actions: [],
    warnings: [],
    notUndoable: [],
    seconds: 0,
  };
}

/** The items of a task that could not be planned, or the one that is named. */
export function unplannedItems(
  task: Task,
  vars: HostVars,
  templates: Templates,
  error: RtprovError,
  one?: LoopItem,
): { readonly items: readonly Item[]; readonly looped: boolean } {
  const plan = failed(messageOf(error));
  if (one !== undefined) return { items: [{ ...one, plan }], looped: true };
  try {
    const items = loopItems(task, vars, templates);
    if (!isUnknown(items) && !('msg' in items))
      return { items: items.map((item) => ({ ...item, plan })), looped: task.keywords.loop !== undefined };
  } catch (fault) {
    if (!(fault instanceof DiagnosticError)) throw fault;
  }
  return { items: [{ scope: vars, plan }], looped: false };
}

/** Concludes a task that found its host unreachable and ignores it: the host goes on. Other errors are thrown on. */
export function ignoreUnreachable(
  host: PlayHost,
  before: HostState,
  instruction: TaskInstruction,
  vars: HostVars,
  error: unknown,
): HostState {
  const { task } = instruction;
  if (!isUnreachable(error) || !ignoresUnreachable(host, task, vars)) throw error;
  host.target.lost();
  const planned = unplannedItems(task, vars, host.context.templates, error);
  const pending = pend(host, host.target, before, instruction, vars, planned, true);
  const outcomes = planned.items.map((item) => unreachableOutcome(item, error));
  const concluded = concludePending(host, pending, outcomes);
  reportConclusion(host, pending, concluded);
  return concluded.state;
}
