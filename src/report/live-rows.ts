/** The live part of the screen as rows that fit: the active hosts first, the rest counted. */
import { wholeDuration } from './duration.js';
import type { HostPhase, LiveHost } from './live-model.js';
import type { Paint } from './paint.js';
import { oneLine } from './printable.js';
import { cut, padEnd, padStart, textWidth } from './width.js';

export interface LiveRow {
  readonly icon: string;
  readonly text: string;
}

export interface LiveScreen {
  readonly columns: number;
  readonly rows: number;
  readonly paint: Paint;
  /** Milliseconds, of the same clock as the hosts' `since`. */
  readonly now: number;
  /** The present picture of the spinner. */
  readonly spinner: string;
}

/** Steps that take no longer need no clock. */
const clockAfterSeconds = 1;
const iconWidth = 2;
/** In wider rows the eye loses the line. */
const widestRow = 120;
/** What a host does has at least this many columns. */
const leastDoing = 10;
/** Narrower terminals show no counts. */
const countsFromColumns = 80;

/** How many hosts are listed: a third of the screen, so that results above stay readable. */
export function rowLimit(rows: number): number {
  return Math.min(16, Math.max(3, Math.floor(rows / 3)));
}

/** The hosts to list, in the play's order: active ones, then failed ones, then done, then waiting. */
export function listed(hosts: readonly LiveHost[], limit: number): readonly LiveHost[] {
  if (hosts.length <= limit) return hosts;
  const order: readonly HostPhase[] = ['active', 'failed', 'unreachable', 'done', 'waiting'];
  const chosen = new Set(
    order.flatMap((phase) => hosts.filter((host) => host.phase === phase)).slice(0, limit),
  );
  return hosts.filter((host) => chosen.has(host));
}

function iconOf(host: LiveHost, { paint, spinner }: LiveScreen): string {
  switch (host.phase) {
    case 'active':
      return paint.yellow(spinner);
    case 'done':
      return paint.green('✔');
    case 'failed':
    case 'unreachable':
      return paint.red('✖');
    case 'waiting':
      return paint.dim('·');
  }
}

function countsOf(host: LiveHost): string {
  const parts = [`${host.ok} ok`, `${host.changed} changed`];
  if (host.unknown > 0) parts.push(`${host.unknown} unknown`);
  return host.ok + host.changed + host.unknown === 0 ? '' : parts.join(', ');
}

/** Columns that all rows share. */
interface Widths {
  readonly name: number;
  readonly clock: number;
  readonly counts: number;
}

/** How long the step has taken, when that is worth a clock. */
function clockOf(host: LiveHost, now: number): string {
  const seconds = host.since === undefined ? 0 : (now - host.since) / 1000;
  return seconds >= clockAfterSeconds ? wholeDuration(seconds) : '';
}

function widthsOf(hosts: readonly LiveHost[], { columns, now }: LiveScreen): Widths {
  const widest = (text: (host: LiveHost) => string): number =>
    Math.max(0, ...hosts.map((host) => textWidth(text(host))));
  return {
    name: Math.min(
      widest((host) => oneLine(host.name)),
      Math.max(8, Math.floor(columns * 0.3)),
    ),
    // Room for `59 s`, so that rows do not jump when a clock appears.
    clock: Math.max(
      4,
      widest((host) => clockOf(host, now)),
    ),
    counts: columns >= countsFromColumns ? widest(countsOf) : 0,
  };
}

function hostRow(host: LiveHost, widths: Widths, screen: LiveScreen): LiveRow {
  const { columns, paint, now } = screen;
  const clock = padStart(clockOf(host, now), widths.clock);
  const counts = widths.counts === 0 ? '' : `  ${padEnd(countsOf(host), widths.counts)}`;
  const name = padEnd(cut(oneLine(host.name), widths.name), widths.name);
  // One column stays free: some terminals wrap when the last one is written.
  const room = columns - iconWidth - 1 - widths.name - 2;
  const right = textWidth(clock + counts) + 2 + leastDoing > room ? '' : `  ${clock}${counts}`;
  const left = Math.max(0, room - textWidth(right));
  const doing = padEnd(cut(host.phase === 'waiting' ? 'waiting' : host.doing, left), left);
  const isBad = host.phase === 'failed' || host.phase === 'unreachable';
  const painted = isBad ? paint.red(doing) : host.since === undefined ? paint.dim(doing) : doing;
  return { icon: iconOf(host, screen), text: `${paint.bold(name)}  ${painted}${paint.dim(right)}` };
}

function moreRow(hosts: readonly LiveHost[], { columns, paint }: LiveScreen): LiveRow {
  const words = {
    active: 'working',
    waiting: 'waiting',
    done: 'done',
    failed: 'failed',
    unreachable: 'unreachable',
  } as const;
  const phases = (Object.keys(words) as (keyof typeof words)[]).flatMap((phase) => {
    const number = hosts.filter((host) => host.phase === phase).length;
    return number === 0 ? [] : [`${number} ${words[phase]}`];
  });
  const text =
    phases.length === 1 ? `… and ${phases.join('')}` : `… and ${hosts.length} more: ${phases.join(', ')}`;
  return { icon: ' ', text: paint.dim(cut(text, columns - iconWidth - 1)) };
}

export function liveRows(hosts: readonly LiveHost[], terminal: LiveScreen): readonly LiveRow[] {
  const screen = { ...terminal, columns: Math.min(terminal.columns, widestRow) };
  const shown = listed(hosts, rowLimit(screen.rows));
  const hidden = hosts.filter((host) => !shown.includes(host));
  const widths = widthsOf(shown, screen);
  return [
    ...shown.map((host) => hostRow(host, widths, screen)),
    ...(hidden.length === 0 ? [] : [moreRow(hidden, screen)]),
  ];
}
