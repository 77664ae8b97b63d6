/** Tasks that must not share a window: delegated ones, run_once, those that are repeated until something holds, and those that act in a check. */
import type { HostVars } from '../../inventory/host-vars.js';
import { failTask } from './fail-task.js';
import { runItems } from './items.js';
import { actsInCheck, delegatesFacts } from './place.js';
import { fail, ownName, next, type HostState } from '../../planner/host-state.js';
import type { Conclusion } from '../../planner/conclude.js';
import { flag } from '../../planner/conditions.js';
import { factsOf, perhapsSet, withFacts } from '../../planner/facts.js';
import { taskRef, type PlayHost } from './play-host.js';
import type { TaskInstruction } from '../../planner/program.js';

export function isAlone(host: PlayHost, { task }: TaskInstruction, vars: HostVars): boolean {
  return (
    task.keywords.delegateTo !== undefined ||
    task.keywords.until !== undefined ||
    runsOnce(host, { task }, vars) ||
    actsInCheck(host, task, vars)
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
    const work = (): Promise<Conclusion | undefined> => runItems(host, state, instruction, vars);
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
  const ref = taskRef(host, instruction, vars);
  return fail({ ...state, vars }, instruction.enclosing, {
    task: ref,
    name: ownName(ref, task),
    result: { failed: true },
    unreachable: false,
  }).state;
}
