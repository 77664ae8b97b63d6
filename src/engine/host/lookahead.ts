/** Reads for a task together with those for the tasks after it, so that they share a round trip. */
import { DiagnosticError, RtprovError } from '../../diagnostics/diagnostic.js';
import type { HostVars } from '../../inventory/host-vars.js';
import type { SourceRequest } from '../../modules/core/module.js';
import type { Task } from '../../playbook/read/model.js';
import type { ReadRequest } from '../../resources/resource.js';
import { isDenied, readForPlan } from './check-user.js';
import type { HostState } from '../../planner/host-state.js';
import type { PlanInputs, TaskNeed } from '../../planner/inputs.js';
import { planTask } from '../../planner/task.js';
import { becomeFor, type PlayHost } from './play-host.js';
import type { TargetShell } from '../target/target-shell.js';
import { taskVars } from '../../planner/task-vars.js';

const prefetchLimit = 2000;

/** Reads and loads what a task needs, and with it what the tasks after it will need: one round trip for all. */
export async function provide(
  host: PlayHost,
  shell: TargetShell,
  need: TaskNeed,
  state: HostState,
  task: Task,
  inputs: PlanInputs,
): Promise<void> {
  const reads: ReadRequest[] = [...need.reads];
  await loadNeeded(host, need, task);
  await lookAhead(host, shell, state, inputs, reads);
  const missing = shell.view.missing(reads);
  if (missing.length === 0) return;
  const own = shell.view.missing(need.reads);
  try {
    await (own.length === missing.length ? readForPlan(shell, own) : shell.read(missing));
  } catch (error) {
    if (own.length === missing.length || !isDenied(error)) throw error;
    // What a later task looks at may be let read only once tasks of other users are done.
    if (own.length > 0) await readForPlan(shell, own);
  }
}

/** Loads the sources that a task asks for, and awaits its lookups. Sources that it perhaps does not need may be missing. */
export async function loadNeeded(
  host: PlayHost,
  { sources, perhaps, lookups }: Pick<TaskNeed, 'sources' | 'perhaps' | 'lookups'>,
  task: Task,
): Promise<void> {
  // One after the other: two items may mean the same password.
  for (const lookup of lookups) await lookup.done();
  await loadSources(host, sources, task);
  for (const source of perhaps) {
    try {
      await loadSources(host, [source], task);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
    }
  }
}

async function loadSources(
  { context }: PlayHost,
  sources: readonly SourceRequest[],
  task: Task,
): Promise<void> {
  for (const source of sources) await context.sources.load(source, task);
}

/** Collects the reads of the tasks after it, up to the next barrier. What is not known yet is left for later. */
async function lookAhead(
  host: PlayHost,
  shell: TargetShell,
  state: HostState,
  inputs: PlanInputs,
  reads: ReadRequest[],
): Promise<void> {
  const { instructions } = state.program;
  const end = Math.min(instructions.length, state.at + prefetchLimit);
  for (let at = state.at; at < end; at += 1) {
    const instruction = instructions[at];
    if (instruction?.type === 'include' || instruction?.type === 'end') return;
    if (instruction?.type !== 'task') continue;
    const { task, handler } = instruction;
    if (task.module.barrier && !inputs.checkMode) return;
    if (handler !== undefined && task.module.barrier) continue;
    const vars = taskVars(state.vars, instruction);
    if (!sameShell(host, task, vars, shell)) continue;
    for (let round = 0; round < 2; round += 1) {
      const before = shell.view.checkpoint();
      let outcome: ReturnType<typeof planTask>;
      try {
        outcome = planTask(task, vars, inputs);
      } finally {
        shell.view.restore(before);
      }
      if (outcome.type !== 'need') break;
      reads.push(...outcome.reads);
      if (outcome.sources.length + outcome.perhaps.length === 0) break;
      // What acts is not done for a task that may never run.
      if (outcome.lookups.length > 0) break;
      try {
        await loadNeeded(host, outcome, task);
      } catch (error) {
        if (!(error instanceof DiagnosticError)) throw error;
        break;
      }
    }
  }
}

function sameShell(host: PlayHost, task: Task, vars: HostVars, shell: TargetShell): boolean {
  if (task.keywords.delegateTo !== undefined) return false;
  try {
    return host.target.shell(becomeFor(host, task, vars)) === shell;
  } catch (error) {
    if (error instanceof RtprovError) return false;
    throw error;
  }
}
