/** The live part of the screen as rows that fit: the hosts that are at work first, the rest counted. */
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

/** How many hosts are listed: a third of the screen, so that results above stay readable. */
export function rowLimit(rows: number): number {
  return Math.min(16, Math.max(3, Math.floor(rows / 3)));
}

/** The hosts to list, in the play's order: those at work, then failed ones, then done, then waiting. */
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

function hostRow(host: LiveHost, nameWidth: number, screen: LiveScreen): LiveRow {
  const { columns, paint, now } = screen;
  // One column stays free: some terminals wrap when the last one is written.
  const width = columns - iconWidth - 1;
  const seconds = host.since === undefined ? 0 : (now - host.since) / 1000;
  const clock = seconds >= clockAfterSeconds ? wholeDuration(seconds) : '';
  const counts = columns >= 80 ? padStart(countsOf(host), 20) : '';
  const right = [clock === '' ? '' : padStart(clock, 5), counts].filter((part) => part !== '').join('  ');
  const name = padEnd(cut(oneLine(host.name), nameWidth), nameWidth);
  const left = width - nameWidth - 2 - (right === '' ? 0 : textWidth(right) + 2);
  const doing = padEnd(cut(host.phase === 'waiting' ? 'waiting' : host.doing, left), left);
  const painted =
    host.phase === 'failed' || host.phase === 'unreachable'
      ? paint.red(doing)
      : host.since === undefined
        ? paint.dim(doing)
        : doing;
  const text = `${paint.bold(name)}  ${painted}${right === '' ? '' : `  ${paint.dim(right)}`}`;
  return { icon: iconOf(host, screen), text };
}

function moreRow(hosts: readonly LiveHost[], { columns, paint }: LiveScreen): LiveRow {
  const words = {
    active: 'at work',
    waiting: 'waiting',
    done: 'done',
    failed: 'failed',
    unreachable: 'unreachable',
  } as const;
  const phases = (Object.keys(words) as (keyof typeof words)[]).flatMap((phase) => {
    const number = hosts.filter((host) => host.phase === phase).length;
    return number === 0 ? [] : [`${number} ${words[phase]}`];
  });
  return {
    icon: ' ',
    text: paint.dim(cut(`… and ${hosts.length} more: ${phases.join(', ')}`, columns - iconWidth - 1)),
  };
}

export function liveRows(hosts: readonly LiveHost[], screen: LiveScreen): readonly LiveRow[] {
  const limit = rowLimit(screen.rows);
  const shown = listed(hosts, limit);
  const hidden = hosts.filter((host) => !shown.includes(host));
  const widest = Math.max(0, ...shown.map((host) => textWidth(oneLine(host.name))));
  const nameWidth = Math.min(widest, Math.max(8, Math.floor(screen.columns * 0.3)));
  return [
    ...shown.map((host) => hostRow(host, nameWidth, screen)),
    ...(hidden.length === 0 ? [] : [moreRow(hidden, screen)]),
  ];
}
