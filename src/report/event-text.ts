/** A run's events as lines of text: what scrolls by on a terminal, and all there is without one. */
import type { RunEvent } from '../engine/run/events.js';
import { closingLines } from './closing.js';
import { count } from './duration.js';
import { cleanLines, oneLine } from './printable.js';
import { rollbackLines, toUndo, type RollbackEntry } from './rollback-lines.js';
import { Tally } from './tally.js';
import { isNoteworthy, taskLines, taskTitle } from './task-lines.js';
import type { TextOptions } from './view.js';
import { padEnd, textWidth } from './width.js';

export interface EventTextOptions extends TextOptions {
  /** Leaves out what is as it should be, unless -v asks for it: the live part shows that it was done. */
  readonly quiet: boolean;
  /** The terminal's width at the time, when there is one. */
  readonly columns?: () => number | undefined;
}

/** Events that come before anything of a run or a plan does, or where nothing of it does. */
const beginsNothing: ReadonlySet<RunEvent['type']> = new Set([
  'run_started',
  'host_failed',
  'host_unreachable',
  'run_finished',
]);

/** Hosts named in a play's heading; more are counted. */
const mostNamed = 4;
/** Longer host names do not push the others' lines to the right. */
const widestPrefix = 24;

export class EventText {
  private readonly tally: Tally;
  private readonly rollbacks = new Map<string, { readonly run: string; readonly entries: RollbackEntry[] }>();
  private prefixWidth = 0;
  private started = false;
  /** What heads the rest once something begins: an error before that has nothing to do with a plan. */
  private heading: readonly string[] = [];

  constructor(private readonly options: EventTextOptions) {
    this.tally = new Tally(options.baseDir);
  }

  /** The lines that an event adds, without line ends. */
  lines(event: RunEvent): readonly string[] {
    this.tally.add(event);
    const own = this.linesOf(event);
    const lines = beginsNothing.has(event.type) ? own : [...this.heading, ...own];
    if (!beginsNothing.has(event.type)) this.heading = [];
    const separated = lines.length > 0 && lines[0] === '' && !this.started ? lines.slice(1) : lines;
    this.started ||= lines.length > 0;
    return separated;
  }

  private linesOf(event: RunEvent): readonly string[] {
    const { paint, verbosity, quiet } = this.options;
    switch (event.type) {
      case 'run_started':
        this.heading = [
          ...(event.mode === 'check' ? [paint.bold('Plan only: nothing is changed.')] : []),
          ...(verbosity > 0
            ? [paint.dim(`run ${event.run}${event.playbooks.map((path) => ` ${oneLine(path)}`).join('')}`)]
            : []),
        ];
        return [];
      case 'play_started':
        return this.playLines(event);
      case 'step_started':
        return verbosity > 0 && !quiet ? this.prefixed(event.host, [paint.dim(`… ${stepText(event)}`)]) : [];
      case 'task_result': {
        if (quiet && verbosity === 0 && !isNoteworthy(event)) return [];
        return this.prefixed(event.host, taskLines(event, this.options, this.tally.mode === 'check'));
      }
      case 'host_unreachable':
      case 'host_failed': {
        const word = event.type === 'host_unreachable' ? 'unreachable' : 'failed';
        const [first = '', ...more] = cleanLines(event.msg);
        return this.prefixed(event.host, [
          `${paint.bold(paint.red(word.padEnd(12)))} ${paint.red(first)}${paint.dim(`  ${event.code}`)}`,
          ...more.map((line) => `  ${paint.red(line)}`),
          ...(event.hint === undefined ? [] : cleanLines(event.hint).map((line) => `  ${line}`)),
        ]);
      }
      case 'warning': {
        const lines = cleanLines(event.msg).map((line, index) =>
          paint.yellow(index === 0 ? `warning: ${line}` : `  ${line}`),
        );
        return event.host === undefined ? lines : this.prefixed(event.host, lines);
      }
      case 'rollback_started':
        this.rollbacks.set(event.host, { run: event.run, entries: [] });
        return this.prefixed(event.host, toUndo(event));
      case 'rollback_entry':
        this.rollbacks.get(event.host)?.entries.push(event);
        return [];
      case 'rollback_finished':
        return this.rollbackGroup(event.host, event.complete);
      case 'run_finished': {
        const columns = this.options.columns?.();
        const open = [...this.rollbacks.keys()].flatMap((host) => this.rollbackGroup(host, undefined));
        return [
          ...open,
          ...closingLines(event, this.tally, {
            paint,
            verbosity,
            ...(columns === undefined ? {} : { columns }),
          }),
        ];
      }
      case 'host_finished':
        return [];
    }
  }

  private playLines(event: Extract<RunEvent, { type: 'play_started' }>): readonly string[] {
    const { paint } = this.options;
    const hosts = event.hosts.map(oneLine);
    this.prefixWidth = Math.min(widestPrefix, Math.max(0, ...hosts.map(textWidth)));
    const named =
      hosts.length === 0
        ? 'no hosts'
        : hosts.length <= mostNamed
          ? hosts.join(', ')
          : count(hosts.length, 'host');
    return ['', `${paint.bold(`PLAY [${oneLine(event.name)}]`)}  ${named}`];
  }

  private rollbackGroup(host: string, complete: boolean | undefined): readonly string[] {
    const group = this.rollbacks.get(host);
    if (group === undefined) return [];
    this.rollbacks.delete(host);
    return this.prefixed(host, rollbackLines(group.run, group.entries, complete, this.options));
  }

  private prefixed(host: string, lines: readonly string[]): readonly string[] {
    const name = oneLine(host);
    this.prefixWidth = Math.min(widestPrefix, Math.max(this.prefixWidth, textWidth(name)));
    const { paint } = this.options;
    const gap = padEnd('', this.prefixWidth - textWidth(name));
    return lines
      .flatMap((line) => line.split('\n'))
      .map(
        (line, index) => `${index === 0 ? paint.bold(`[${name}]`) : paint.dim(`[${name}]`)}${gap} ${line}`,
      );
  }
}

/** What a host does, on one line. */
export function stepText(event: Extract<RunEvent, { type: 'step_started' }>): string {
  const what = oneLine(event.what);
  return event.task === undefined ? what : `${taskTitle(event.task)}: ${what}`;
}
