/** One line a happening, each with its host: for logs, CI and whatever is not a terminal. */
import type { HostTotals, RunEvent, TaskResult, TaskStatus } from '../engine/events.js';
import { diffLines } from './diff.js';
import type { Paint } from './paint.js';

export interface PlainOptions {
  readonly paint: Paint;
  readonly diff: boolean;
  readonly verbosity: number;
  readonly check: boolean;
  write(line: string): void;
}

const words: Readonly<Record<TaskStatus, string>> = {
  ok: 'ok',
  changed: 'changed',
  skipped: 'skipped',
  failed: 'failed',
  unreachable: 'unreachable',
  unknown: 'may change',
  ignored: 'failed (ignored)',
  rescued: 'failed (rescued)',
};

export function paintStatus(status: TaskStatus, text: string, paint: Paint): string {
  switch (status) {
    case 'ok':
      return paint.green(text);
    case 'changed':
      return paint.yellow(text);
    case 'skipped':
      return paint.cyan(text);
    case 'unknown':
      return paint.magenta(text);
    case 'failed':
    case 'unreachable':
      return paint.red(text);
    case 'ignored':
    case 'rescued':
      return paint.dim(paint.red(text));
  }
}

/** Lines of one task's result: the verdict, what a person needs to know of it, and its diffs. */
export function resultLines(event: TaskResult, options: Omit<PlainOptions, 'write'>): readonly string[] {
  const { paint } = options;
  const item = event.item === undefined ? '' : ` (${event.item})`;
  const word = options.check && event.status === 'changed' ? 'would change' : words[event.status];
  const seconds = event.seconds >= 1 ? paint.dim(` ${event.seconds.toFixed(1)} s`) : '';
  const lines = [`${paintStatus(event.status, word, paint)} ${event.task.handler ? paint.dim('handler ') : ''}${event.task.name}${item}${seconds}`];
  const failed = event.status === 'failed' || event.status === 'ignored' || event.status === 'rescued' || event.status === 'unreachable';
  if (event.msg !== undefined && (failed || event.task.module === 'debug' || options.verbosity > 0)) {
    for (const line of event.msg.split('\n')) lines.push(`  ${failed ? paint.red(line) : line}`);
  }
  if (failed && event.task.range !== undefined) lines.push(paint.dim(`  at ${event.task.range.file}:${event.task.range.line}:${event.task.range.column}`));
  if (failed) lines.push(...outputLines(event.result, paint));
  if (event.reason !== undefined) lines.push(paint.magenta(`  unknown: ${event.reason}`));
  for (const warning of event.warnings) lines.push(paint.yellow(`  warning: ${warning}`));
  if (event.status === 'changed' || event.status === 'unknown') {
    for (const action of event.actions) lines.push(paint.dim(`  ${options.check ? 'would run' : 'ran'}: ${action}`));
    for (const kept of event.notUndoable) lines.push(paint.yellow(`  cannot be undone: ${kept}`));
  }
  if (options.diff) for (const { resource, diff } of event.diffs) lines.push(...diffLines(resource, diff, paint).map((line) => `  ${line}`));
  else if (options.verbosity > 0) for (const { resource } of event.diffs) lines.push(paint.dim(`  ${resource}`));
  if (options.verbosity > 1) lines.push(...JSON.stringify(event.result, undefined, 2).split('\n').map((line) => `  ${paint.dim(line)}`));
  return lines;
}

/** What a failed command said. */
function outputLines(result: unknown, paint: Paint): readonly string[] {
  if (typeof result !== 'object' || result === null) return [];
  return ['stdout', 'stderr'].flatMap((stream) => {
    const text = (result as Record<string, unknown>)[stream];
    if (typeof text !== 'string' || text.trim() === '') return [];
    return text.trimEnd().split('\n').slice(-20).map((line) => paint.dim(`  ${stream}: ${line}`));
  });
}

export function recapLines(totals: Readonly<Record<string, HostTotals>>, paint: Paint): readonly string[] {
  const names = Object.keys(totals);
  if (names.length === 0) return [];
  const width = Math.max(...names.map((name) => name.length));
  const cell = (label: string, count: number, colour: (text: string) => string): string => {
    const text = `${label}=${String(count).padEnd(4)}`;
    return count > 0 ? colour(text) : paint.dim(text);
  };
  return names.map((name) => {
    const count = totals[name];
    if (count === undefined) return name;
    const cells = [
      cell('ok', count.ok, paint.green),
      cell('changed', count.changed, paint.yellow),
      cell('unreachable', count.unreachable, paint.red),
      cell('failed', count.failed, paint.red),
      cell('skipped', count.skipped, paint.cyan),
      cell('rescued', count.rescued, paint.yellow),
      cell('ignored', count.ignored, paint.yellow),
      ...(count.unknown > 0 ? [cell('unknown', count.unknown, paint.magenta)] : []),
    ];
    return `${name.padEnd(width)} : ${cells.join(' ').trimEnd()}`;
  });
}

const verdictWords = { undone: 'undone', same: 'as before', conflict: 'conflict', failed: 'failed', kept: 'kept', would_undo: 'would undo' } as const;

/** A sink that prints events as prefixed lines. */
export function plainView(options: PlainOptions): (event: RunEvent) => void {
  const { paint, write } = options;
  const say = (host: string, lines: readonly string[]): void => {
    for (const line of lines) write(`${paint.bold(`[${host}]`)} ${line}`);
  };
  return (event) => {
    switch (event.type) {
      case 'run_started':
        if (event.mode === 'check') write(paint.bold('Plan only: nothing is changed.'));
        return;
      case 'play_started':
        write('');
        write(paint.bold(`PLAY [${event.name}] ${event.hosts.length} host${event.hosts.length === 1 ? '' : 's'}`));
        return;
      case 'task_result':
        say(event.host, resultLines(event, options));
        return;
      case 'host_unreachable':
      case 'host_failed':
        say(event.host, [paint.red(`${event.type === 'host_unreachable' ? 'unreachable' : 'failed'} ${event.code}: ${event.msg}`), ...(event.hint === undefined ? [] : [`  ${event.hint}`])]);
        return;
      case 'warning':
        if (event.host === undefined) write(paint.yellow(`warning: ${event.msg}`));
        else say(event.host, [paint.yellow(`warning: ${event.msg}`)]);
        return;
      case 'step_started':
        if (options.verbosity > 0) say(event.host, [paint.dim(`... ${event.task === undefined ? '' : `${event.task.name}: `}${event.what}`)]);
        return;
      case 'rollback_started':
        say(event.host, [paint.bold(`ROLLBACK of run ${event.run}`)]);
        return;
      case 'rollback_entry': {
        const colour = event.verdict === 'conflict' || event.verdict === 'failed' ? paint.red : event.verdict === 'kept' ? paint.yellow : event.verdict === 'same' ? paint.dim : paint.green;
        if (event.verdict === 'same' && options.verbosity === 0) return;
        say(event.host, [`${colour(verdictWords[event.verdict])} ${event.resource}${event.reason === undefined ? '' : paint.dim(` (${event.reason})`)}`]);
        if (event.diff !== undefined && (options.diff || event.verdict === 'conflict')) say(event.host, diffLines(event.resource, event.diff, paint).map((line) => `  ${line}`));
        return;
      }
      case 'rollback_finished':
        say(event.host, [event.complete ? paint.green('back as it was before the run') : paint.red('not all could be put back')]);
        return;
      case 'run_finished':
        write('');
        write(paint.bold('RECAP'));
        for (const line of recapLines(event.totals, paint)) write(line);
        if (event.interrupted) write(paint.yellow('Interrupted between changes. Hosts are as their last finished step left them; run again to go on, or roll back.'));
        if (event.record !== undefined) write(paint.dim(`Run ${event.run} in ${event.seconds.toFixed(1)} s. Record: ${event.record}`));
        return;
      case 'host_finished':
        return;
    }
  };
}
