/**
 * Takes one host through a play. Tasks are planned one after the other over what is known and planned so far; a
 * window of them is written at once when a barrier comes. In check mode nothing is written and the same plan is told.
 */
import { randomBytes } from 'node:crypto';
import { DiagnosticError, RtprovError } from '../diagnostics/diagnostic.js';
import type { HostVars } from '../inventory/host-vars.js';
import type { LayerName } from '../inventory/precedence.js';
import type { SourceRequest } from '../modules/module.js';
import type { Task, Templated } from '../playbook/model.js';
import type { PackageState } from '../resources/states.js';
import type { Change, ReadRequest, State } from '../resources/resource.js';
import type { GroupState, UserState } from '../resources/states.js';
import { raw, type Shell } from '../shell/shell.js';
import { isMapping, isUnknown, plainText, Unknown, type Value, type Vars } from '../values/value.js';
import type { RunContext } from './context.js';
import { runOperation } from './operations/run-operation.js';
import type { TaskRef } from './events.js';
import { endAlways, fail, next, type HostState } from './host-state.js';
import { conclude, type Conclusion, type ItemOutcome } from './plan-conclude.js';
import { flag } from './plan-conditions.js';
import { planKey } from './plan-file.js';
import { overlayShipped } from './plan-packages.js';
import { declaresNoChange, hiddenCommand, predict } from './plan-predict.js';
import { finalStates, itemWritten } from './plan-written.js';
import { diagnosticText } from '../diagnostics/text.js';
import { allHold } from './plan-conditions.js';
import type { PlanInputs } from './plan-inputs.js';
import type { Item } from './plan-item.js';
import { registeredLoop } from './plan-registered.js';
import { planTask, type TaskOutcome } from './plan-task.js';
import type { PlanView } from './plan-view.js';
import type { WindowOutcome } from './plan-window.js';
import type { WindowStep } from './plan-window-steps.js';
import type { PlayCoordinator } from './play-coordinator.js';
import { appendIncluded, type Instruction } from './program.js';
import type { Target } from './target.js';
import type { TargetShell } from './target-shell.js';
import { becomeOf } from './become.js';
import type { BecomeOptions } from '../transport/types.js';

type TaskInstruction = Extract<Instruction, { type: 'task' }>;

/** A planned task that waits for its window to be written. */
interface Pending {
  readonly instruction: TaskInstruction;
  readonly ref: TaskRef;
  readonly before: HostState;
  readonly vars: HostVars;
  readonly items: readonly Item[];
  readonly looped: boolean;
  readonly hidden: boolean;
  /** What was predicted; right when the window is written as planned. */
  readonly predicted: readonly ItemOutcome[];
  /** An earlier window has written it. */
  readonly written?: true;
}

const prefetchLimit = 2000;

export class HostRunner {
  private mergeTasks = true;
  /** Tasks behind one that failed unforeseen, which the same window had written: they are told and not done again. */
  private readonly done = new Map<TaskInstruction, Pending>();
  private window: Pending[] = [];
  private windowShell: TargetShell | undefined;

  constructor(
    readonly name: string,
    private readonly context: RunContext,
    private readonly target: Target,
    private readonly play: { readonly index: number; readonly coordinator: PlayCoordinator },
  ) {}

  /** Runs the play's program to the host's end. */
  async run(start: HostState): Promise<HostState> {
    let state = start;
    for (;;) {
      const stopping = this.context.stop.aborted || this.play.coordinator.aborted();
      const instruction = state.ended || stopping ? undefined : state.program.instructions[state.at];
      if (instruction === undefined) {
        const written = await this.flush(state);
        if (written === state || stopping) {
          this.tellDone();
          return written;
        }
        state = written;
        continue;
      }
      state = await this.step(state, instruction);
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
      case 'flush_start':
        return state.notified.size === 0 ? { ...state, at: instruction.endAt() } : next(state);
      case 'flush_end':
        return state.notified.size === 0 ? next(state) : { ...state, at: instruction.startAt };
      case 'include':
        return this.include(state, instruction);
      case 'task':
        return this.task(state, instruction);
    }
  }

  /** Variables of a task: those of its role, blocks and own, over the host's. */
  private taskVars(state: HostState, instruction: { readonly task?: Task; readonly vars?: Vars }): HostVars {
    let vars = state.vars;
    for (const scope of instruction.task?.keywords.vars ?? [])
      vars = vars.with(scope.layer.replaceAll('_', '-') as LayerName, scope.vars);
    if (instruction.vars !== undefined) vars = vars.with('loop', instruction.vars);
    const role = instruction.task?.role;
    if (role !== undefined)
      vars = vars.with('magic', { role_name: role.name, role_path: role.path, ansible_role_name: role.name });
    return vars;
  }

  private include(state: HostState, instruction: Extract<Instruction, { type: 'include' }>): HostState {
    const { include } = instruction;
    const { templates } = this.context;
    let vars = state.vars;
    for (const scope of include.keywords.vars)
      vars = vars.with(scope.layer.replaceAll('_', '-') as LayerName, scope.vars);
    if (instruction.vars !== undefined) vars = vars.with('loop', instruction.vars);
    const ref: TaskRef = {
      id: `include:${include.range.line}`,
      name: include.name ?? `include_${include.kind}`,
      module: `include_${include.kind}`,
      range: include.range,
      handler: false,
    };
    try {
      const loop =
        include.keywords.loop === undefined
          ? [undefined]
          : templates.evaluate(include.keywords.loop.value, vars, include.keywords.loop.range);
      if (!Array.isArray(loop))
        throw new RtprovError(
          'BAD_LOOP',
          isUnknown(loop) ? `the loop is unknown: ${loop.reason}` : 'the loop is not a list',
        );
      const parts: { nodes: ReturnType<typeof include.load>; vars?: Readonly<Record<string, Value>> }[] = [];
      for (const [index, value] of (loop as readonly (Value | undefined)[]).entries()) {
        const own: Record<string, Value> =
          value === undefined ? {} : { [include.keywords.loopControl.loopVar]: value };
        if (include.keywords.loopControl.indexVar !== undefined)
          own[include.keywords.loopControl.indexVar] = index;
        const inner = vars.with('loop', own);
        const held = allHold(include.keywords.when, inner, templates).holds;
        if (held === false) continue;
        const file = templates.evaluate(include.file.value, inner, include.file.range);
        if (isUnknown(held) || isUnknown(file)) {
          this.context.emit({
            type: 'warning',
            host: this.name,
            msg: `${ref.name}: what it includes is unknown: ${isUnknown(held) ? held.reason : (file as Unknown).reason}`,
          });
          continue;
        }
        const name = plainText(file);
        parts.push({ nodes: include.load(name, value === undefined ? undefined : String(index)), vars: own });
        if (!include.literal && include.handlers(name).length > 0) {
          this.context.emit({
            type: 'warning',
            host: this.name,
            msg: `${ref.name}: handlers of "${name}" cannot be notified, because its name is known only now. Name the role literally.`,
          });
        }
      }
      if (parts.length === 0) return next(state);
      const { program, start } = appendIncluded(state.program, state.at, parts);
      return { ...state, program, at: start };
    } catch (error) {
      const msg =
        error instanceof DiagnosticError
          ? diagnosticText(error.diagnostics)
          : error instanceof RtprovError
            ? error.message
            : undefined;
      if (msg === undefined) throw error;
      this.tell(ref, 'failed', { msg });
      return fail(state, instruction.enclosing, {
        task: ref,
        result: { failed: true, msg },
        unreachable: false,
      }).state;
    }
  }

  private async task(state: HostState, instruction: TaskInstruction): Promise<HostState> {
    const { task, handler } = instruction;
    if (handler !== undefined && !state.notified.has(handler)) return next(state);
    if (this.context.prompter?.confirmTask !== undefined) {
      const written = await this.flush(state);
      if (written !== state) return written;
      if (!(await this.play.coordinator.confirm(task))) return next(state);
    }
    const vars = this.taskVars(state, instruction);
    const done = this.done.get(instruction);
    if (done !== undefined) return this.retell(state, instruction, done, vars);
    const keywords = task.keywords;
    const alone =
      keywords.delegateTo !== undefined ||
      keywords.until !== undefined ||
      (flag(keywords.runOnce, vars, this.context.templates) ?? false);
    let shell: TargetShell;
    try {
      shell = this.target.shell(this.become(task, vars));
    } catch (error) {
      return this.failTask(state, instruction, vars, error);
    }
    if (alone || (this.windowShell !== undefined && this.windowShell !== shell)) {
      const written = await this.flush(state);
      if (written !== state) return written;
      if (alone) return this.runAlone(state, instruction, vars);
    }
    this.windowShell = shell;
    const inputs = await this.inputs(shell, task, vars);
    const planned = shell.view.checkpoint();
    const outcome = planTask(task, vars, inputs);
    if (outcome.type === 'need') {
      await this.provide(shell, outcome, state, task, inputs);
      return state;
    }
    const touched = this.unreadTouches(task, outcome.items, shell);
    if (touched.length > 0) {
      await shell.read(touched);
      return state;
    }
    // Files are written before the account whose name they bear is taken away.
    const before =
      this.window.length > 0 &&
      (changesNames(outcome.items, shell.view) || this.crossesRemoval(outcome.items));
    const mayBeMended =
      this.window.length > 0 &&
      outcome.items.some(({ plan }) => plan.type === 'failed' && plan.afterPending === true);
    if (!inputs.checkMode && (mayBeMended || before)) {
      shell.view.restore(planned);
      return this.flush(state);
    }
    return this.planned(state, instruction, vars, shell, outcome, inputs.checkMode);
  }

  /**
   * Does the task take a folder away below which the window, yet to be written, changes something; or does it make something
   * below a folder that the window takes away? The journal keeps what is there when a window begins, so each begins anew.
   */
  private crossesRemoval(items: readonly Item[]): boolean {
    const mine = fileChanges(items);
    const pending = this.window.flatMap((other) => fileChanges(other.items));
    const crosses = (removing: readonly Change<'file'>[], changing: readonly Change<'file'>[]): boolean =>
      removing.some(
        ({ id: { name: folder }, from, to }) =>
          from.type === 'directory' &&
          to.type !== 'directory' &&
          changing.some(({ id: { name } }) => name === folder || name.startsWith(`${folder}/`)),
      );
    return crosses(mine, pending) || crosses(pending, mine);
  }

  /** Puts a planned task into the window, or runs the window and the task when it is a barrier. */
  private async planned(
    state: HostState,
    instruction: TaskInstruction,
    vars: HostVars,
    shell: TargetShell,
    outcome: Extract<TaskOutcome, { type: 'items' }>,
    checkMode: boolean,
  ): Promise<HostState> {
    const pending = this.pend(state, instruction, vars, outcome, checkMode);
    const barrier =
      !checkMode && outcome.items.some(({ plan }) => plan.type === 'command' || plan.type === 'controller');
    const local = outcome.items.every(
      ({ plan }) =>
        plan.type !== 'controller' ||
        plan.operation.op === 'set_fact' ||
        plan.operation.op === 'include_vars',
    );
    if (outcome.items.some(({ plan }) => plan.type === 'controller')) {
      if (!local) {
        const written = await this.flush(state);
        if (written !== state) return written;
      }
      return this.operate(state, pending, shell, checkMode);
    }
    if (barrier) {
      this.window.push(pending);
      return this.flush(pending.before);
    }
    this.checkExpectation(pending);
    const concluded = this.conclude(pending, pending.predicted);
    if (checkMode) {
      this.overlayPackages(shell, pending);
      this.overlayTouched(shell, pending);
    }
    if (checkMode || (this.window.length === 0 && stepsOf(pending).length === 0)) {
      this.tellConclusion(pending, concluded);
      return concluded.state;
    }
    this.window.push(pending);
    // Packages bring files and units with them: what is behind is planned over what is then there.
    const packages = stepsOf(pending).some(
      ({ step }) => step.type === 'change' && step.change.id.kind === 'package',
    );
    return packages || changesNames(pending.items, shell.view)
      ? this.flush(concluded.state)
      : concluded.state;
  }

  private pend(
    state: HostState,
    instruction: TaskInstruction,
    vars: HostVars,
    outcome: Extract<TaskOutcome, { type: 'items' }>,
    checkMode: boolean,
  ): Pending {
    const hidden = flag(instruction.task.keywords.noLog, vars, this.context.templates) ?? false;
    return {
      instruction,
      ref: this.ref(instruction, vars),
      before: state,
      vars,
      items: outcome.items,
      looped: outcome.looped,
      hidden,
      predicted: outcome.items.map((item) =>
        predict(item, instruction.task, {
          blurred: state.blurred,
          hidden,
          checkMode,
          store: this.context.store,
        }),
      ),
    };
  }

  private conclude(pending: Pending, outcomes: readonly ItemOutcome[]): Conclusion {
    return conclude(pending.before, pending.instruction, pending.ref, outcomes, pending.looped, {
      templates: this.context.templates,
      scope: pending.vars,
      checkMode: this.context.options.check,
    });
  }

  /**
   * Writes the window. Gives back `state` itself when there was nothing to do or all went as planned without a
   * command; otherwise the state from which the host goes on.
   */
  private async flush(state: HostState): Promise<HostState> {
    const window = this.window;
    const shell = this.windowShell;
    this.window = [];
    if (window.length === 0 || shell === undefined) return state;
    const steps = window.flatMap((pending, index) => this.windowSteps(pending, index));
    if (steps.length === 0) {
      for (const pending of window) this.tellConclusion(pending, this.conclude(pending, pending.predicted));
      return state;
    }
    this.context.emit({
      type: 'step_started',
      host: this.name,
      play: this.play.index,
      ...(window.length === 1 && window[0] !== undefined ? { task: window[0].ref } : {}),
      what: whatOf(steps),
    });
    let written: WindowOutcome;
    try {
      written = await shell.write(steps, this.mergeTasks);
    } catch (error) {
      if (!(error instanceof RtprovError)) throw error;
      const [first] = window;
      if (first === undefined) throw error;
      shell.view.forget();
      return this.failTask(first.before, first.instruction, first.vars, error);
    }
    return this.written(state, window, steps, shell, written);
  }

  private written(
    state: HostState,
    window: readonly Pending[],
    steps: readonly WindowStep[],
    shell: TargetShell,
    outcome: WindowOutcome,
  ): HostState {
    const { view } = shell;
    const final = finalStates(steps, view, outcome.readBack);
    view.settle(outcome.readBack);
    const disturbing = steps.some(
      ({ step }) =>
        step.type === 'command' ||
        (step.type === 'change' &&
          (step.change.id.kind === 'package' ||
            step.change.id.kind === 'user' ||
            step.change.id.kind === 'group')),
    );
    if (disturbing) shell.view.forget();
    this.target.forgetElsewhere(shell);
    this.target.changed = true;
    this.target.wrote = true;
    let after = state;
    const told = window.map((pending, index) => {
      const mine = steps.filter(({ of }) => of.task === index);
      const results = pending.predicted.map((predicted, item) =>
        itemWritten(
          predicted,
          mine.filter(({ of }) => of.item === item),
          { task: index, item },
          outcome,
          final,
          this.mask,
        ),
      );
      return { pending, mine, results };
    });
    for (const [index, { pending, mine, results }] of told.entries()) {
      if (results.some((result) => result === 'again')) {
        // A merged write failed and this task is not done: from here on each is written by itself, to see which one it is.
        this.mergeTasks = false;
        this.keepDone(told.slice(index + 1));
        shell.view.forget();
        return pending.before;
      }
      const concluded = this.conclude(pending, results as readonly ItemOutcome[]);
      this.tellConclusion(pending, concluded);
      const asPlanned =
        !mine.some(({ step }) => step.type === 'command') &&
        (results as readonly ItemOutcome[]).every(
          (result, at) => result.failed === pending.predicted[at]?.failed,
        );
      if (!asPlanned) {
        // Which one failed is known now.
        this.mergeTasks = true;
        this.keepDone(told.slice(index + 1));
        if (index < window.length - 1) shell.view.forget();
        return concluded.state;
      }
      after = state;
    }
    return after;
  }

  /** Keeps what tasks behind a failure came to, of those whose every change has been written nevertheless. */
  private keepDone(
    behind: readonly {
      readonly pending: Pending;
      readonly mine: readonly WindowStep[];
      readonly results: readonly (ItemOutcome | 'again')[];
    }[],
  ): void {
    for (const { pending, mine, results } of behind) {
      const predicted = results.flatMap((result) =>
        result === 'again' || result.failed !== false ? [] : [result],
      );
      if (predicted.length < results.length || (mine.length === 0 && pending.written !== true)) continue;
      if (mine.some(({ step }) => step.type !== 'change')) continue;
      const items = pending.items.map((item) =>
        item.plan.type === 'states' ? { ...item, plan: { ...item.plan, steps: [] } } : item,
      );
      this.done.set(pending.instruction, { ...pending, items, predicted, written: true });
    }
  }

  /** Tells a task in its place that was written already. */
  private retell(state: HostState, instruction: TaskInstruction, done: Pending, vars: HostVars): HostState {
    this.done.delete(instruction);
    const pending = { ...done, before: state, vars };
    const concluded = this.conclude(pending, pending.predicted);
    if (this.window.length === 0) this.tellConclusion(pending, concluded);
    else this.window.push(pending);
    return concluded.state;
  }

  /** Tasks that were written behind a failure which ended the host: what they did is told all the same. */
  private tellDone(): void {
    for (const pending of this.done.values())
      this.tellConclusion(pending, this.conclude(pending, pending.predicted));
    this.done.clear();
  }

  private readonly mask = (text: string): string => this.context.secrets.text(text);

  private windowSteps(pending: Pending, task: number): readonly WindowStep[] {
    const { keywords } = pending.instruction.task;
    return pending.items.flatMap((item, at): readonly WindowStep[] => {
      const common = { of: { task, item: at }, taskId: pending.ref.id, taskName: pending.ref.name };
      if (item.plan.type === 'states') return item.plan.steps.map((step) => ({ ...common, step }));
      if (item.plan.type !== 'command') return [];
      const evaluate = (value: Templated): Value =>
        this.context.templates.evaluate(value.value, item.scope, value.range);
      const environment: Record<string, string> = {};
      for (const entry of keywords.environment) {
        const evaluated = evaluate(entry);
        if (isMapping(evaluated))
          for (const [name, value] of Object.entries(evaluated)) environment[name] = plainText(value);
      }
      const undo: Shell | undefined =
        keywords.undo === undefined ? undefined : raw(plainText(evaluate(keywords.undo)));
      const touches = keywords.touches === undefined ? [] : this.touched(evaluate(keywords.touches));
      return [
        {
          ...common,
          step: {
            type: 'command',
            script: item.plan.command.script,
            shown: pending.hidden ? hiddenCommand : this.context.secrets.text(item.plan.command.shown),
            environment,
            touches,
            journalled: !declaresNoChange(pending.instruction.task),
            pauseSeconds: at > 0 ? (keywords.loopControl.pause ?? 0) : 0,
            ...(undo === undefined ? {} : { undo }),
          },
        },
      ];
    });
  }

  private touched(value: Value): readonly Change[] {
    return listOf(value).map((path) => {
      const from = this.windowShell?.view.state('file', plainText(path)) ?? { type: 'absent' as const };
      return {
        id: { kind: 'file', name: plainText(path) },
        from,
        to: from.type === 'absent' ? somethingThere : { type: 'absent' },
      };
    });
  }

  /** Files that a command of the task would touch and whose states are not read yet. */
  private unreadTouches(task: Task, items: readonly Item[], shell: TargetShell): readonly ReadRequest[] {
    const { touches } = task.keywords;
    if (touches === undefined) return [];
    const requests = items.flatMap(({ plan, scope }): readonly ReadRequest[] => {
      if (plan.type !== 'command') return [];
      const value = this.context.templates.evaluate(touches.value, scope, touches.range);
      if (isUnknown(value)) return [];
      return listOf(value).map((path) => ({ kind: 'file', name: plainText(path) }));
    });
    return shell.view.missing(requests);
  }

  /** Reads and loads what a task needs, and with it what the tasks behind it will need: one round trip for all. */
  private async provide(
    shell: TargetShell,
    outcome: Extract<TaskOutcome, { type: 'need' }>,
    state: HostState,
    task: Task,
    inputs: PlanInputs,
  ): Promise<void> {
    const reads: ReadRequest[] = [...outcome.reads];
    await this.load(outcome.sources, task);
    await this.lookAhead(shell, state, inputs, reads);
    const missing = shell.view.missing(reads);
    if (missing.length > 0) await shell.read(missing);
  }

  private async load(sources: readonly SourceRequest[], task: Task): Promise<void> {
    for (const source of sources) await this.context.sources.load(source, task);
  }

  /** Collects the reads of the tasks behind, up to the next barrier. What cannot be told yet is left for later. */
  private async lookAhead(
    shell: TargetShell,
    state: HostState,
    inputs: PlanInputs,
    reads: ReadRequest[],
  ): Promise<void> {
    const { instructions } = state.program;
    const end = Math.min(instructions.length, state.at + prefetchLimit);
    for (let at = state.at; at < end; at += 1) {
      const instruction = instructions[at];
      if (instruction?.type === 'include') return;
      if (instruction?.type !== 'task') continue;
      const { task, handler } = instruction;
      if (task.module.barrier && !inputs.checkMode) return;
      if (handler !== undefined && task.module.barrier) continue;
      const vars = this.taskVars(state, instruction);
      if (!this.sameShell(task, vars, shell)) continue;
      for (let round = 0; round < 2; round += 1) {
        const before = shell.view.checkpoint();
        let outcome: TaskOutcome;
        try {
          outcome = planTask(task, vars, inputs);
        } finally {
          shell.view.restore(before);
        }
        if (outcome.type !== 'need') break;
        reads.push(...outcome.reads);
        if (outcome.sources.length === 0) break;
        try {
          await this.load(outcome.sources, task);
        } catch (error) {
          if (!(error instanceof DiagnosticError)) throw error;
          break;
        }
      }
    }
  }

  private sameShell(task: Task, vars: HostVars, shell: TargetShell): boolean {
    if (task.keywords.delegateTo !== undefined) return false;
    try {
      return this.target.shell(this.become(task, vars)) === shell;
    } catch (error) {
      if (error instanceof RtprovError) return false;
      throw error;
    }
  }

  /** Tasks that must not share a window: delegated ones, run_once, and those that are repeated until something holds. */
  private async runAlone(state: HostState, instruction: TaskInstruction, vars: HostVars): Promise<HostState> {
    const { task } = instruction;
    const { templates } = this.context;
    try {
      const runOnce = flag(task.keywords.runOnce, vars, templates) ?? false;
      if (runOnce) {
        const shared = await this.play.coordinator.once(task.id, this.name, async () => {
          const concluded = await this.alone(state, instruction, vars);
          return { concluded: concluded.conclusion, vars: concluded.conclusion.state.vars };
        });
        if (shared.mine) return shared.value.concluded.state;
        return this.follow(state, instruction, shared.value.concluded);
      }
      return (await this.alone(state, instruction, vars)).conclusion.state;
    } catch (error) {
      return this.failTask(state, instruction, vars, error);
    }
  }

  /** Another host ran the task for all: its registered values and facts hold here too. */
  private follow(state: HostState, instruction: TaskInstruction, concluded: Conclusion): HostState {
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
      task: this.ref(instruction, vars),
      result: { failed: true },
      unreachable: false,
    }).state;
  }

  private async alone(
    state: HostState,
    instruction: TaskInstruction,
    vars: HostVars,
  ): Promise<{ readonly conclusion: Conclusion }> {
    const { task } = instruction;
    const { templates } = this.context;
    const delegate =
      task.keywords.delegateTo === undefined
        ? undefined
        : templates.evaluate(task.keywords.delegateTo.value, vars, task.keywords.delegateTo.range);
    const target =
      typeof delegate === 'string' && delegate !== this.name ? this.context.target(delegate) : this.target;
    return target.exclusive(async () => {
      const shell = target.shell(this.become(task, vars));
      if (target !== this.target) shell.view.forget();
      const own = this.windowShell;
      this.windowShell = shell;
      try {
        return { conclusion: await this.attempts(state, instruction, vars, shell) };
      } finally {
        this.windowShell = own;
      }
    });
  }

  private async attempts(
    state: HostState,
    instruction: TaskInstruction,
    vars: HostVars,
    shell: TargetShell,
  ): Promise<Conclusion> {
    const { task } = instruction;
    const { templates } = this.context;
    const number = (value: Templated | undefined, fallback: number): number => {
      const evaluated =
        value === undefined ? fallback : Number(templates.evaluate(value.value, vars, value.range));
      return Number.isFinite(evaluated) ? evaluated : fallback;
    };
    const attempts = task.keywords.until === undefined ? 1 : number(task.keywords.retries, 3) + 1;
    const delay = number(task.keywords.delay, 5);
    for (let attempt = 1; ; attempt += 1) {
      const { pending, outcomes, checkMode } = await this.attempt(state, instruction, vars, shell);
      const concluded = this.conclude(pending, outcomes);
      const done =
        task.keywords.until === undefined ||
        checkMode ||
        attempt >= attempts ||
        concluded.items.every(({ outcome, value }) => {
          if (outcome.skipped) return true;
          const names = task.keywords.register === undefined ? {} : { [task.keywords.register]: value };
          return (
            allHold(
              task.keywords.until ?? [],
              vars.with('registered', { ...(isMapping(value) ? value : {}), ...names }),
              templates,
            ).holds === true
          );
        });
      if (done) {
        const unmet = task.keywords.until !== undefined && !checkMode && attempt >= attempts && attempts > 1;
        const final = unmet
          ? this.conclude(
              pending,
              outcomes.map((outcome) => this.untilUnmet(task, outcome, vars, attempts)),
            )
          : concluded;
        this.tellConclusion(pending, final);
        return final;
      }
      shell.view.forget();
      await new Promise((resolve) => setTimeout(resolve, delay * 1000));
    }
  }

  private untilUnmet(task: Task, outcome: ItemOutcome, vars: HostVars, attempts: number): ItemOutcome {
    const names =
      task.keywords.register === undefined
        ? {}
        : {
            [task.keywords.register]: { ...outcome.result, changed: outcome.changed, failed: outcome.failed },
          };
    const held =
      outcome.skipped ||
      allHold(
        task.keywords.until ?? [],
        vars.with('registered', { ...outcome.result, ...names }),
        this.context.templates,
      ).holds === true;
    return held
      ? outcome
      : {
          ...outcome,
          failed: true,
          msg: outcome.msg ?? `until did not become true in ${attempts} attempts`,
          result: { ...outcome.result, attempts },
        };
  }

  /** Plans a task by itself, reads what that needs, and writes it by itself. */
  private async attempt(
    state: HostState,
    instruction: TaskInstruction,
    vars: HostVars,
    shell: TargetShell,
  ): Promise<{ pending: Pending; outcomes: readonly ItemOutcome[]; checkMode: boolean }> {
    const inputs = await this.inputs(shell, instruction.task, vars);
    let outcome = planTask(instruction.task, vars, inputs);
    while (outcome.type === 'need') {
      await this.load(outcome.sources, instruction.task);
      if (outcome.reads.length > 0) await shell.read(outcome.reads);
      outcome = planTask(instruction.task, vars, inputs);
    }
    const touched = this.unreadTouches(instruction.task, outcome.items, shell);
    if (touched.length > 0) await shell.read(touched);
    const pending = this.pend(state, instruction, vars, outcome, inputs.checkMode);
    if (inputs.checkMode && !outcome.items.some(({ plan }) => plan.type === 'controller'))
      return { pending, outcomes: pending.predicted, checkMode: true };
    const outcomes: ItemOutcome[] = [];
    const steps = this.windowSteps(pending, 0);
    if (steps.length > 0) {
      const written = await shell.write(steps, false);
      const final = finalStates(steps, shell.view, written.readBack);
      shell.view.forget();
      pending.predicted.forEach((predicted, item) => {
        const result = itemWritten(
          predicted,
          steps.filter(({ of }) => of.item === item),
          { task: 0, item },
          written,
          final,
          this.mask,
        );
        if (result === 'again') throw new Error('a window that is not merged tells every item');
        outcomes.push(result);
      });
      return { pending, outcomes, checkMode: inputs.checkMode };
    }
    for (const [at, item] of pending.items.entries())
      outcomes.push(await this.operateItem(pending, item, at, shell, inputs.checkMode));
    return { pending, outcomes, checkMode: inputs.checkMode };
  }

  /** Controller operations: what the engine itself does for a task. */
  private async operate(
    state: HostState,
    pending: Pending,
    shell: TargetShell,
    checkMode: boolean,
  ): Promise<HostState> {
    const outcomes: ItemOutcome[] = [];
    let vars = state.vars;
    let ended = false;
    for (const [at, item] of pending.items.entries()) {
      const outcome = await this.operateItem(pending, item, at, shell, checkMode);
      outcomes.push(outcome);
      const facts = outcome.result['ansible_facts'];
      if (isMapping(facts) && item.plan.type === 'controller') {
        const layer =
          item.plan.operation.op === 'include_vars'
            ? 'include-vars'
            : item.plan.operation.op === 'setup'
              ? 'facts'
              : 'set-fact';
        vars = vars.with(layer, facts);
      }
      ended ||= outcome.result['ends'] === 'host';
      if (outcome.result['ends'] === 'play') this.play.coordinator.endPlay();
    }
    const concluded = conclude(
      { ...state, vars },
      pending.instruction,
      pending.ref,
      outcomes,
      pending.looped,
      { templates: this.context.templates, scope: pending.vars, checkMode },
    );
    // A value that is only kept counts at once, but is told in its place among the tasks that wait for their window.
    if (this.window.length > 0)
      this.window.push({ ...pending, before: { ...state, vars }, predicted: outcomes });
    else this.tellConclusion(pending, concluded);
    return ended ? { ...concluded.state, ended: true } : concluded.state;
  }

  private async operateItem(
    pending: Pending,
    item: Item,
    at: number,
    shell: TargetShell,
    checkMode: boolean,
  ): Promise<ItemOutcome> {
    const predicted = pending.predicted[at];
    if (predicted === undefined) throw new Error('every item has a prediction');
    if (item.plan.type !== 'controller') return predicted;
    const began = performance.now();
    const done = await runOperation(item.plan.operation, {
      context: this.context,
      target: this.target,
      shell,
      host: this.name,
      vars: pending.vars,
      checkMode,
      task: pending.instruction.task,
      step: (what) =>
        this.context.emit({
          type: 'step_started',
          host: this.name,
          play: this.play.index,
          task: pending.ref,
          what,
        }),
    });
    return {
      ...predicted,
      ...done,
      item,
      diffs: [],
      warnings: [],
      actions: done.actions ?? [],
      notUndoable: [],
      seconds: (performance.now() - began) / 1000,
    };
  }

  private async inputs(shell: TargetShell, task: Task, vars: HostVars): Promise<PlanInputs> {
    const own = flag(task.keywords.checkMode, vars, this.context.templates);
    const diffs = flag(task.keywords.diff, vars, this.context.templates) ?? this.context.options.diff;
    return {
      templates: this.context.templates,
      view: shell.view,
      facts: await shell.targetFacts(false),
      checkMode: own ?? this.context.options.check,
      diffs,
      verbosity: this.context.options.verbosity,
      backupSuffix: this.context.backupSuffix,
      source: (request, asking) => this.context.sources.get(request, asking),
    };
  }

  private become(task: Task, vars: HostVars): BecomeOptions | undefined {
    return becomeOf(this.name, task.keywords, vars, this.context);
  }

  /** In check mode, what the packages of this task bring is there for the tasks behind it. */
  private overlayPackages(shell: TargetShell, pending: Pending): void {
    for (const { plan } of pending.items) {
      if (plan.type !== 'states') continue;
      const brought = new Map(
        plan.steps.flatMap((step) =>
          step.type === 'change' && step.change.id.kind === 'package'
            ? [[step.change.id.name, step.change]]
            : [],
        ),
      );
      if (brought.size === 0) continue;
      // Transactions of later tasks were looked at as well: only the one whose new packages are all of this task counts.
      for (const transaction of shell.view.transactions()) {
        if (
          transaction.changes.length > 0 &&
          transaction.changes.every(({ name }) => brought.has(name) || isPlannedAlready(shell, name))
        )
          overlayShipped(shell.view, transaction);
      }
    }
  }

  /** In check mode, what a command is declared to touch is unknown behind it, and nothing else is. */
  private overlayTouched(shell: TargetShell, pending: Pending): void {
    const { touches } = pending.instruction.task.keywords;
    if (touches === undefined) return;
    for (const { plan, scope } of pending.items) {
      if (plan.type !== 'command') continue;
      const reason = new Unknown(`\`${pending.hidden ? hiddenCommand : plan.command.shown}\` has not run`);
      for (const path of listOf(this.context.templates.evaluate(touches.value, scope, touches.range))) {
        shell.view.plan({ kind: 'file', name: plainText(path) }, reason);
      }
    }
  }

  private checkExpectation(pending: Pending): void {
    const expected = this.context.expected?.(this.name, pending.ref.id);
    if (expected === undefined) return;
    const actual = pending.predicted.flatMap((outcome) => outcome.diffs);
    const missing = actual.filter((diff) => !expected.some((entry) => planKey(entry) === planKey(diff)));
    const [first] = missing;
    if (first === undefined) return;
    throw new RtprovError(
      'PLAN_DRIFT',
      `${this.name} has drifted since the plan was made: "${pending.ref.name}" would now change ${first.resource} in another way`,
      {
        hint: 'Make a new plan with --check --plan FILE and look at it.',
      },
    );
  }

  private ref(instruction: TaskInstruction, vars: HostVars): TaskRef {
    const { task, handler } = instruction;
    let name = task.name ?? task.module.name;
    if (name.includes('{{')) {
      try {
        name = plainText(this.context.templates.evaluate(name, vars, task.range));
      } catch (error) {
        if (!(error instanceof DiagnosticError)) throw error;
      }
    }
    return {
      id: task.id,
      name: task.role === undefined ? name : `${task.role.name} : ${name}`,
      module: task.module.name,
      range: task.range,
      handler: handler !== undefined,
    };
  }

  /** An error that is not the module's: the connection, sudo, a missing source. */
  private failTask(
    state: HostState,
    instruction: TaskInstruction,
    vars: HostVars,
    error: unknown,
  ): HostState {
    if (error instanceof DiagnosticError) {
      const pending: Pending = {
        instruction,
        ref: this.ref(instruction, vars),
        before: state,
        vars,
        items: [],
        looped: false,
        hidden: false,
        predicted: [],
      };
      const item: Item = {
        scope: vars,
        plan: { type: 'failed', msg: diagnosticText(error.diagnostics), result: {} },
      };
      const concluded = this.conclude(pending, [
        predict(item, instruction.task, {
          blurred: undefined,
          hidden: false,
          checkMode: false,
          store: this.context.store,
        }),
      ]);
      this.tellConclusion(pending, concluded);
      return concluded.state;
    }
    throw error;
  }

  private tell(ref: TaskRef, status: 'failed' | 'skipped', fields: { readonly msg: string }): void {
    this.context.emit({
      type: 'task_result',
      host: this.name,
      play: this.play.index,
      task: ref,
      status,
      msg: fields.msg,
      diffs: [],
      actions: [],
      warnings: [],
      result: null,
      seconds: 0,
      notUndoable: [],
    });
  }

  private tellConclusion(pending: Pending, concluded: Conclusion): void {
    if (concluded.items.length === 0) {
      this.context.emit({
        type: 'task_result',
        host: this.name,
        play: this.play.index,
        task: pending.ref,
        status: 'skipped',
        msg: 'No items in the list',
        diffs: [],
        actions: [],
        warnings: [],
        notUndoable: [],
        seconds: 0,
        result: registeredLoop([]),
      });
      this.context.count(this.name, ['skipped']);
      return;
    }
    for (const { outcome, status, value, msg } of concluded.items) {
      this.context.emit(
        this.context.secrets.json({
          type: 'task_result' as const,
          host: this.name,
          play: this.play.index,
          task: pending.ref,
          ...(outcome.item.label === undefined
            ? {}
            : { item: pending.hidden ? '(hidden)' : outcome.item.label }),
          status,
          ...(msg === undefined ? {} : { msg: pending.hidden ? 'hidden: no_log' : msg }),
          ...(outcome.reason === undefined ? {} : { reason: outcome.reason }),
          diffs: outcome.diffs,
          actions: pending.hidden ? outcome.actions.map(() => '(hidden: no_log)') : outcome.actions,
          warnings: outcome.warnings,
          result: pending.hidden ? { censored: 'hidden: no_log' } : value,
          seconds: outcome.seconds,
          notUndoable: outcome.notUndoable,
        }),
      );
    }
    this.context.count(
      this.name,
      concluded.items.map(({ status }) => status),
    );
    if (concluded.failed)
      this.play.coordinator.taskFailed(this.name, pending.instruction.task, concluded.state.ended);
  }
}

/**
 * What a command leaves at the files that it touches is not known before. Journalled as if it took away what is there, the
 * old bytes are kept, and undo puts them over whatever is there then; journalled as if it made something, undo removes that.
 */
const somethingThere: State = { type: 'link', target: '?', owner: 'root', group: 'root' };

/** An earlier task of the plan installs it. */
function isPlannedAlready(shell: TargetShell, name: string): boolean {
  const state = shell.view.peek({ kind: 'package', name });
  return state !== undefined && !isUnknown(state) && (state as PackageState).version !== undefined;
}

function listOf(value: Value): readonly Value[] {
  return Array.isArray(value) ? (value as readonly Value[]) : [value];
}

function fileChanges(items: readonly Item[]): readonly Change<'file'>[] {
  return items.flatMap(({ plan }) =>
    plan.type === 'states'
      ? plan.steps.flatMap((step) =>
          step.type === 'change' && step.change.id.kind === 'file' ? [step.change as Change<'file'>] : [],
        )
      : [],
  );
}

/**
 * Does it change whose name files show: by removing an account, by giving it another number or primary group (usermod(8)), or by
 * making one with a number that files bear already?
 */
function changesNames(items: readonly Item[], view: PlanView): boolean {
  return items.some(
    ({ plan }) =>
      plan.type === 'states' &&
      plan.steps.some((step) => {
        if (step.type !== 'change' || (step.change.id.kind !== 'user' && step.change.id.kind !== 'group'))
          return false;
        const { from, to } = step.change as Change<'user'> | Change<'group'>;
        const names = (state: UserState & GroupState): string =>
          JSON.stringify([state.exists, state.uid, state.gid, state.group]);
        const id = 'uid' in to ? to.uid : 'gid' in to ? to.gid : undefined;
        return from.exists ? names(from) !== names(to) : id !== undefined && view.readOwner(String(id));
      }),
  );
}

/** What a resource is to be at a window's end: as its last change says, and as it will show by then. */
function stepsOf(pending: Pending): readonly { readonly step: WindowStep['step'] }[] {
  return pending.items.flatMap(({ plan }) =>
    plan.type === 'states' ? plan.steps.map((step) => ({ step })) : [],
  );
}

function whatOf(steps: readonly WindowStep[]): string {
  const changes = steps.filter(({ step }) => step.type === 'change').length;
  const commands = steps.flatMap(({ step }) => (step.type === 'command' ? [step.shown] : []));
  const parts = [...(changes > 0 ? [`${changes} change${changes === 1 ? '' : 's'}`] : []), ...commands];
  return parts.length === 0 ? 'actions' : parts.join(', ');
}

/** Sorts by time, to the millisecond: of two runs in one second the later is undone first. */
export function newRunId(now: Date): string {
  return `${now.toISOString().replace(/[-:]/g, '')}-${randomBytes(3).toString('hex')}`;
}
