/** Adds up a run's events for what stands at its end: failures, changes, what cannot be undone. */
import type { RunEvent, RunMode } from '../engine/events.js';
import { cleanLines, oneLine } from './printable.js';
import { isFailure } from './status.js';
import { position, taskTitle } from './task-lines.js';

export interface Failure {
  readonly host: string;
  readonly task: string;
  /** `site.yaml:12`. */
  readonly position?: string;
  /** First line of the message. */
  readonly message: string;
}

export interface RollbackCounts {
  undone: number;
  wouldUndo: number;
  same: number;
  kept: number;
  conflict: number;
  failed: number;
}

const keys = {
  undone: 'undone',
  would_undo: 'wouldUndo',
  same: 'same',
  kept: 'kept',
  conflict: 'conflict',
  failed: 'failed',
} as const;

export class Tally {
  mode: RunMode = 'run';
  plays = 0;
  unknown = 0;
  /** Changes and other actions that a check made, because of `check_mode: false`. */
  ran = 0;
  /** Changes by tasks that name no resource: commands, restarts, reboots. */
  actions = 0;
  readonly failures: Failure[] = [];
  /** The text, and the hosts that it holds for. */
  readonly notUndoable = new Map<string, Set<string>>();
  readonly rollbacks = new Map<string, RollbackCounts>();
  private readonly resources = new Map<string, Set<string>>();
  private readonly hosts = new Set<string>();

  constructor(private readonly baseDir: string | undefined) {}

  /** Resources that changed, each counted once a host. */
  get changedResources(): number {
    return [...this.resources.values()].reduce((sum, names) => sum + names.size, 0);
  }

  get changedHosts(): number {
    return this.hosts.size;
  }

  add(event: RunEvent): void {
    switch (event.type) {
      case 'run_started':
        this.mode = event.mode;
        return;
      case 'play_started':
        this.plays += 1;
        return;
      case 'task_result':
        this.addResult(event);
        return;
      case 'host_unreachable':
      case 'host_failed': {
        const what = event.type === 'host_unreachable' ? 'unreachable' : 'failed';
        this.failures.push({
          host: event.host,
          task: `(${what}: ${event.code})`,
          message: cleanLines(event.msg)[0] ?? '',
        });
        return;
      }
      case 'rollback_started':
        this.rollback(event.host);
        return;
      case 'rollback_entry':
        this.rollback(event.host)[keys[event.verdict]] += 1;
        return;
      default:
        return;
    }
  }

  private rollback(host: string): RollbackCounts {
    const known = this.rollbacks.get(host);
    if (known !== undefined) return known;
    const counts = { undone: 0, wouldUndo: 0, same: 0, kept: 0, conflict: 0, failed: 0 };
    this.rollbacks.set(host, counts);
    return counts;
  }

  private addResult(event: Extract<RunEvent, { type: 'task_result' }>): void {
    if (event.status === 'unknown') this.unknown += 1;
    const place = event.delegate ?? event.host;
    if (event.status === 'changed' && event.ran === true) this.ran += Math.max(1, event.diffs.length);
    else if (event.status === 'changed') {
      this.hosts.add(place);
      if (event.diffs.length === 0) this.actions += 1;
      const names = this.resources.get(place) ?? new Set();
      for (const { resource } of event.diffs) names.add(resource);
      this.resources.set(place, names);
    }
    if (event.status === 'changed' || event.status === 'unknown' || isFailure(event.status)) {
      for (const text of event.notUndoable) {
        const line = oneLine(text);
        this.notUndoable.set(line, (this.notUndoable.get(line) ?? new Set()).add(place));
      }
    }
    if (event.status === 'failed' || event.status === 'unreachable') {
      this.failures.push({
        host: event.host,
        task: taskTitle(event.task, event.item),
        ...(event.task.range === undefined ? {} : { position: position(event.task.range, this.baseDir) }),
        message: cleanLines(event.msg ?? '')[0] ?? '',
      });
    }
  }
}
