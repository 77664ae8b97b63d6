/**
 * What a task came to on a host: changed_when, failed_when, register, notify, ignore_errors, and where the host goes
 * on. The same function serves the plan (predicted results) and the run (real ones).
 */
import { createHash, createHmac } from 'node:crypto';
import { DiagnosticError } from '../diagnostics/diagnostic.js';
import { diagnosticText } from '../diagnostics/text.js';
import type { HostVars } from '../inventory/host-vars.js';
import { resolveNotify } from '../playbook/names/notify.js';
import type { Task } from '../playbook/read/model.js';
import type { Change, ContentStore, StateDiff } from '../resources/resource.js';
import { keyOf } from '../resources/resource.js';
import { kindOf } from '../resources/registry.js';
import { stateLine } from '../resources/lib/whole.js';
import { layeredScope, scopeOf, type Scope } from '../template/runtime/scope.js';
import type { Templates } from '../template/engine.js';
import { isMapping, isUnknown, plainText, Unknown, UnknownMapping, type Value } from '../values/value.js';
import { fail, next, ownName, type HostState } from './host-state.js';
import { allHold, flag } from './conditions.js';
import {
  hiddenDiff,
  keyedDigest,
  type ItemOutcome,
  type ResourceDiff,
  type TaskRef,
  type TaskStatus,
} from './outcome.js';
import { isTimedOut } from './limit.js';
import { registered, registeredLoop } from './registered.js';
import { commandFailure } from './failure/why.js';
import type { Enclosing } from './program.js';

export interface ConcludedItem {
  readonly outcome: ItemOutcome;
  readonly status: TaskStatus;
  readonly value: Value;
  readonly msg?: string;
  /** In check mode, why all that is planned after it on the same machine is a guess. */
  readonly makesUncertain?: string;
}

export interface Conclusion {
  readonly state: HostState;
  readonly items: readonly ConcludedItem[];
  readonly failed: boolean;
}

/** The steps of those items that have changed nothing, as their task judges it; one that failed may have. */
export function unchangedBy<T extends { readonly of: { readonly item: number } }>(
  { items }: Conclusion,
  steps: readonly T[],
): readonly T[] {
  return steps.filter(({ of }) => {
    const status = items[of.item]?.status;
    return status === 'ok' || status === 'skipped';
  });
}

/** Fields that depend on whether texts are compared. */
const ofBytes: ReadonlySet<string> = new Set(['sha256', 'size']);

/** `key`: of what is hidden, so that nobody without it can try what the change may be. */
function changeDigest(change: Change, diff: StateDiff, key?: Buffer): string {
  const fields = diff.fields.filter(({ field }) => !ofBytes.has(field));
  const { id, from, to } = change;
  const text = JSON.stringify([keyOf(id), stateLine(change, from), stateLine(change, to), fields]);
  return key === undefined
    ? createHash('sha256').update(text).digest('hex')
    : `${keyedDigest}${createHmac('sha256', key).update(text).digest('hex')}`;
}

/** `planKey`: with `--plan`, the controller's key for what is hidden. */
export function resourceDiff(
  change: Change,
  store: ContentStore,
  hidden: boolean,
  planKey: Buffer | undefined,
): ResourceDiff {
  const kind = kindOf(change.id.kind);
  const notUndoable = kind.notUndoable?.(change);
  const diff = kind.diff(change, store);
  const digest = hidden
    ? planKey === undefined
      ? undefined
      : changeDigest(change, diff, planKey)
    : changeDigest(change, diff);
  return {
    resource: keyOf(change.id),
    diff: hidden ? hiddenDiff : diff,
    ...(digest === undefined ? {} : { digest }),
    ...(notUndoable === undefined ? {} : { notUndoable }),
  };
}

/** Applies failed_when and changed_when to one item. */
function judge(task: Task, outcome: ItemOutcome, templates: Templates): ItemOutcome {
  const { changedWhen, failedWhen } = task.keywords;
  if (
    outcome.skipped ||
    outcome.unreachable === true ||
    isTimedOut(outcome) ||
    (changedWhen === undefined && failedWhen === undefined)
  )
    return outcome;
  const value =
    outcome.reason === undefined ? registered(outcome, outcome.result) : new Unknown(outcome.reason);
  const names = task.keywords.register === undefined ? {} : { [task.keywords.register]: value };
  const own = isMapping(value) ? value : {};
  const scope: Scope = layeredScope([scopeOf({ ...own, ...names }, false), outcome.item.scope]);
  try {
    let { failed, changed, msg, result } = outcome;
    if (failedWhen !== undefined) {
      failed = allHold(failedWhen, scope, templates).holds;
      result = { ...result, failed_when_result: failed };
      if (failed === true && outcome.failed !== true) {
        const why = `failed_when is true: ${failedWhen.map((condition) => String(condition.value)).join(' and ')}`;
        const { plan } = outcome.item;
        msg =
          plan.type === 'command' ? commandFailure(why, plan.command.shown, outcome.result) : (msg ?? why);
      }
      // What did not succeed but does not matter is not reported.
      if (failed === false && outcome.failed === true) msg = undefined;
    }
    if (changedWhen !== undefined) changed = allHold(changedWhen, scope, templates).holds;
    const { msg: _, ...rest } = outcome;
    return { ...rest, failed, changed, result, ...(msg === undefined ? {} : { msg }) };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { ...outcome, failed: true, msg: diagnosticText(error.diagnostics) };
  }
}

function statusOf(outcome: ItemOutcome, ignored: boolean, rescued: boolean): TaskStatus {
  if (outcome.unreachable === true) return ignored ? 'ignored' : 'unreachable';
  if (outcome.skipped) return 'skipped';
  if (outcome.failed === true) return ignored ? 'ignored' : rescued ? 'rescued' : 'failed';
  if (outcome.reason !== undefined) {
    // A command that declares that it changes nothing is not a change that may come.
    return outcome.item.plan.type === 'command' && outcome.changed === false ? 'ok' : 'unknown';
  }
  if (isUnknown(outcome.failed) || isUnknown(outcome.changed)) return 'unknown';
  return outcome.changed ? 'changed' : 'ok';
}

export function conclude(
  state: HostState,
  instruction: { readonly task: Task; readonly enclosing: Enclosing | undefined; readonly handler?: number },
  ref: TaskRef,
  outcomes: readonly ItemOutcome[],
  looped: boolean,
  inputs: { readonly templates: Templates; readonly scope: Scope; readonly checkMode: boolean },
): Conclusion {
  const { task, handler } = instruction;
  const { templates } = inputs;
  const judged = outcomes.map((outcome) => judge(task, outcome, templates));
  const values = judged.map((outcome) =>
    outcome.reason !== undefined
      ? new UnknownMapping(outcome.reason)
      : registered(
          {
            changed: outcome.changed,
            failed: outcome.failed,
            skipped: outcome.skipped,
            ...(outcome.msg === undefined ? {} : { msg: outcome.msg }),
          },
          outcome.result,
        ),
  );
  const value = looped
    ? registeredLoop(judged.map((outcome, index) => ({ value: values[index] ?? null, item: outcome.item })))
    : (values[0] ?? { changed: false, failed: false, skipped: true, msg: 'No items in the list' });
  let vars: HostVars = state.vars;
  if (task.keywords.register !== undefined)
    vars = vars.with('registered', { [task.keywords.register]: value });
  const unreachable = judged.some((outcome) => outcome.unreachable === true);
  const failing = unreachable || judged.some((outcome) => outcome.failed === true);
  const ignored =
    failing &&
    (flag(
      unreachable ? task.keywords.ignoreUnreachable : task.keywords.ignoreErrors,
      inputs.scope,
      templates,
    ) ??
      false);
  const notified = new Set(state.notified);
  if (handler !== undefined) notified.delete(handler);
  const changed =
    judged.some((outcome) => outcome.changed === true || isUnknown(outcome.changed)) && !failing;
  if (changed)
    for (const topic of task.keywords.notify) notify(topic, state, inputs.scope, templates, notified);
  const common: Partial<HostState> = { vars, notified };
  let rescued = false;
  let after = next(state, common);
  if (failing && !ignored) {
    const led = fail({ ...state, ...common }, instruction.enclosing, {
      task: ref,
      name: ownName(ref, task),
      result: value,
      unreachable,
    });
    after = led.state;
    rescued = led.rescued;
  }
  return {
    state: after,
    failed: failing && !ignored,
    items: judged.map((outcome, index) => ({
      outcome,
      status: statusOf(outcome, ignored, rescued),
      value: values[index] ?? null,
      ...(outcome.msg === undefined ? {} : { msg: outcome.msg }),
      ...(inputs.checkMode && makesUncertain(task, outcome) ? { makesUncertain: outcome.reason } : {}),
    })),
  };
}

/** A command that would run, may change anything, and does not say what. */
function makesUncertain(
  task: Task,
  outcome: ItemOutcome,
): outcome is ItemOutcome & { readonly reason: string } {
  const { plan } = outcome.item;
  return (
    (plan.type === 'command' || (plan.type === 'unknown' && plan.acts === true)) &&
    outcome.reason !== undefined &&
    outcome.changed !== false &&
    task.keywords.touches === undefined
  );
}

/** Handlers' names may hold templates; their result is what is notified. */
function notify(
  topic: { readonly value: string },
  state: HostState,
  scope: Scope,
  templates: Templates,
  notified: Set<number>,
): void {
  const evaluated = templates.evaluate(topic.value, scope);
  const { handlers } = state.program;
  const named = handlers.map((handler) =>
    handler.name?.includes('{{') === true
      ? { ...handler, name: plainText(templates.evaluate(handler.name, scope)) }
      : handler,
  );
  for (const name of Array.isArray(evaluated) ? (evaluated as readonly Value[]) : [evaluated]) {
    for (const handler of resolveNotify(named, plainText(name))) notified.add(named.indexOf(handler));
  }
}
