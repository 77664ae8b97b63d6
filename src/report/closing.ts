/** What is at the end of a run, so that nobody has to scroll back. */
import { stripVTControlCharacters } from 'node:util';
import { sumOf } from '../engine/run/amounts.js';
import type { Changes, HostChanges, RollbackVerdict, RunEvent } from '../engine/run/events.js';
import { amountText, changeText } from './amount-text.js';
import { count, duration } from './duration.js';
import type { Paint } from './paint.js';
import { oneLine } from './printable.js';
import { recapLines, rollbackRecapLines } from './recap.js';
import type { Failure, Tally } from './tally.js';
import { textWidth } from './width.js';

export type RunFinished = Extract<RunEvent, { type: 'run_finished' }>;

export interface ClosingOptions {
  readonly paint: Paint;
  readonly verbosity: number;
  /** The terminal's width, when there is one. */
  readonly columns?: number;
}

/** More names than this are counted. */
const mostHosts = 5;

function hostList(hosts: ReadonlySet<string>): string {
  const names = [...hosts].map(oneLine);
  if (names.length <= mostHosts) return names.join(', ');
  return `${names.slice(0, mostHosts - 1).join(', ')} and ${names.length - mostHosts + 1} more`;
}

/** The full table, or the one for narrow terminals when the full one would wrap. */
function fitting(
  columns: number | undefined,
  table: (narrow: boolean) => readonly string[],
): readonly string[] {
  const full = table(false);
  const fits =
    columns === undefined || full.every((line) => textWidth(stripVTControlCharacters(line)) <= columns);
  return fits ? full : table(true);
}

function section(title: string, lines: readonly string[], paint: Paint): readonly string[] {
  return lines.length === 0 ? [] : ['', paint.bold(title), ...lines];
}

function failureLines(failure: Failure, paint: Paint): readonly string[] {
  const place = failure.position === undefined ? '' : paint.dim(`  ${failure.position}`);
  return [
    `${paint.bold(`[${oneLine(failure.host)}]`)} ${failure.task}${place}`,
    ...(failure.message === '' ? [] : [`  ${paint.red(failure.message)}`]),
  ];
}

/** What is changed, or would be. The plan counts as the run does. */
function amounts(changes: Changes, verbs: { readonly change: string; readonly act: string }): string {
  return `${changeText(sumOf(Object.values(changes)), verbs)} on ${count(Object.keys(changes).length, 'host')}`;
}

function planSentence(tally: Tally, finished: RunFinished, paint: Paint): string {
  const { changes, totals } = finished;
  const ran =
    finished.ran === undefined
      ? ''
      : ` ${amounts(finished.ran, { change: 'The check itself changed', act: 'did' })} (check_mode: false).`;
  const isWhole = tally.failures.length === 0 && !finished.interrupted;
  const open = Object.values(totals).reduce((sum, { unknown }) => sum + unknown, 0);
  const unknown = open === 0 ? '' : `, ${count(open, 'task')} unknown`;
  const changesNothing = Object.keys(changes).length === 0;
  if (changesNothing && unknown === '' && isWhole) {
    const hosts = count(Object.keys(totals).length, 'host is', 'hosts are');
    return paint.green(`No changes: ${hosts} already as the playbook describes.${ran}`);
  }
  const would = changesNothing
    ? 'Would change nothing'
    : amounts(changes, { change: 'Would change', act: 'do' });
  const text = paint.bold(`${would}${unknown}.${ran}`);
  return isWhole ? text : `${text} ${paint.red('The plan is not complete.')}`;
}

function runSentence(tally: Tally, { changes }: RunFinished, paint: Paint): string {
  if (Object.keys(changes).length === 0)
    return paint.bold(
      tally.mayHaveChanged
        ? 'Changed nothing as far as known: a failed task may have changed something.'
        : 'Changed nothing.',
    );
  return paint.bold(`${amounts(changes, { change: 'Changed', act: 'did' })}.`);
}

function rollbackSentences(tally: Tally, finished: RunFinished, paint: Paint): readonly string[] {
  const { undone, exitCode, totals } = finished;
  if (undone === undefined) {
    const isDone = tally.isRollback && exitCode === 0 && !finished.interrupted;
    return isDone ? [paint.green(`Nothing to undo on ${count(Object.keys(totals).length, 'host')}.`)] : [];
  }
  const rows = Object.values(undone);
  const sum = (verdict: RollbackVerdict): HostChanges =>
    sumOf(rows.flatMap((row) => (row[verdict] === undefined ? [] : [row[verdict]])));
  const planned = tally.mode === 'check';
  const part = (verdict: RollbackVerdict, words: string): readonly string[] => {
    const amount = sum(verdict);
    return amount.resources + amount.actions === 0 ? [] : [`${amountText(amount, 'command')} ${words}`];
  };
  const parts = [
    planned
      ? `${amountText(sum('would_undo'), 'command')} would be undone`
      : `${amountText(sum('undone'), 'command')} undone`,
    ...part('kept', 'kept'),
    ...part('conflict', 'in conflict'),
    ...part('failed', 'failed'),
  ];
  const title = planned ? 'Rollback plan' : 'Rollback';
  return [
    paint.bold(`${title} on ${count(rows.length, 'host')}: ${parts.join(', ')}.`),
    ...(exitCode === 7 ? [paint.red('The rollback is not complete.')] : []),
    ...(part('conflict', '').length > 0 ? ['Conflicts are left as they are; --force overwrites them.'] : []),
  ];
}

function lastLines(finished: RunFinished, paint: Paint, verbosity: number): readonly string[] {
  const trips = verbosity > 0 ? `, ${count(finished.roundTrips, 'round trip')}` : '';
  return [
    ...(finished.interrupted
      ? [
          paint.yellow(
            'Interrupted between two steps: each host is in the state after its last finished step.',
          ),
          paint.yellow('Run again to continue, or roll back.'),
        ]
      : []),
    paint.dim(`Run ${oneLine(finished.run)} took ${duration(finished.seconds)}${trips}.`),
    ...(finished.record === undefined ? [] : [paint.dim(`Record: ${oneLine(finished.record)}`)]),
  ];
}

export function closingLines(
  finished: RunFinished,
  tally: Tally,
  options: ClosingOptions,
): readonly string[] {
  const { paint, columns, verbosity } = options;
  // Ansible's table says nothing about a rollback by itself; one that follows a run has both.
  const isRollback = tally.isRollback || (tally.plays === 0 && finished.undone !== undefined);
  const recap = fitting(columns, (narrow) => recapLines(finished.totals, paint, narrow));
  const rollbacks = fitting(columns, (narrow) =>
    rollbackRecapLines(finished.undone ?? {}, isRollback ? finished.totals : {}, paint, narrow),
  );
  const failures = tally.failures.flatMap((failure) => failureLines(failure, paint));
  const notUndoable = [...tally.notUndoable].map(
    ([text, hosts]) => `${paint.yellow(text)}${paint.dim(`  (${hostList(hosts)})`)}`,
  );
  return [
    ...section('RECAP', isRollback ? [] : recap, paint),
    ...section('ROLLBACK', rollbacks, paint),
    ...section('FAILED', failures, paint),
    ...section('CANNOT BE UNDONE', notUndoable, paint),
    '',
    ...(isRollback
      ? []
      : [
          tally.mode === 'check' ? planSentence(tally, finished, paint) : runSentence(tally, finished, paint),
        ]),
    ...rollbackSentences(tally, finished, paint),
    ...lastLines(finished, paint, verbosity),
  ];
}
