/** Tasks whose end is known without planning them. */
import { DiagnosticError } from '../diagnostics/diagnostic.js';
import { diagnosticText } from '../diagnostics/text.js';
import type { HostVars } from '../inventory/host-vars.js';
import { hides } from './hidden-values.js';
import type { HostState } from './host-state.js';
import { concludePending, type Pending } from './pending.js';
import type { Conclusion } from './plan-conclude.js';
import { failed, type ItemPlan } from './plan-item.js';
import { predict } from './plan-predict.js';
import { taskRef, type PlayHost } from './play-host.js';
import type { TaskInstruction } from './program.js';
import { tellConclusion } from './tell.js';

/**
 * Fails a task by an error that is not its module's: a fault in the user's files that only showed itself now. Other errors, such
 * as those of the connection, end the host and are thrown on.
 */
export function failTask(
  host: PlayHost,
  before: HostState,
  instruction: TaskInstruction,
  vars: HostVars,
  error: unknown,
): HostState {
  if (!(error instanceof DiagnosticError)) throw error;
  return concludeAs(host, before, instruction, vars, failed(diagnosticText(error.diagnostics))).state;
}

/** Concludes a task whose only item comes to this. */
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
    blurred: undefined,
    hidden,
    checkMode: false,
    dry: false,
    real: !host.context.options.check,
    store: host.context.store,
    planKey: undefined,
  });
  const concluded = concludePending(host, pending, [outcome]);
  tellConclusion(host, pending, concluded);
  return concluded;
}
