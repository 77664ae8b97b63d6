/** Where the handlers that were notified run. */
import { DiagnosticError } from '../../diagnostics/diagnostic.js';
import { diagnosticText } from '../../diagnostics/text.js';
import { isUnknown } from '../../values/value.js';
import type { TaskRef } from '../../planner/outcome.js';
import { failPlain } from './fail-plain.js';
import { next, type HostState } from '../../planner/host-state.js';
import { handlersOwed, owedNames } from './owed-handlers.js';
import { allHold } from '../../planner/conditions.js';
import type { PlayHost } from './play-host.js';
import { appendFlush, type FlushInstruction } from '../../planner/program.js';
import { withInstruction } from '../../planner/task-vars.js';

/**
 * Goes into the handlers, or past them when none was notified or the flush's conditions do not hold. Each runs once at most: one
 * that is notified by a handler after it waits for the next flush.
 */
export async function flush(
  host: PlayHost,
  state: HostState,
  instruction: FlushInstruction,
): Promise<HostState> {
  const adopted = await adoptOwed(host, state);
  const past = { ...adopted, at: instruction.endAt() };
  if (adopted.notified.size === 0) return past;
  try {
    const vars = withInstruction(state.vars, [], instruction.vars);
    const { holds } = allHold(instruction.flush.when, vars, host.context.templates);
    if (holds === false) return past;
    if (isUnknown(holds)) {
      const msg = `whether handlers run here is unknown: ${holds.reason}; they are shown as if they ran`;
      host.context.emit({ type: 'warning', host: host.name, msg });
    }
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const msg = diagnosticText(error.diagnostics);
    const ref: TaskRef = {
      id: instruction.flush.id,
      name: 'flush_handlers',
      module: 'meta',
      handler: false,
      ...(instruction.flush.range === undefined ? {} : { range: instruction.flush.range }),
    };
    return failPlain(host, adopted, instruction.enclosing, ref, msg);
  }
  if (adopted.program.handlers.length === instruction.handlers) return next(adopted);
  const { program, start } = appendFlush(adopted.program, adopted.at);
  return { ...adopted, program, at: start };
}

/** Handlers that earlier runs, which were cut off, left undone are this play's to run. */
async function adoptOwed(host: PlayHost, state: HostState): Promise<HostState> {
  const all = state.adopted === true ? undefined : await handlersOwed(host, state);
  if (all === undefined) return state;
  const fresh = all.filter((index) => !state.notified.has(index));
  const adopted = { ...state, adopted: true as const, notified: new Set([...state.notified, ...fresh]) };
  if (fresh.length > 0) {
    const owed = owedNames({ program: state.program, notified: new Set(fresh) });
    host.target.owe(owed);
    const msg = `an earlier run was interrupted before its handlers ran; they run now: ${owed.join(', ')}`;
    host.context.emit({ type: 'warning', host: host.name, msg });
  }
  return adopted;
}
