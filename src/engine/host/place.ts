/** Where a task that runs alone is done: on its host, or on the one that it is delegated to. */
import { DiagnosticError } from '../../diagnostics/diagnostic.js';
import { becomeOf } from './become.js';
import type { RunContext } from '../run/context.js';
import type { HostVars } from '../../inventory/host-vars.js';
import type { Task } from '../../playbook/read/model.js';
import { OMIT, type Scope } from '../../template/runtime/scope.js';
import { isUnknown, type Unknown } from '../../values/value.js';
import { flag } from '../../planner/conditions.js';
import { PlanView } from '../../planner/view.js';
import type { PlayHost } from './play-host.js';
import type { Target } from '../target/target.js';
import type { TargetShell } from '../target/target-shell.js';
import { withScopes } from '../../planner/task-vars.js';

/** What of a host in a play says where its tasks are done. */
interface Asking extends Pick<PlayHost, 'name' | 'target'> {
  readonly context: Pick<
    RunContext,
    'options' | 'templates' | 'store' | 'secrets' | 'become' | 'target' | 'varsOf'
  >;
}

export interface Place {
  readonly target: Target;
  readonly shell: TargetShell;
  /** What is known there while planning the task. */
  readonly view: PlanView;
}

/** The host that a task is delegated to; undefined when that is its own. Throws DiagnosticError for what is not a name. */
export function delegateOf(host: Asking, task: Task, vars: HostVars): string | Unknown | undefined {
  const { delegateTo } = task.keywords;
  if (delegateTo === undefined) return undefined;
  const name = host.context.templates.evaluate(delegateTo.value, vars, delegateTo.range);
  if (isUnknown(name)) return name;
  if ((name as unknown) === OMIT || name === host.name) return undefined;
  if (typeof name === 'string' && name !== '') return name;
  throw new DiagnosticError([
    {
      code: 'BAD_DELEGATE',
      severity: 'error',
      summary: 'delegate_to names no host',
      detail: `"delegate_to" has to be the name of a host, and ${JSON.stringify(name)} is not.`,
      hint: 'Give the name of a host of the inventory, or an address.',
      range: delegateTo.range,
    },
  ]);
}

/** Do facts that the task sets go to the host that it is delegated to? By default they are the delegating host's. */
export function delegatesFacts(host: Asking, task: Task, vars: HostVars): boolean {
  return flag(task.keywords.delegateFacts, vars, host.context.templates) ?? false;
}

/**
 * The variables by which one becomes another user on a delegate: its own, with those of the play where it is in none, and over
 * them those of the task, as in Ansible.
 */
function delegateVars(
  { vars, inPlay }: ReturnType<RunContext['varsOf']>,
  task: Task,
  own: HostVars,
): HostVars {
  const named = inPlay
    ? withScopes(vars, task.keywords.vars)
    : vars.filledFrom(
        own,
        'play-vars',
        'vars-files',
        'role-defaults',
        'role-vars',
        'block-vars',
        'task-vars',
      );
  return named.filledFrom(own, 'role-params', 'include-params', 'loop');
}

/** `check_mode: false` in a check: the task is done for real. */
export function actsInCheck({ context }: Asking, task: Task, vars: Scope): boolean {
  return context.options.check && flag(task.keywords.checkMode, vars, context.templates) === false;
}

export function placeOf(host: Asking, task: Task, vars: HostVars, delegate: string | undefined): Place {
  const { context } = host;
  const target = delegate === undefined ? host.target : context.target(delegate);
  const there = delegate === undefined ? vars : delegateVars(context.varsOf(delegate), task, vars);
  const shell = target.shell(becomeOf(delegate ?? host.name, task.keywords, vars, context, there));
  // A delegate may be on its own way through the play, with tasks that wait to be written: those are not there yet. In a
  // check nothing waits, and what is planned there counts for all, but for a task that acts in the check: that sees what is there.
  const own = context.options.check ? !actsInCheck(host, task, vars) : target === host.target;
  return { target, shell, view: own ? shell.view : new PlanView(context.store) };
}
