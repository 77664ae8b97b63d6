/** How the items of a window really ended, from what its script answered and what was read back. Pure. */
import type { CommandResult, RemoteCommand } from '../../modules/core/module.js';
import { kindOf } from '../../resources/registry.js';
import { keyOf, type Change, type State } from '../../resources/resource.js';
import { driftText, tellDrift } from './drift.js';
import type { ItemOutcome } from '../../planner/outcome.js';
import type { Item, ItemPlan } from '../../planner/item.js';
import type { PlanView } from '../../planner/view.js';
import type { Segment } from './segments.js';
import type { WindowOutcome } from './script.js';
import type { WindowStep } from './steps.js';
import { shortened } from '../../values/shortened.js';
import { isOver } from './limit.js';
import { timedOut } from '../../planner/limit.js';
import { commandFailure } from '../../planner/failure/why.js';

/** The last state that the window wants of a resource, and how it reads once accounts are there. */
interface FinalState {
  readonly to: State;
  readonly shown: State;
}

/** What a window's resources are to be in the end, and what they were read as after it. */
export interface FinalStates {
  readonly to: ReadonlyMap<string, FinalState>;
  readonly present: ReadonlyMap<string, State>;
}

export function finalStates(
  steps: readonly WindowStep[],
  view: PlanView,
  readBack: WindowOutcome['readBack'],
): FinalStates {
  const final = new Map<string, FinalState>();
  for (const { step } of steps) {
    if (step.type === 'change')
      final.set(keyOf(step.change.id), {
        to: step.change.to,
        shown: view.afterAccounts(step.change.id, step.change.to),
      });
  }
  return { to: final, present: new Map(readBack.map(({ request, state }) => [keyOf(request), state])) };
}

/** How an item really ended; `again` when that is not known because its write was merged with others'. */
export function itemWritten(
  predicted: ItemOutcome,
  steps: readonly WindowStep[],
  of: WindowStep['of'],
  outcome: WindowOutcome,
  final: FinalStates,
): ItemOutcome | 'again' {
  const { item } = predicted;
  const { present, to: finalTo } = final;
  if (steps.length === 0) return predicted;
  const segments = outcome.window.segments.filter(({ owners }) =>
    owners.some((owner) => owner.task === of.task && owner.item === of.item),
  );
  const seconds = segments.reduce(
    (sum, segment) => sum + (outcome.parts.get(segment.name)?.seconds ?? 0) / segment.owners.length,
    0,
  );
  const [command] = steps.flatMap(({ step }) => (step.type === 'command' ? [step] : []));
  if (command !== undefined && item.plan.type === 'command')
    return commandWritten(item, item.plan, predicted, segments, outcome, seconds);
  const reached = (change: Change): boolean => {
    const final = finalTo.get(keyOf(change.id));
    const to = final?.to === change.to ? final.shown : change.to;
    const canon = (state: State): string => kindOf(change.id.kind).canon(change.id.name, state);
    return [present.get(keyOf(change.id)), outcome.seen.get(change)].some(
      (state) => state !== undefined && canon(state) === canon(to),
    );
  };
  const changes = steps.flatMap(({ step }) => (step.type === 'change' ? [step.change] : []));
  const broken = segments.find((segment) => outcome.parts.get(segment.name)?.status !== 0);
  if (broken !== undefined) {
    const part = outcome.parts.get(broken.name);
    if (broken.owners.length > 1) {
      if (changes.every(reached) && segments.length === 1) return { ...predicted, seconds };
      const drifted = changes.filter(({ id }) => outcome.drifted.has(keyOf(id)));
      if (drifted.length > 0)
        return {
          ...driftedOutcome(predicted, drifted),
          ...leftBy(changes, outcome.drifted, present),
          seconds,
        };
      return 'again';
    }
    const msg =
      part === undefined
        ? 'it was not executed'
        : tellDrift(shortened(part.stderr.toString('utf8').trim(), 10_000)) ||
          `the script ended with status ${part.status}`;
    return {
      ...predicted,
      changed: changes.some(reached),
      failed: true,
      msg,
      ...(part === undefined ? {} : leftBy(changes, outcome.drifted, present)),
      result: { ...predicted.result, rc: part?.status ?? 1, stderr: msg },
      seconds,
    };
  }
  const missed = changes.filter(
    (change) => finalTo.get(keyOf(change.id))?.to === change.to && !reached(change),
  );
  if (missed.length > 0) return notTaken(predicted, changes, missed, present, seconds);
  return { ...predicted, seconds };
}

/** What a failed item has changed nevertheless: what is no longer as it was, and was not somebody else's doing. */
function leftBy(
  changes: readonly Change[],
  drifted: ReadonlySet<string>,
  present: ReadonlyMap<string, State>,
): Pick<ItemOutcome, 'left'> {
  const first = new Map<string, Change>();
  for (const change of changes.toReversed()) first.set(keyOf(change.id), change);
  const left = [...first.values()].flatMap(({ id, from }) => {
    const state = present.get(keyOf(id));
    const canon = (one: State): string => kindOf(id.kind).canon(id.name, one);
    return state === undefined || drifted.has(keyOf(id)) || canon(state) === canon(from) ? [] : [keyOf(id)];
  });
  return left.length === 0 ? {} : { left };
}

/** The changes of an item whose resources are among these. */
export function driftedChanges({ plan }: Item, drifted: ReadonlySet<string>): readonly Change[] {
  if (plan.type !== 'states') return [];
  return plan.steps.flatMap((step) =>
    step.type === 'change' && drifted.has(keyOf(step.change.id)) ? [step.change] : [],
  );
}

/** An item that somebody else changed meanwhile. */
export function driftedOutcome(predicted: ItemOutcome, drifted: readonly Change[]): ItemOutcome {
  const msg = driftText(drifted.map(({ id }) => id));
  const result = { ...predicted.result, rc: 1, stderr: msg };
  return { ...predicted, changed: false, failed: true, msg, result };
}

/** A write that reported success but whose effect cannot be read back (CONTRIBUTING.md, promise 4). */
function notTaken(
  predicted: ItemOutcome,
  changes: readonly Change[],
  missed: readonly Change[],
  present: ReadonlyMap<string, State>,
  seconds: number,
): ItemOutcome {
  const texts = missed.map((change) => {
    const kind = kindOf(change.id.kind);
    const state = present.get(keyOf(change.id));
    if (kind.secretCanon === true) return keyOf(change.id);
    return `${keyOf(change.id)}: expected ${kind.canon(change.id.name, change.to)}, found ${state === undefined ? 'nothing' : kind.canon(change.id.name, state)}`;
  });
  const mayHaveEnded = missed.every((change) => kindOf(change.id.kind).endsByItself === true);
  const msg = `did not take effect: ${texts.join('; ')}`;
  if (mayHaveEnded) return { ...predicted, warnings: [...predicted.warnings, msg], seconds };
  return { ...predicted, failed: true, msg, ...leftBy(changes, new Set(), present), seconds };
}

/** What is shown of a command that failed is more than what it registers. */
function reportedOf(
  command: RemoteCommand,
  { failed, msg, result }: CommandResult,
): Pick<ItemOutcome, 'msg' | 'result'> {
  if (!failed) return { ...(msg === undefined ? {} : { msg }), result };
  const said = msg ?? 'failed';
  return { msg: commandFailure(said, command.shown, result), result: { ...result, msg: said } };
}

/** A command that its task's `timeout` ended. */
function endedOutcome(
  command: RemoteCommand,
  seconds: number,
  { result: { stdout = '', stderr = '' } }: CommandResult,
): Pick<ItemOutcome, 'changed' | 'failed' | 'skipped' | 'msg' | 'result'> {
  const { msg, result } = timedOut(seconds);
  const detailed = commandFailure(msg, command.shown, { stdout, stderr });
  return { changed: false, failed: true, skipped: false, msg: detailed, result };
}

function commandWritten(
  item: Item,
  { command, limitSeconds }: Extract<ItemPlan, { type: 'command' }>,
  predicted: ItemOutcome,
  segments: readonly Segment[],
  outcome: WindowOutcome,
  seconds: number,
): ItemOutcome {
  const part = segments
    .map((segment) => outcome.parts.get(segment.name))
    .find((found) => found !== undefined);
  if (part === undefined)
    return { ...predicted, changed: false, failed: true, msg: 'it was not executed', result: {}, seconds };
  const result: CommandResult = command.result({
    status: part.status,
    stdout: part.stdout,
    stderr: part.stderr,
    seconds: part.seconds,
    endedAt: Date.now(),
    ...(part.cut === undefined ? {} : { cut: part.cut }),
  });
  const over =
    limitSeconds !== undefined &&
    segments.some(({ limit }) => limit !== undefined && isOver(outcome.parts.get(limit.name)));
  return {
    item,
    ...(over
      ? endedOutcome(command, limitSeconds, result)
      : {
          changed: result.changed,
          failed: result.failed,
          skipped: result.result['skipped'] === true,
          ...reportedOf(command, result),
        }),
    diffs: [],
    actions: [command.shown],
    warnings: [],
    notUndoable: predicted.notUndoable,
    seconds,
  };
}
