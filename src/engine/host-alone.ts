/** Tasks that must not share a window: delegated ones, run_once, and those that are repeated until something holds. */
import type { HostVars } from '../inventory/host-vars.js';
import { isMapping } from '../values/value.js';
import { failTask } from './fail-task.js';
import { runAttempts } from './host-until.js';
import { fail, next, type HostState } from './host-state.js';
import type { Conclusion } from './plan-conclude.js';
import { flag } from './plan-conditions.js';
import { becomeFor, taskRef, type PlayHost } from './play-host.js';
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
    if (!runsOnce(host, instruction, vars)) return (await alone(host, state, instruction, vars)).state;
    const { coordinator } = host.play;
    const { mine, value } = await coordinator.once(instruction.task.id, host.name, () =>
      alone(host, state, instruction, vars),
    );
    return mine ? value.state : follow(host, state, instruction, value);
  } catch (error) {
    return failTask(host, state, instruction, vars, error);
  }
}

/** Another host ran the task for all: its registered values and facts hold here too. */
function follow(
  host: PlayHost,
  state: HostState,
  instruction: TaskInstruction,
  concluded: Conclusion,
): HostState {
  const { register } = instruction.task.keywords;
  const value = register === undefined ? undefined : concluded.state.vars.lookup(register)?.value;
  let vars =
    register === undefined || value === undefined
      ? state.vars
      : state.vars.with('registered', { [register]: value });
  for (const { outcome } of concluded.items) {
    const facts = outcome.result['ansible_facts'];
    if (isMapping(facts)) vars = vars.with('set-fact', facts);
  }
  if (!concluded.failed) return next(state, { vars });
  return fail({ ...state, vars }, instruction.enclosing, {
    task: taskRef(host, instruction, vars),
    result: { failed: true },
    unreachable: false,
  }).state;
}

async function alone(
  host: PlayHost,
  state: HostState,
  instruction: TaskInstruction,
  vars: HostVars,
): Promise<Conclusion> {
  const { delegateTo } = instruction.task.keywords;
  const { context } = host;
  const delegate =
    delegateTo === undefined
      ? undefined
      : context.templates.evaluate(delegateTo.value, vars, delegateTo.range);
  const target =
    typeof delegate === 'string' && delegate !== host.name ? context.target(delegate) : host.target;
  return target.exclusive(async () => {
    const shell = target.shell(becomeFor(host, instruction.task, vars));
    if (target !== host.target) shell.view.forget();
    return runAttempts(host, state, instruction, vars, shell);
  });
}
