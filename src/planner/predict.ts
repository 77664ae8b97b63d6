/** The result of an item of a task when everything goes as planned: the result of a plan, and of a run that goes well. */
import type { RemoteCommand } from '../modules/core/module.js';
import type { Task } from '../playbook/read/model.js';
import { keyOf, type ContentStore } from '../resources/resource.js';
import { plainText, Unknown, type Value } from '../values/value.js';
import { resourceDiff } from './conclude.js';
import type { ItemOutcome } from './outcome.js';
import type { Item } from './item.js';

/** What is shown of a command of a no_log task, in the journal too. */
export const hiddenCommand = '(hidden: no_log)';

/** `changed_when: false`: the command is declared to change nothing. */
export function declaresNoChange(task: Task): boolean {
  return (
    task.keywords.changedWhen?.some(
      (condition) => condition.value === false || condition.value === 'false',
    ) === true
  );
}

/** What a person sees: the module's message, else the one in its result. */
function messageIn(
  msg: string | undefined,
  result: Readonly<Record<string, Value>>,
): { readonly msg?: string } {
  const said = result['msg'];
  if (msg !== undefined) return { msg };
  return typeof said === 'string' ? { msg: said } : {};
}

/** Can what a command of the task does be undone, or does it do nothing? */
function undoable(task: Task): boolean {
  return task.keywords.undo !== undefined || task.keywords.touches !== undefined || declaresNoChange(task);
}

/** The command of a task of which it is not known whether it runs, or with what: as it is written. */
function commandText({ module, args }: Task): string | undefined {
  if (module.freeForm !== 'cmd') return undefined;
  const value = (args['cmd'] ?? args['argv'])?.value;
  if (Array.isArray(value)) return value.map((word) => plainText(word as Value)).join(' ');
  return value === undefined ? module.name : plainText(value);
}

type Nothing = Pick<ItemOutcome, 'item' | 'diffs' | 'actions' | 'warnings' | 'notUndoable' | 'seconds'>;

/** A command of a task with `check_mode: true`: what Ansible registers of it. The next run skips it as the plan does. */
function commandNotRun(none: Nothing, command: RemoteCommand): ItemOutcome {
  if (command.inCheckMode === 'nothing')
    return { ...none, changed: false, failed: false, skipped: true, result: {} };
  const changed = command.inCheckMode === 'changed';
  const msg = 'Command would have run if not in check mode';
  const { result } = command.result({
    status: 0,
    stdout: Buffer.alloc(0),
    stderr: Buffer.alloc(0),
    seconds: 0,
  });
  const registered = { ...result, delta: null, start: null, end: null, msg };
  return { ...none, changed, failed: false, skipped: !changed, msg, result: registered };
}

/** What is not known in a run is a failure, and not something that may have happened. */
function unknownInRun(none: Nothing, reason: string, checkMode: boolean): ItemOutcome {
  const msg = checkMode ? `not done in check mode: ${reason}` : `it is not known what to do: ${reason}`;
  return { ...none, changed: false, failed: !checkMode, skipped: checkMode, msg, result: { msg } };
}

/** What of a task's surroundings decides how an item of it ends. */
interface Around {
  /** Why what a task sees of its machine is a guess; undefined when it is not. */
  readonly uncertain: string | undefined;
  readonly hidden: boolean;
  readonly checkMode: boolean;
  /** In a run that acts nothing is unknown: what a task with `check_mode` does not do is skipped, as in Ansible. */
  readonly real: boolean;
  /** Its task has `check_mode: true`: nothing of it is done, in a check as in a run. */
  readonly dry: boolean;
  readonly store: ContentStore;
  /** With `--plan`, what makes digests of what is hidden. */
  readonly planKey: Buffer | undefined;
}

type PlanOf<T extends Item['plan']['type']> = Extract<Item['plan'], { readonly type: T }>;

/** The result of an item if everything goes as planned. */
export function predict(item: Item, task: Task, around: Around): ItemOutcome {
  const none = { item, diffs: [], actions: [], warnings: [], notUndoable: [], seconds: 0 };
  const { plan } = item;
  switch (plan.type) {
    case 'skipped':
      return { ...none, changed: false, failed: false, skipped: true, msg: plan.msg, result: plan.result };
    case 'failed':
      return { ...none, changed: false, failed: true, skipped: false, msg: plan.msg, result: plan.result };
    case 'unknown':
      return around.real
        ? unknownInRun(none, plan.reason, around.checkMode)
        : unknownInCheck(none, plan, task, around);
    case 'command':
      return around.dry ? commandNotRun(none, plan.command) : commandToRun(none, plan, task, around);
    case 'controller':
      return { ...none, changed: false, failed: false, skipped: false, result: {} };
    case 'states':
      return statesReached(none, plan, around);
  }
}

function unknownInCheck(
  none: Nothing,
  { reason, resources }: PlanOf<'unknown'>,
  task: Task,
  { hidden }: Around,
): ItemOutcome {
  const fields = [{ field: 'state', before: undefined, after: `(unknown: ${reason})` }];
  const diffs = resources.map((id) => ({
    resource: keyOf(id),
    diff: { type: 'fields' as const, fields },
  }));
  const unknown = new Unknown(reason);
  const command = undoable(task) ? undefined : commandText(task);
  const notUndoable =
    command === undefined ? [] : [`\`${hidden ? hiddenCommand : command}\`: its task has no undo`];
  return {
    ...none,
    changed: unknown,
    failed: unknown,
    skipped: false,
    reason,
    result: {},
    diffs,
    notUndoable,
  };
}

function commandToRun(
  none: Nothing,
  { command }: PlanOf<'command'>,
  task: Task,
  { hidden, checkMode }: Around,
): ItemOutcome {
  const shown = hidden ? hiddenCommand : command.shown;
  const reason = `\`${shown}\` has not run`;
  return {
    ...none,
    changed: new Unknown(reason),
    failed: new Unknown(reason),
    skipped: false,
    result: {},
    actions: [shown],
    ...(checkMode ? { reason } : {}),
    notUndoable: undoable(task) ? [] : [`\`${shown}\`: its task has no undo`],
  };
}

function statesReached(
  none: Nothing,
  plan: PlanOf<'states'>,
  { hidden, checkMode, store, planKey, uncertain }: Around,
): ItemOutcome {
  const changes = plan.steps.filter((step) => step.type === 'change');
  const actions = plan.steps.filter((step) => step.type === 'action');
  const diffs = changes.map((step) => resourceDiff(step.change, store, hidden, planKey));
  const guess = checkMode && plan.looked ? uncertain : undefined;
  return {
    ...none,
    changed: changes.length > 0 || actions.some((action) => action.quiet !== true),
    failed: false,
    skipped: false,
    result: plan.result,
    diffs,
    actions: actions.map((action) => action.label),
    warnings: plan.warnings,
    notUndoable: diffs.flatMap((diff) =>
      diff.notUndoable === undefined ? [] : [`${diff.resource}: ${diff.notUndoable}`],
    ),
    ...messageIn(plan.msg, plan.result),
    ...(guess === undefined
      ? {}
      : { reason: `if ${guess.replace(' has not run', '')} changes nothing here` }),
  };
}
