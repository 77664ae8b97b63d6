/** What stands at the end of a run, so that nobody has to scroll back. */
import { stripVTControlCharacters } from 'node:util';
import type { RunEvent } from '../engine/events.js';
import { count, duration } from './duration.js';
import type { Paint } from './paint.js';
import { oneLine } from './printable.js';
import { recapLines, rollbackRecapLines } from './recap.js';
import type { Failure, Tally } from './tally.js';
import { textWidth } from './width.js';

export type RunFinished = Extract<RunEvent, { type: 'run_finished' }>;

/** More names than this are counted. */
const mostHosts = 5;

function hostList(hosts: ReadonlySet<string>): string {
  const names = [...hosts].map(oneLine);
  if (names.length <= mostHosts) return names.join(', ');
  return `${names.slice(0, mostHosts - 1).join(', ')} and ${names.length - mostHosts + 1} more`;
}

function failureLines(failures: readonly Failure[], paint: Paint): readonly string[] {
  if (failures.length === 0) return [];
  return [
    '',
    paint.bold('FAILED'),
    ...failures.flatMap((failure) => [
      `${paint.bold(`[${oneLine(failure.host)}]`)} ${failure.task}${failure.position === undefined ? '' : paint.dim(`  ${failure.position}`)}`,
      ...(failure.message === '' ? [] : [`  ${paint.red(failure.message)}`]),
    ]),
  ];
}

function notUndoableLines(tally: Tally, paint: Paint): readonly string[] {
  if (tally.notUndoable.size === 0) return [];
  return [
    '',
    paint.bold('CANNOT BE UNDONE'),
    ...[...tally.notUndoable].map(
      ([text, hosts]) => `${paint.yellow(text)}${paint.dim(`  (${hostList(hosts)})`)}`,
    ),
  ];
}

function checkLine(tally: Tally, finished: RunFinished, paint: Paint): string {
  const changes = tally.changedResources + tally.actions;
  const troubled = tally.failures.length > 0 || finished.interrupted;
  if (changes === 0 && tally.unknown === 0 && !troubled)
    return paint.green(
      `No changes: ${count(Object.keys(finished.totals).length, 'host is', 'hosts are')} as the playbook wants.`,
    );
  const unknown = tally.unknown === 0 ? '' : `, ${tally.unknown} unknown`;
  const where = changes === 0 ? '' : ` on ${count(tally.changedHosts, 'host')}`;
  const rest = troubled ? ' The plan is not complete.' : '';
  return `${paint.bold(`${count(changes, 'change')} would be made${where}${unknown}.`)}${rest}`;
}

function runLine(tally: Tally, paint: Paint): string {
  const actions = tally.actions === 0 ? '' : `, ${count(tally.actions, 'other action')}`;
  const where = tally.changedHosts === 0 ? '' : ` on ${count(tally.changedHosts, 'host')}`;
  return paint.bold(`Changed ${count(tally.changedResources, 'resource')}${actions}${where}.`);
}

function rollbackLine(tally: Tally, finished: RunFinished, paint: Paint): string {
  const rows = [...tally.rollbacks.values()];
  const sum = (key: keyof (typeof rows)[number]): number => rows.reduce((total, row) => total + row[key], 0);
  const planned = sum('wouldUndo') > 0;
  const parts = [
    planned ? `${sum('wouldUndo')} would be undone` : `${sum('undone')} undone`,
    ...(sum('kept') > 0 ? [`${sum('kept')} kept`] : []),
    ...(sum('conflict') > 0 ? [count(sum('conflict'), 'conflict')] : []),
    ...(sum('failed') > 0 ? [`${sum('failed')} failed`] : []),
  ];
  const text = `Rollback${planned ? ' plan' : ''} on ${count(rows.length, 'host')}: ${parts.join(', ')}.`;
  const force = sum('conflict') > 0 ? ' Conflicts are left as they are; --force overwrites them.' : '';
  const open = finished.exitCode === 7 ? ` ${paint.red('It is not complete.')}` : '';
  return `${paint.bold(text)}${open}${force}`;
}

function lastLines(finished: RunFinished, tally: Tally, paint: Paint, verbosity: number): readonly string[] {
  const trips = verbosity > 0 ? `, ${count(finished.roundTrips, 'round trip')}` : '';
  return [
    ...(finished.interrupted
      ? [
          paint.yellow(
            'Interrupted between two steps: each host is as its last finished step left it. Run again to go on, or roll back.',
          ),
        ]
      : []),
    paint.dim(`Run ${finished.run} took ${duration(finished.seconds)}${trips}.`),
    ...(finished.record === undefined ? [] : [paint.dim(`Record: ${oneLine(finished.record)}`)]),
  ];
}

/** `columns` is the terminal's width, when there is one. */
export function closingLines(
  finished: RunFinished,
  tally: Tally,
  options: { readonly paint: Paint; readonly verbosity: number; readonly columns?: number },
): readonly string[] {
  const { paint, columns, verbosity } = options;
  const isRollback = tally.plays === 0 && (tally.mode === 'rollback' || tally.rollbacks.size > 0);
  const full = isRollback ? [] : recapLines(finished.totals, paint);
  const tooWide =
    columns !== undefined && full.some((line) => textWidth(stripVTControlCharacters(line)) > columns);
  const recap = tooWide ? recapLines(finished.totals, paint, true) : full;
  return [
    ...(recap.length > 0 ? ['', paint.bold('RECAP'), ...recap] : []),
    ...(tally.rollbacks.size > 0
      ? ['', paint.bold('ROLLBACK'), ...rollbackRecapLines(tally.rollbacks, paint)]
      : []),
    ...failureLines(tally.failures, paint),
    ...notUndoableLines(tally, paint),
    '',
    ...(isRollback
      ? []
      : [tally.mode === 'check' ? checkLine(tally, finished, paint) : runLine(tally, paint)]),
    ...(tally.rollbacks.size > 0 ? [rollbackLine(tally, finished, paint)] : []),
    ...lastLines(finished, tally, paint, verbosity),
  ];
}
