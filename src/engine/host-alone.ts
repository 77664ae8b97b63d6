/** Tasks that must not share a window: delegated ones, run_once, and those that are repeated until something holds. */
import type { HostVars } from '../inventory/host-vars.js';
import { isUnknown } from '../values/value.js';
import { concludeAs, failTask } from './fail-task.js';
import { delegateOf, delegatesFacts, placeOf } from './host-place.js';
import { runAttempts } from './host-until.js';
import { fail, next, type HostState } from './host-state.js';
import type { Conclusion } from './plan-conclude.js';
import { flag } from './plan-conditions.js';
import { factsOf, perhapsSet, withFacts } from './plan-facts.js';
import { taskRef, type PlayHost } from './play-host.js';
import type { TaskInstruction } from './program.js';

export function isAlone(host: PlayHost, { task }: TaskInstruction, vars: HostVars): boolean {
  return (
    task.keywords.delegateTo !== undefined ||
    task.keywords.until !== undefined ||
    runsOnce(host, { task }, vars)
  );
}

function runsOnce({ context }: PlayHost, { task }: Pick<TaskInstruction, 'task'>, vars: HostVars): boolean {
  return flag(task.keywords.runOnce, vars, context.templates) ?? false;
}

export async function runAlone(
  host: PlayHost,
  state: HostState,
  instruction: TaskInstruction,
  vars: HostVars,
): Promise<HostState> {
  try {
    const work = (): Promise<Conclusion | undefined> => alone(host, state, instruction, vars);
    if (!runsOnce(host, instruction, vars)) return (await work())?.state ?? state;
    const { mine, value } = await host.play.coordinator.once(instruction.task.id, host.name, work);
    if (value === undefined) return state;
    return mine ? value.state : follow(host, state, instruction, vars, value);
  } catch (error) {
    return failTask(host, state, instruction, vars, error);
  }
}

/** Another host ran the task for all: its registered values and facts hold here too. */
function follow(
  host: PlayHost,
  state: HostState,
  instruction: TaskInstruction,
  taskVars: HostVars,
  concluded: Conclusion,
): HostState {
  const { task } = instruction;
  const { register, delegateTo } = task.keywords;
  const value = register === undefined ? undefined : concluded.state.vars.lookup(register)?.value;
  let { vars } = state;
  if (register !== undefined && value !== undefined) vars = vars.with('registered', { [register]: value });
  const outcomes = concluded.items.map(({ outcome }) => outcome);
  if (delegateTo === undefined || !delegatesFacts(host, task, taskVars))
    vars = withFacts(vars, [...factsOf(outcomes), ...perhapsSet(task, outcomes)]);
  if (!concluded.failed) return next(state, { vars });
  return fail({ ...state, vars }, instruction.enclosing, {
    task: taskRef(host, instruction, vars),
    result: { failed: true },
    unreachable: false,
  }).state;
}

/** Undefined when the run was stopped before its turn came. */
async function alone(
  host: PlayHost,
  state: HostState,
  instruction: TaskInstruction,
  vars: HostVars,
): Promise<Conclusion | undefined> {
  const { task } = instruction;
  const delegate = delegateOf(host, task, vars);
  if (isUnknown(delegate))
    return concludeAs(host, state, instruction, vars, {
      type: 'unknown',
      reason: `where it is done is unknown: ${delegate.reason}`,
      resources: [],
    });
  const place = placeOf(host, task, vars, delegate);
  return place.target.exclusive(async () => {
    if (host.context.stop.aborted || host.play.coordinator.aborted()) return undefined;
    return runAttempts(host, state, instruction, vars, place, delegate);
  });
}
