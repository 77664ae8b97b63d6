/**
 * Takes one host through a play. Tasks are planned one after the other over what is known and planned so far; a
 * window of them is written at once when a barrier comes. In check mode nothing is written and the same plan is reported.
 */
import { breathe } from './breath.js';
import type { HostVars } from '../../inventory/host-vars.js';
import { readForPlan } from './check-user.js';
import { checkExpectation } from '../saved-plan/expectation.js';
import { failTask, faultOf } from './fail-task.js';
import { isAlone, runAlone } from './alone.js';
import { isUnreachable } from './error.js';
import { flush } from './flush.js';
import { include } from './includes.js';
import { provide } from './lookahead.js';
import { operate } from './operations.js';
import { endAlways, next, withDelegatedFacts, type HostState } from '../../planner/host-state.js';
import { ignoresUnreachable, ignoreUnreachable } from './unreachable.js';
import { tryValidations } from './validate.js';
import { HostWindow } from './window.js';
import { owedNames } from './owed-handlers.js';
import { concludePending, hasSteps, pend } from './pending.js';
import { acts, changesNames, changesPackages, crossesRemoval } from '../../planner/barriers.js';
import { isDry } from '../../planner/conditions.js';
import type { TaskStatus } from '../../planner/outcome.js';
import type { Item } from '../../planner/item.js';
import { overlayBrought } from '../../planner/packages.js';
import { planTask, type PlannedTask } from '../../planner/task.js';
import { keepableTouches, overlayTouched, touchesFolder, unreadTouches } from '../../planner/touches.js';
import { becomeFor, planInputs, type PlayHost } from './play-host.js';
import type { Instruction, TaskInstruction } from '../../planner/program.js';
import type { TargetShell } from '../target/target-shell.js';
import { taskVars } from '../../planner/task-vars.js';

export class HostRunner {
  private readonly window: HostWindow;
  private present: HostState;
  /** The state after what is reported: nothing waits to be written. */
  private reached: HostState;

  constructor(
    private readonly host: PlayHost,
    private readonly start: HostState,
  ) {
    this.window = new HostWindow(host);
    this.present = start;
    this.reached = start;
  }

  /** The host's variables as they are now, for other hosts and its own `hostvars`. */
  get vars(): HostVars {
    return withDelegatedFacts(this.present, this.host.delegatedFacts).vars;
  }

  /** How far it is in the program. */
  get at(): number {
    return this.present.at;
  }

  /** Runs the play's program to the host's end. */
  async run(): Promise<HostState> {
    try {
      return await this.walk();
    } finally {
      const { ok, skipped, unknown } = this.reached.includes ?? { ok: 0, skipped: 0, unknown: 0 };
      const times = (count: number, status: TaskStatus): void => {
        for (let at = 0; at < count; at += 1) this.host.context.count(this.host.name, [status]);
      };
      times(ok, 'ok');
      times(skipped, 'skipped');
      times(unknown, 'unknown');
    }
  }

  private async walk(): Promise<HostState> {
    const { args, context, play, delegatedFacts } = this.host;
    let state = this.start;
    for (;;) {
      await breathe();
      state = withDelegatedFacts(state, delegatedFacts);
      this.present = state;
      if (this.window.isEmpty) this.reached = state;
      const stopping = context.stop.aborted || play.coordinator.aborted();
      const instruction = state.ended || stopping ? undefined : state.program.instructions[state.at];
      if (instruction === undefined) {
        const written = await this.window.flush(state);
        if (written === state || stopping) {
          this.host.target.settleHandlers(owedNames(written));
          this.present = written;
          return written;
        }
        state = written;
        continue;
      }
      const before = state;
      state = await this.step(state, instruction);
      // A task that is only planned again sees what its commands gave before; the next one's run again.
      if (state !== before) context.lookups.forget(this.host.name);
      if (state.at !== before.at && instruction.type === 'task') args.forget(instruction.task);
    }
  }

  private async step(state: HostState, instruction: Instruction): Promise<HostState> {
    switch (instruction.type) {
      case 'end_block':
        return { ...state, at: instruction.frame.alwaysAt };
      case 'end_rescue':
        return next(state);
      case 'end_always':
        return endAlways(state, instruction.frame, instruction.outer);
      case 'jump':
        return { ...state, at: instruction.to };
      case 'end':
        // What was notified after its last chance does not run, nor in a later run.
        return { ...state, notified: new Set(), ended: true };
      case 'flush':
        return flush(this.host, state, instruction);
      case 'include':
        return include(this.host, state, instruction);
      case 'task':
        return this.taskOrUnreachable(state, instruction);
    }
  }

  private async taskOrUnreachable(state: HostState, instruction: TaskInstruction): Promise<HostState> {
    const { host, window } = this;
    try {
      return await this.task(state, instruction);
    } catch (error) {
      // A window that could not be written has reported its own tasks.
      if (window.lostBy === error) throw error;
      const vars = taskVars(state.vars, instruction);
      if (!window.isEmpty && isUnreachable(error) && ignoresUnreachable(host, instruction.task, vars)) {
        // What waits comes first: perhaps it is the end of the host, perhaps the host is there again.
        host.target.lost();
        return window.flush(state);
      }
      return ignoreUnreachable(host, state, instruction, vars, error);
    }
  }

  private async task(state: HostState, instruction: TaskInstruction): Promise<HostState> {
    const { host, window } = this;
    const { context, play } = host;
    const { task, handler } = instruction;
    if (handler !== undefined && !state.notified.has(handler)) return next(state);
    if (play.coordinator.confirms) {
      const written = await window.flush(state);
      if (written !== state) return written;
      if (!(await play.coordinator.confirm(task))) return next(state);
    }
    const vars = taskVars(state.vars, instruction);
    if (isAlone(host, instruction, vars)) {
      const written = await window.flush(state);
      return written === state ? runAlone(host, state, instruction, vars) : written;
    }
    let shell: TargetShell;
    try {
      shell = host.target.shell(becomeFor(host, task, vars));
    } catch (error) {
      return this.fail(state, instruction, vars, error);
    }
    if (window.belongsElsewhere(shell)) {
      const written = await window.flush(state);
      if (written !== state) return written;
    }
    const inputs = await planInputs(host, shell, task, vars);
    const overlay = shell.view.checkpoint();
    const outcome = planTask(task, vars, inputs);
    if (outcome.type === 'need') {
      try {
        await provide(host, shell, outcome, state, task, inputs);
      } catch (error) {
        return this.fail(state, instruction, vars, error);
      }
      return state;
    }
    const touched = unreadTouches(task, outcome.items, shell.view, context.templates);
    if (touched.length > 0) {
      try {
        await readForPlan(shell, touched);
      } catch (error) {
        return this.fail(state, instruction, vars, error);
      }
      return state;
    }
    const { checkMode } = inputs;
    if (!checkMode && this.needsFlush(task, outcome.items, shell, ignoresUnreachable(host, task, vars))) {
      shell.view.restore(overlay);
      return window.flush(state);
    }
    const keepable = keepableTouches(task, outcome.items, shell.view, context.templates, checkMode);
    const items = checkMode
      ? await tryValidations(keepable, shell, {
          planned: overlay,
          uncertain: host.target.uncertain !== undefined,
        })
      : keepable;
    // What only this task looks at as in a check is not made by the run, and no plan of a run has it.
    if (isDry(task, vars, context.templates)) shell.view.restore(overlay);
    return this.planned(state, instruction, vars, shell, { ...outcome, items }, checkMode);
  }

  /** Fails a task by a fault in the user's files, after what waits. */
  private async fail(
    state: HostState,
    instruction: TaskInstruction,
    vars: HostVars,
    error: unknown,
  ): Promise<HostState> {
    if (faultOf(error) === undefined) throw error;
    const written = await this.window.flush(state);
    return written === state ? failTask(this.host, state, instruction, vars, error) : written;
  }

  /** Has what waits to be written before the task, which is then planned again? */
  private needsFlush(
    task: TaskInstruction['task'],
    items: readonly Item[],
    shell: TargetShell,
    ignores: boolean,
  ): boolean {
    const { window } = this;
    if (window.isEmpty) return false;
    // When the connection drops within a window, nobody knows how far it came.
    if (window.mixes(ignores)) return true;
    if (touchesFolder(task, items, shell.view, this.host.context.templates)) return true;
    // Files are written before the account whose name they bear is removed.
    if (changesNames(items, shell.view) || crossesRemoval(items, window.items)) return true;
    return items.some(({ plan }) => plan.type === 'failed' && plan.afterPending === true);
  }

  /** Puts a planned task into the window, or runs the window and the task when it is a barrier. */
  private async planned(
    state: HostState,
    instruction: TaskInstruction,
    vars: HostVars,
    shell: TargetShell,
    outcome: PlannedTask,
    checkMode: boolean,
  ): Promise<HostState> {
    const { host, window } = this;
    const { items } = outcome;
    const pending = pend(host, host.target, state, instruction, vars, outcome, checkMode);
    if (items.some(({ plan }) => plan.type === 'controller')) {
      if (!items.every(setsVariables)) {
        const written = await window.flush(state);
        if (written !== state) return written;
      }
      return operate(host, window, state, pending, shell, checkMode);
    }
    if (!checkMode && acts(items)) {
      window.add(pending, shell);
      return window.flush(state);
    }
    if (host.context.options.check && changes(items)) shell.mustHaveRoom();
    checkExpectation(host, pending);
    const concluded = concludePending(host, pending, pending.predicted);
    if (host.context.options.check && !pending.dry) {
      host.target.markUncertain(concluded.items.map(({ makesUncertain }) => makesUncertain));
      overlayBrought(shell.view, items);
      overlayTouched(instruction.task, items, pending.hidden, shell.view, host.context.templates);
    }
    if (!hasSteps(pending) && (checkMode || window.isEmpty)) {
      // In a check nothing waits; in a run it is reported after what does.
      window.reportAfterWaiting(pending, concluded);
      return concluded.state;
    }
    window.add(pending, shell);
    return changesPackages(items) || changesNames(items, shell.view)
      ? window.flush(concluded.state)
      : concluded.state;
  }
}

/** Would a run write something into its journal for it? */
function changes(items: readonly Item[]): boolean {
  return items.some(
    ({ plan }) => plan.type === 'command' || (plan.type === 'states' && plan.steps.length > 0),
  );
}

/** Does the task, as far as this item goes, only set variables? It then need not wait for the window. */
function setsVariables({ plan }: Item): boolean {
  return (
    plan.type !== 'controller' || plan.operation.op === 'set_fact' || plan.operation.op === 'include_vars'
  );
}
