/** One task's result on one host as text. */
import { relativePath } from '../diagnostics/format.js';
import { visible } from '../diagnostics/printable.js';
import type { SourceRange } from '../diagnostics/diagnostic.js';
import type { TaskResult } from '../engine/run/events.js';
import type { TaskRef } from '../planner/outcome.js';
import type { StateDiff } from '../resources/resource.js';
import { isMapping } from '../values/value.js';
import { debugLines, outputLines } from './command-output.js';
import { diffLines, mostDiffLines } from './diff.js';
import { duration } from './duration.js';
import { cleanLines, oneLine } from './printable.js';
import { isFailure, paintStatus, statusWidth, statusWord } from './status.js';
import type { TextOptions } from './view.js';

export function position(range: SourceRange, baseDir: string | undefined): string {
  return `${visible(relativePath(range.file, baseDir))}:${range.line}`;
}

/** The task's name with the item of its loop. */
export function taskTitle(task: TaskRef, item?: string): string {
  return `${oneLine(task.name)}${item === undefined ? '' : ` (${oneLine(item)})`}`;
}

export function isDebug(event: TaskResult): boolean {
  return event.task.module === 'debug' && event.status === 'ok';
}

/** Whether a person who did not ask for more wants to see it: all but what is as it should be. */
export function isNoteworthy(event: TaskResult): boolean {
  return (event.status !== 'ok' && event.status !== 'skipped') || event.warnings.length > 0 || isDebug(event);
}

function headLine(event: TaskResult, options: TextOptions, check: boolean): string {
  const { paint } = options;
  const status = paintStatus(event.status, statusWord(event.status, check).padEnd(statusWidth), paint);
  const after = [
    ...(event.ran === true ? [paint.yellow('ran in the check')] : []),
    ...(event.dry === true && acts(event) ? [paint.dim('not done: check_mode')] : []),
    ...(event.delegate === undefined ? [] : [paint.dim(`on ${oneLine(event.delegate)}`)]),
    ...(event.task.handler ? [paint.dim('handler')] : []),
    ...(event.status === 'ignored' ? [paint.dim(ignoredText(event))] : []),
    ...(event.status === 'rescued' ? [paint.dim('failed, a rescue section follows')] : []),
    ...(event.notUndoable.length > 0 && acts(event) ? [paint.yellow('cannot be undone')] : []),
    ...(event.seconds >= 1 ? [paint.dim(duration(event.seconds))] : []),
  ];
  return [`${status} ${taskTitle(event.task, event.item)}`, ...after].join('  ');
}

function ignoredText({ result }: TaskResult): string {
  const unreachable = isMapping(result) && result['unreachable'] === true;
  return unreachable ? 'unreachable, ignore_unreachable' : 'failed, ignore_errors';
}

/** Whether the task did something, or would. */
function acts(event: TaskResult): boolean {
  return event.status === 'changed' || event.status === 'unknown';
}

function failureLines(event: TaskResult, options: TextOptions): readonly string[] {
  const { paint, verbosity, baseDir } = options;
  const message = event.msg ?? '';
  return [
    ...(message === '' ? [] : cleanLines(message).map((line) => paint.red(line))),
    ...outputLines(event.result, message, verbosity > 0).map((line) => paint.dim(line)),
    ...(event.task.range === undefined ? [] : [paint.dim(`at ${position(event.task.range, baseDir)}`)]),
  ];
}

function messageLines(event: TaskResult, options: TextOptions): readonly string[] {
  if (isFailure(event.status)) return failureLines(event, options);
  if (isDebug(event)) return debugLines(event.result, event.msg);
  return options.verbosity > 0 && event.msg !== undefined ? cleanLines(event.msg) : [];
}

function reasonLines({ reason, actions }: TaskResult, options: TextOptions): readonly string[] {
  // For a command that has not run there is "would run".
  if (reason === undefined || actions.some((action) => reason === `\`${action}\` has not run`)) return [];
  return cleanLines(reason).map((line, index) =>
    options.paint.magenta(index === 0 ? `unknown: ${line}` : line),
  );
}

function actionLines(event: TaskResult, options: TextOptions, check: boolean): readonly string[] {
  if (!acts(event)) return [];
  return event.actions.map((action) => {
    const [first = '', ...rest] = cleanLines(action);
    const more =
      rest.length === 0
        ? ''
        : options.verbosity > 0
          ? [first, ...rest].map((line) => `\n  ${line}`).join('')
          : ' …';
    const text = more.startsWith('\n') ? more : ` ${first}${more}`;
    return options.paint.dim(`${check ? 'would run:' : 'ran:'}${text}`);
  });
}

/** Without the field that only repeats why the state is unknown. */
function withoutReason(diff: StateDiff, reason: string | undefined): StateDiff {
  return {
    ...diff,
    fields: diff.fields.filter((field) => reason === undefined || field.after !== `(unknown: ${reason})`),
  };
}

function changeLines(event: TaskResult, options: TextOptions): readonly string[] {
  const { paint, diff, verbosity } = options;
  const most = verbosity > 1 ? Infinity : mostDiffLines;
  if (diff)
    return event.diffs.flatMap((entry) =>
      diffLines(entry.resource, withoutReason(entry.diff, event.reason), paint, most),
    );
  return verbosity > 0 ? event.diffs.map(({ resource }) => paint.dim(oneLine(resource))) : [];
}

function detailLines(event: TaskResult, options: TextOptions): readonly string[] {
  const { paint, verbosity, baseDir } = options;
  const { range, module, id } = event.task;
  const place = range === undefined || isFailure(event.status) ? '' : ` at ${position(range, baseDir)}`;
  return [
    ...(verbosity > 0 && acts(event)
      ? event.notUndoable.map((text) => paint.yellow(`cannot be undone: ${oneLine(text)}`))
      : []),
    ...(verbosity > 1 && event.result !== null
      ? cleanLines(JSON.stringify(event.result, undefined, 2)).map((line) => paint.dim(line))
      : []),
    ...(verbosity > 2
      ? [paint.dim(`${oneLine(module)}${place} (task ${visible(id)}, ${event.seconds.toFixed(3)} s)`)]
      : []),
  ];
}

/** Lines of one result: how it ended, what a person needs to know of it, and its diffs. */
export function taskLines(event: TaskResult, options: TextOptions, check: boolean): readonly string[] {
  const planned = (check && event.ran !== true) || event.dry === true;
  const below = [
    ...messageLines(event, options),
    ...reasonLines(event, options),
    ...event.warnings.flatMap((warning) =>
      cleanLines(warning).map((line) => options.paint.yellow(`warning: ${line}`)),
    ),
    ...actionLines(event, options, planned),
    ...changeLines(event, options),
    ...detailLines(event, options),
  ];
  return [
    headLine(event, options, planned),
    ...below.flatMap((text) => text.split('\n')).map((line) => `  ${line}`),
  ];
}
