/** Keeps of a run's events what is at its end again: failures, what cannot be undone. */
import type { RunEvent, RunMode } from '../engine/run/events.js';
import { isMapping } from '../values/value.js';
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

/** Errors of a step that was not begun on the host. */
const beforeChanges: ReadonlySet<string> = new Set(['JOURNAL_FAILED', 'UPLOAD_FAILED', 'HOST_LOCKED']);

export class Tally {
  mode: RunMode = 'run';
  plays = 0;
  /** Of hosts, by a command of its own: no playbook takes part. */
  isRollback = false;
  readonly failures: Failure[] = [];
  /** A task failed of which nobody knows whether it changed something: a command, a restart, or one whose host was lost. */
  mayHaveChanged = false;
  /** Hosts that a step was sent to, of which nothing is reported yet. */
  private readonly writing = new Set<string>();
  /** The text, and the hosts that it holds for. */
  readonly notUndoable = new Map<string, Set<string>>();

  constructor(private readonly baseDir: string | undefined) {}

  add(event: RunEvent): void {
    switch (event.type) {
      case 'run_started':
        this.mode = event.mode;
        this.isRollback = event.playbooks.length === 0;
        return;
      case 'play_started':
        this.plays += 1;
        return;
      case 'step_started':
        this.writing.add(event.host);
        return;
      case 'task_result':
        this.addResult(event);
        this.writing.delete(event.host);
        return;
      case 'host_unreachable':
      case 'host_failed': {
        if (this.writing.has(event.host) && !beforeChanges.has(event.code)) this.mayHaveChanged = true;
        const what = event.type === 'host_unreachable' ? 'unreachable' : 'failed';
        this.failures.push({
          host: event.host,
          task: `(${what}: ${event.code})`,
          message: cleanLines(event.msg)[0] ?? '',
        });
        return;
      }
      default:
        return;
    }
  }

  private addResult(event: Extract<RunEvent, { type: 'task_result' }>): void {
    const lost =
      this.writing.has(event.host) && isMapping(event.result) && event.result['unreachable'] === true;
    if (isFailure(event.status) && event.dry !== true && (lost || event.actions.length > 0))
      this.mayHaveChanged = true;
    const place = event.delegate ?? event.host;
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
