/** What a rollback did on one host, as one group of lines: what was undone, kept, in conflict, and failed. */
import { Amounts, sumOf } from '../engine/run/amounts.js';
import type { RunEvent, Undone } from '../engine/run/events.js';
import { amountText } from './amount-text.js';
import { diffLines, mostDiffLines } from './diff.js';
import { cleanLines, oneLine } from './printable.js';
import type { TextOptions } from './view.js';

export type RollbackEntry = Extract<RunEvent, { type: 'rollback_entry' }>;

const none = { resources: 0, actions: 0 };

const order = [
  'undone',
  'would_undo',
  'kept',
  'conflict',
  'failed',
  'same',
] as const satisfies readonly RollbackEntry['verdict'][];
const words = {
  undone: 'undone',
  would_undo: 'would undo',
  kept: 'kept',
  conflict: 'conflict',
  failed: 'failed',
  same: 'as before',
} as const;

function entryLines(entry: RollbackEntry, options: TextOptions): readonly string[] {
  const { paint, verbosity } = options;
  const bad = entry.verdict === 'conflict' || entry.verdict === 'failed';
  const colour = bad
    ? paint.red
    : entry.verdict === 'kept'
      ? paint.yellow
      : entry.verdict === 'same'
        ? paint.dim
        : paint.green;
  const task = verbosity > 0 ? paint.dim(`  by ${oneLine(entry.task)}`) : '';
  const [reason, ...more] = entry.reason === undefined ? [] : cleanLines(entry.reason);
  const head = `${colour(words[entry.verdict].padEnd(10))} ${oneLine(entry.resource)}${reason === undefined ? '' : `: ${reason}`}${task}`;
  // Without a look at the difference nobody can decide what to do about a conflict.
  const withDiff = entry.diff !== undefined && (options.diff || entry.verdict === 'conflict');
  const diff = withDiff
    ? diffLines(entry.resource, entry.diff, paint, verbosity > 1 ? Infinity : mostDiffLines)
    : [];
  const sides =
    entry.verdict === 'conflict' && diff.length > 0
      ? [paint.dim('from the current state (-) to the state that the rollback would write (+):')]
      : [];
  return [head, ...[...more, ...sides, ...diff].map((line) => `  ${line}`)];
}

function conclusion(undone: Undone, complete: boolean | undefined, { paint }: TextOptions): string {
  const planned = undone.would_undo !== undefined;
  const { kept, conflict = none, failed = none } = undone;
  if (complete === undefined) return paint.red('the rollback did not finish');
  if (!complete) {
    const open = sumOf([conflict, failed]);
    const pronoun = open.resources + open.actions === 1 ? 'it is' : 'they are';
    return paint.red(
      `${planned ? 'would not be' : 'not'} completely as before the run: ${amountText(open, 'command')} left as ${pronoun}`,
    );
  }
  if (Object.keys(undone).length === 0) return paint.green('nothing to undo');
  const state = planned
    ? 'everything would be as it was before the run'
    : 'everything is as it was before the run';
  return kept === undefined
    ? paint.green(state)
    : paint.yellow(`${state}, but for ${amountText(kept, 'command')} kept`);
}

/** Which run it is about, before anything is done. */
export function toUndo({
  run,
  started,
  playbooks,
}: Extract<RunEvent, { type: 'rollback_started' }>): readonly string[] {
  if (started === undefined) return [];
  return [`to undo: run ${[run, started, ...(playbooks ?? [])].map(oneLine).join('  ')}`];
}

/** The group's lines. `complete` is undefined when the run ended before the rollback did. */
export function rollbackLines(
  run: string,
  entries: readonly RollbackEntry[],
  complete: boolean | undefined,
  options: TextOptions,
): readonly string[] {
  const { paint, verbosity } = options;
  const amounts = new Amounts();
  for (const entry of entries) amounts.add(entry);
  const undone = Object.values(amounts.all().undone ?? {})[0] ?? {};
  const shown = order.flatMap((verdict) =>
    entries.filter((entry) => entry.verdict === verdict && (verdict !== 'same' || verbosity > 0)),
  );
  const already =
    undone.same !== undefined && verbosity === 0
      ? [`  ${paint.dim(`${amountText(undone.same, 'command')} already as before`)}`]
      : [];
  return [
    paint.bold(`rollback of run ${oneLine(run)}`),
    ...shown.flatMap((entry) => entryLines(entry, options)).map((line) => `  ${line}`),
    ...already,
    `  ${conclusion(undone, complete, options)}`,
  ];
}
