/** Tasks of one host that are planned and wait to be written together. */
import type { RtprovError } from '../../diagnostics/diagnostic.js';
import { kindOf } from '../../resources/registry.js';
import { keyOf } from '../../resources/resource.js';
import type { Vars } from '../../values/value.js';
import { failTask } from './fail-task.js';
import { hostError, isUnreachable } from './error.js';
import type { HostState } from '../../planner/host-state.js';
import { ignoresUnreachable, unreachableOutcome } from './unreachable.js';
import { concludePending, hasSteps, owedBy, type Pending } from './pending.js';
import { unchangedBy, type Conclusion } from '../../planner/conclude.js';
import type { ItemOutcome } from '../../planner/outcome.js';
import type { Item } from '../../planner/item.js';
import type { WindowOutcome } from '../window/script.js';
import { summary, windowSteps, type WindowStep } from '../window/steps.js';
import { driftedChanges, driftedOutcome, finalStates, itemWritten } from '../window/written.js';
import type { PlayHost } from './play-host.js';
import type { TargetShell } from '../target/target-shell.js';
import { reportConclusion } from './report-task.js';

export class HostWindow {
  private mergeTasks = true;
  /** Resources that somebody else changed while they waited to be written with others': their tasks fail, and do not read them again. */
  private drifted = new Set<string>();
  private pending: Pending[] = [];
  private shell: TargetShell | undefined;
  /** The error that a window could not be written by. */
  lostBy: unknown;

  constructor(private readonly host: PlayHost) {}

  get isEmpty(): boolean {
    return this.pending.length === 0;
  }

  /** What waits to be written. */
  get items(): readonly Item[] {
    return this.pending.flatMap(({ items, checkMode }) => (checkMode ? [] : items));
  }

  /** Is another shell to write it? */
  belongsElsewhere(shell: TargetShell): boolean {
    return !this.isEmpty && this.shell !== shell;
  }

  /** Does what waits to be written end the host when it cannot be reached, and the task after it does not; or the other way round? */
  mixes(ignores: boolean): boolean {
    return this.pending.some((pending) => hasSteps(pending) && this.ignores(pending) !== ignores);
  }

  private ignores({ instruction, vars }: Pending): boolean {
    return ignoresUnreachable(this.host, instruction.task, vars);
  }

  add(pending: Pending, shell: TargetShell): void {
    this.pending.push(pending);
    this.shell = shell;
  }

  /** Reports a task that needs no writing in its place after those that wait. */
  reportAfterWaiting(pending: Pending, concluded: Conclusion): void {
    if (this.isEmpty) reportConclusion(this.host, pending, concluded);
    else this.pending.push(pending);
  }

  /**
   * Writes the window. Gives back `state` itself when there was nothing to do or all went as planned without a
   * command; otherwise the state from which the host goes on.
   */
  async flush(state: HostState): Promise<HostState> {
    const { pending: waiting, shell, host } = this;
    const { context } = host;
    this.pending = [];
    const [first] = waiting;
    if (first === undefined || shell === undefined) return state;
    const last = waiting.findIndex((pending) => this.driftedItems(pending).length > 0);
    const window = last < 0 ? waiting : waiting.slice(0, last + 1);
    const steps = window
      .flatMap((pending, at) => windowSteps(pending, at, shell.view, context.templates, this.mask))
      .filter(({ of }) => of.task !== last || !this.driftedItems(waiting[last]).includes(of.item));
    if (steps.length === 0) {
      let after = state;
      for (const pending of window) after = this.reportUnwritten(pending) ?? after;
      if (last >= 0) shell.view.forget();
      return after;
    }
    context.emit({
      type: 'step_started',
      host: host.name,
      play: host.play.index,
      ...(window.length === 1 ? { task: first.ref } : {}),
      what: summary(steps),
    });
    let written: WindowOutcome;
    try {
      written = await host.target.write(host.name, shell, {
        steps,
        mergeTasks: this.mergeTasks,
        owed: owedBy(host, window),
      });
    } catch (raised) {
      const error = hostError(raised);
      shell.view.forget();
      if (isUnreachable(error)) return this.unreachable(window, steps, error);
      return failTask(host, first.before, first.instruction, first.vars, error);
    }
    return this.written(state, window, steps, shell, written);
  }

  /**
   * The host was lost while the window was written. Where that is ignored, all of it is reported as unreachable and none is done
   * again: a command may have run. Handlers stay notified, since what they wait for may have been written.
   */
  private unreachable(
    window: readonly Pending[],
    steps: readonly WindowStep[],
    error: RtprovError,
  ): HostState {
    const wrote = (at: number): boolean => steps.some(({ of }) => of.task === at);
    if (window.some((pending, at) => wrote(at) && !this.ignores(pending))) {
      this.lostBy = error;
      throw error;
    }
    this.host.target.lost();
    let after: HostState | undefined;
    let results: Vars = {};
    for (const [at, pending] of window.entries()) {
      const outcomes = pending.predicted.map((predicted) =>
        wrote(at) && !predicted.skipped ? unreachableOutcome(predicted.item, error) : predicted,
      );
      const concluded = concludePending(this.host, pending, outcomes);
      reportConclusion(this.host, pending, concluded);
      const { register } = pending.instruction.task.keywords;
      const value = register === undefined ? undefined : concluded.state.vars.lookup(register)?.value;
      if (register !== undefined && value !== undefined) results = { ...results, [register]: value };
      const owed = concludePending(this.host, pending, pending.predicted).state.notified;
      after = { ...concluded.state, notified: owed };
    }
    if (after === undefined) throw error;
    return { ...after, vars: after.vars.with('registered', results) };
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
        (step.type === 'change' && kindOf(step.change.id.kind).forgetAfter === true),
    );
    if (disturbing) shell.view.forget();
    const ended = window.map((pending, index) => {
      const mine = steps.filter(({ of }) => of.task === index);
      const results = pending.predicted.map((predicted, item) =>
        itemWritten(
          predicted,
          mine.filter(({ of }) => of.item === item),
          { task: index, item },
          outcome,
          final,
        ),
      );
      return { pending, mine, results: this.withDrift(pending, results) };
    });
    this.drifted = new Set([...this.drifted, ...outcome.drifted]);
    for (const [index, { pending, mine, results }] of ended.entries()) {
      if (results.some((result) => result === 'again')) {
        // A merged write failed and this task is not done: from here on each is written by itself, to see which one it is.
        this.mergeTasks = false;
        shell.view.forget();
        return pending.before;
      }
      const concluded = concludePending(this.host, pending, results as readonly ItemOutcome[]);
      reportConclusion(this.host, pending, concluded);
      shell.leftNothing.judged(unchangedBy(concluded, mine));
      const drifted = this.forgetDrift(pending);
      const asPlanned =
        !mine.some(({ step }) => step.type === 'command') &&
        (results as readonly ItemOutcome[]).every(
          (result, at) => result.failed === pending.predicted[at]?.failed,
        );
      if (!asPlanned) {
        // Which one failed is known now.
        this.mergeTasks = true;
        if (drifted || index < window.length - 1) shell.view.forget();
        return concluded.state;
      }
    }
    return state;
  }

  /** Places of the items whose resources have drifted. */
  private driftedItems(pending: Pending | undefined): readonly number[] {
    if (pending === undefined || pending.checkMode || this.drifted.size === 0) return [];
    return pending.items.flatMap((item, at) => (driftedChanges(item, this.drifted).length > 0 ? [at] : []));
  }

  private withDrift<T extends ItemOutcome | 'again'>(
    pending: Pending,
    results: readonly T[],
  ): readonly (T | ItemOutcome)[] {
    const places = this.driftedItems(pending);
    if (places.length === 0) return results;
    return results.map((result, at) => {
      const predicted = pending.predicted[at];
      if (predicted === undefined || !places.includes(at)) return result;
      return driftedOutcome(predicted, driftedChanges(predicted.item, this.drifted));
    });
  }

  /** It was reported: who tries once more reads again. Was there anything to report? */
  private forgetDrift({ items }: Pending): boolean {
    const drifted = items.flatMap((item) => driftedChanges(item, this.drifted));
    for (const { id } of drifted) this.drifted.delete(keyOf(id));
    return drifted.length > 0;
  }

  /** Reports a task of which nothing was written; gives the state after it when that is not what was planned. */
  private reportUnwritten(pending: Pending): HostState | undefined {
    const results = this.withDrift(pending, pending.predicted);
    const asPlanned = this.driftedItems(pending).length === 0;
    const concluded = concludePending(this.host, pending, results);
    reportConclusion(this.host, pending, concluded);
    this.forgetDrift(pending);
    return asPlanned ? undefined : concluded.state;
  }

  private readonly mask = (text: string): string => this.host.context.secrets.text(text);
}
