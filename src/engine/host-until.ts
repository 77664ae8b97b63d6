/** A task by itself: planned, read for and written, again and again until its `until` holds. */
import type { HostVars } from '../inventory/host-vars.js';
import type { Task, Templated } from '../playbook/model.js';
import type { Templates } from '../template/engine.js';
import { isMapping } from '../values/value.js';
import { loadSources } from './host-lookahead.js';
import { operateItem } from './host-operations.js';
import type { HostState } from './host-state.js';
import { concludePending, owedBy, pend, type Pending } from './pending.js';
import type { Conclusion, ItemOutcome } from './plan-conclude.js';
import { allHold } from './plan-conditions.js';
import { planTask } from './plan-task.js';
import { unreadTouches } from './plan-touches.js';
import { windowSteps } from './plan-window-steps.js';
import { finalStates, itemWritten } from './plan-written.js';
import { planInputs, type PlayHost } from './play-host.js';
import type { TaskInstruction } from './program.js';
import type { TargetShell } from './target-shell.js';
import { tellConclusion } from './tell.js';

export async function runAttempts(
  host: PlayHost,
  state: HostState,
  instruction: TaskInstruction,
  vars: HostVars,
  shell: TargetShell,
): Promise<Conclusion> {
  const { task } = instruction;
  const { templates } = host.context;
  const number = (value: Templated | undefined, fallback: number): number => {
    const evaluated =
      value === undefined ? fallback : Number(templates.evaluate(value.value, vars, value.range));
    return Number.isFinite(evaluated) ? evaluated : fallback;
  };
  const most = task.keywords.until === undefined ? 1 : number(task.keywords.retries, 3) + 1;
  const delay = number(task.keywords.delay, 5);
  for (let made = 1; ; made += 1) {
    const { pending, outcomes, checkMode } = await attempt(host, state, instruction, vars, shell);
    const concluded = concludePending(host, pending, outcomes);
    const done =
      task.keywords.until === undefined ||
      checkMode ||
      made >= most ||
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
      const unmet = task.keywords.until !== undefined && !checkMode && made >= most && most > 1;
      const final = unmet
        ? concludePending(
            host,
            pending,
            outcomes.map((outcome) => untilUnmet(templates, task, outcome, vars, most)),
          )
        : concluded;
      tellConclusion(host, pending, final);
      return final;
    }
    shell.view.forget();
    await new Promise((resolve) => setTimeout(resolve, delay * 1000));
  }
}

function untilUnmet(
  templates: Templates,
  task: Task,
  outcome: ItemOutcome,
  vars: HostVars,
  attempts: number,
): ItemOutcome {
  const names =
    task.keywords.register === undefined
      ? {}
      : {
          [task.keywords.register]: { ...outcome.result, changed: outcome.changed, failed: outcome.failed },
        };
  const held =
    outcome.skipped ||
    allHold(task.keywords.until ?? [], vars.with('registered', { ...outcome.result, ...names }), templates)
      .holds === true;
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
async function attempt(
  host: PlayHost,
  state: HostState,
  instruction: TaskInstruction,
  vars: HostVars,
  shell: TargetShell,
): Promise<{ pending: Pending; outcomes: readonly ItemOutcome[]; checkMode: boolean }> {
  const inputs = await planInputs(host, shell, instruction.task, vars);
  let outcome = planTask(instruction.task, vars, inputs);
  while (outcome.type === 'need') {
    await loadSources(host, outcome.sources, instruction.task);
    if (outcome.reads.length > 0) await shell.read(outcome.reads);
    outcome = planTask(instruction.task, vars, inputs);
  }
  const touched = unreadTouches(instruction.task, outcome.items, shell.view, inputs.templates);
  if (touched.length > 0) await shell.read(touched);
  const pending = pend(host, state, instruction, vars, outcome, inputs.checkMode);
  if (inputs.checkMode && !outcome.items.some(({ plan }) => plan.type === 'controller'))
    return { pending, outcomes: pending.predicted, checkMode: true };
  const outcomes: ItemOutcome[] = [];
  const mask = (text: string): string => host.context.secrets.text(text);
  const steps = windowSteps(pending, 0, shell.view, inputs.templates, mask);
  if (steps.length > 0) {
    // Handlers are the host's own: a delegate does not owe them.
    const owed = instruction.task.keywords.delegateTo === undefined ? owedBy(host, [pending]) : [];
    const written = await shell.write(steps, false, owed);
    const final = finalStates(steps, shell.view, written.readBack);
    shell.view.forget();
    pending.predicted.forEach((predicted, item) => {
      const result = itemWritten(
        predicted,
        steps.filter(({ of }) => of.item === item),
        { task: 0, item },
        written,
        final,
        mask,
      );
      if (result === 'again') throw new Error('a window that is not merged tells every item');
      outcomes.push(result);
    });
    return { pending, outcomes, checkMode: inputs.checkMode };
  }
  for (const [at, item] of pending.items.entries())
    outcomes.push(await operateItem(host, pending, item, at, shell, inputs.checkMode));
  return { pending, outcomes, checkMode: inputs.checkMode };
}
