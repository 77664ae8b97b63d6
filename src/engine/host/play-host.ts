/** One host in one play, and what every task of it is done with. */
import { hostname } from 'node:os';
import { DiagnosticError, type SourceRange } from '../../diagnostics/diagnostic.js';
import type { HostVars } from '../../inventory/host-vars.js';
import type { TargetFacts } from '../../resources/facts/target.js';
import type { Task } from '../../playbook/read/model.js';
import type { BecomeOptions } from '../../transport/types.js';
import { plainText } from '../../values/value.js';
import { becomeOf } from './become.js';
import { actorOf } from './check-user.js';
import type { RunContext } from '../run/context.js';
import type { TaskRef } from '../../planner/outcome.js';
import { hides } from '../run/hidden-values.js';
import type { ArgsMemo } from '../../modules/args/memo.js';
import { flag } from '../../planner/conditions.js';
import type { NewFacts } from '../../planner/facts.js';
import type { PlanInputs } from '../../planner/inputs.js';
import type { LoopItem } from '../../planner/loop.js';
import { isSkipped } from '../../planner/skipped.js';
import type { PlayCoordinator } from '../run/play-coordinator.js';
import type { TaskInstruction } from '../../planner/program.js';
import type { Target } from '../target/target.js';
import type { TargetShell } from '../target/target-shell.js';

export interface PlayHost {
  readonly name: string;
  /** What other hosts' tasks have given it (`delegate_facts`), as it came; it grows. */
  readonly delegatedFacts: readonly NewFacts[];
  readonly context: RunContext;
  readonly target: Target;
  readonly play: { readonly index: number; readonly coordinator: PlayCoordinator };
  readonly args: ArgsMemo;
}

/** Who a task runs as. */
export function becomeFor(host: PlayHost, task: Task, vars: HostVars): BecomeOptions | undefined {
  return becomeOf(host.name, task.keywords, vars, host.context);
}

/** For modules that do not look at the target: it need not be reached to plan them. */
const nobody: TargetFacts = {
  user: '',
  group: '',
  uid: -1,
  home: '/',
  osId: '',
  osIdLike: [],
  pkgMgr: 'unknown',
  container: false,
  umask: 0o022,
};

export async function planInputs(
  { context, args }: PlayHost,
  shell: TargetShell,
  task: Task,
  vars: HostVars,
  one?: LoopItem,
): Promise<PlanInputs> {
  const { templates, options } = context;
  const checkMode = flag(task.keywords.checkMode, vars, templates) ?? options.check;
  const diffs = flag(task.keywords.diff, vars, templates) ?? options.diff;
  // What is skipped does not ask whether its host is there; where the shell is open already nothing is saved.
  const asks = task.module.offline !== true && (shell.prepared || !isSkipped(task, vars, templates, one));
  return {
    templates,
    args,
    view: shell.view,
    ...(asks ? await actorOf(shell, checkMode) : { facts: nobody }),
    checkMode,
    diffs,
    verbosity: options.verbosity,
    backupSuffix: context.backupSuffix,
    controller: { host: hostname(), started: context.started },
    source: (request, asking) => context.sources.get(request, asking),
    sourceMissing: (request, asking) => context.sources.isMissing(request, asking),
  };
}

/** The source line of a no_log task may hold what is not to be shown. */
export function shownRange(range: SourceRange, hidden: boolean): SourceRange {
  const { text, hidden: _, ...place } = range;
  return hidden || text === undefined ? place : { ...place, text };
}

/** What a task is called in events. */
export function taskRef(
  { context }: PlayHost,
  { task, handler, ofHandler }: TaskInstruction,
  vars: HostVars,
): TaskRef {
  let name = task.name ?? task.module.name;
  if (name.includes('{{')) {
    try {
      name = plainText(context.templates.evaluate(name, vars, task.range));
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
    }
  }
  return {
    id: task.id,
    name: task.role === undefined ? name : `${task.role.name} : ${name}`,
    module: task.module.name,
    range: shownRange(task.range, hides(task, vars, context.templates)),
    handler: handler !== undefined || ofHandler === true,
  };
}
