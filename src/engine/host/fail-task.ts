/** Tasks whose end is known without planning them. */
import { DiagnosticError } from '../../diagnostics/diagnostic.js';
import { diagnosticText } from '../../diagnostics/text.js';
import type { HostVars } from '../../inventory/host-vars.js';
import { Unreadable } from './check-user.js';
import { hides } from '../run/hidden-values.js';
import type { HostState } from '../../planner/host-state.js';
import { concludePending, type Pending } from './pending.js';
import type { Conclusion } from '../../planner/conclude.js';
import { failed, type ItemPlan } from '../../planner/item.js';
import { predict } from '../../planner/predict.js';
import { taskRef, type PlayHost } from './play-host.js';
import type { TaskInstruction } from '../../planner/program.js';
import { reportConclusion } from './report-task.js';

/** What a task fails with by such an error; undefined for one that ends its host. */
export function faultOf(error: unknown): string | undefined {
  if (error instanceof DiagnosticError) return diagnosticText(error.diagnostics);
  return error instanceof Unreadable ? error.message : undefined;
}

/**
 * Fails a task by an error that is not its module's: a fault in the user's files that only showed itself now, or a file that its
 * user cannot read. Other errors, such as those of the connection, end the host and are thrown on.
 */
export function failTask(
  host: PlayHost,
  before: HostState,
  instruction: TaskInstruction,
  vars: HostVars,
  error: unknown,
): HostState {
  const fault = faultOf(error);
  if (fault === undefined) throw error;
  return concludeAs(host, before, instruction, vars, failed(fault)).state;
}

/** Concludes a task whose only item has this result. */
export function concludeAs(
  host: PlayHost,
  before: HostState,
  instruction: TaskInstruction,
  vars: HostVars,
  plan: ItemPlan,
): Conclusion {
  const hidden = hides(instruction.task, vars, host.context.templates);
  const pending: Pending = {
    instruction,
    ref: taskRef(host, instruction, vars),
    before,
    vars,
    items: [],
    looped: false,
    hidden,
    checkMode: false,
    dry: false,
    predicted: [],
  };
  const outcome = predict({ scope: vars, plan }, instruction.task, {
    uncertain: undefined,
    hidden,
    checkMode: false,
    dry: false,
    real: !host.context.options.check,
    store: host.context.store,
    planKey: undefined,
  });
  const concluded = concludePending(host, pending, [outcome]);
  reportConclusion(host, pending, concluded);
  return concluded;
}
