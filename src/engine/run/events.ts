/**
 * What a run reports: a stable stream of events. `--json` prints them one object a line (docs/events.md); the
 * terminal views and the record on the controller are made from the same stream. Secrets are masked on
 * its way out (masked-sink.ts).
 */
import type { ResourceDiff, TaskRef, TaskStatus } from '../../planner/outcome.js';
import type { StateDiff } from '../../resources/resource.js';
import type { Value } from '../../values/value.js';

/** Raised when a field changes its meaning or goes away; new fields do not raise it. */
export const eventsVersion = 2;

export type RunMode = 'run' | 'check' | 'rollback';

export interface TaskResult {
  readonly type: 'task_result';
  readonly host: string;
  readonly play: number;
  readonly task: TaskRef;
  /** Label of the loop's item, when the task loops; then one event an item. */
  readonly item?: string;
  /** The host on which it was done, when the task was delegated. */
  readonly delegate?: string;
  readonly status: TaskStatus;
  /** In a check: the task was executed nevertheless, because of `check_mode: false`. */
  readonly ran?: true;
  /** It has `check_mode: true`: nothing of it was or will be done, whatever the status. */
  readonly dry?: true;
  readonly msg?: string;
  readonly reason?: string;
  readonly diffs: readonly ResourceDiff[];
  /** It failed, and has changed these resources nevertheless. */
  readonly left?: readonly string[];
  /** Restarts and reloads, and commands that would run (check mode) or ran. */
  readonly actions: readonly string[];
  readonly warnings: readonly string[];
  /** What `register` holds; for `-v`. */
  readonly result: Value;
  readonly seconds: number;
  /** What cannot be undone, with the reason. */
  readonly notUndoable: readonly string[];
}

export interface HostTotals {
  readonly ok: number;
  readonly changed: number;
  readonly unreachable: number;
  readonly failed: number;
  readonly skipped: number;
  readonly rescued: number;
  readonly ignored: number;
  /** Of a check: tasks of which nobody knows yet how they end. They count as `changed`, too, where one of their items surely changes. */
  readonly unknown: number;
}

/** Of a host on which nothing was done. */
export const noTotals: HostTotals = {
  ok: 0,
  changed: 0,
  unreachable: 0,
  failed: 0,
  skipped: 0,
  rescued: 0,
  ignored: 0,
  unknown: 0,
};

/** What is changed on a host. */
export interface HostChanges {
  /** Each counted once, however many tasks change it. */
  readonly resources: number;
  /** Actions without a resource: commands, restarts, reboots. */
  readonly actions: number;
}

/** By the host that it is done on, which may be one that tasks only delegate to. */
export type Changes = Readonly<Record<string, HostChanges>>;

export type RollbackVerdict = 'undone' | 'same' | 'conflict' | 'failed' | 'kept' | 'would_undo';

/** What a rollback did on a host; a verdict that nothing had is missing. Actions are commands: what restarts is not reported. */
export type Undone = Readonly<Partial<Record<RollbackVerdict, HostChanges>>>;

export type RunEvent =
  | {
      readonly type: 'run_started';
      readonly version: typeof eventsVersion;
      readonly run: string;
      readonly mode: RunMode;
      readonly playbooks: readonly string[];
      readonly time: string;
    }
  | {
      readonly type: 'play_started';
      readonly play: number;
      readonly name: string;
      readonly hosts: readonly string[];
    }
  /** Something that takes time begins on a host: reading, writing, a command, a reboot. */
  | {
      readonly type: 'step_started';
      readonly host: string;
      readonly play: number;
      readonly task?: TaskRef;
      readonly what: string;
    }
  | TaskResult
  | {
      readonly type: 'host_unreachable';
      readonly host: string;
      readonly code: string;
      readonly msg: string;
      readonly hint?: string;
    }
  | {
      readonly type: 'host_failed';
      readonly host: string;
      readonly code: string;
      readonly msg: string;
      readonly hint?: string;
    }
  | { readonly type: 'host_finished'; readonly host: string; readonly play: number }
  | { readonly type: 'warning'; readonly host?: string; readonly msg: string }
  | {
      readonly type: 'rollback_started';
      readonly host: string;
      readonly run: string;
      /** When that run began, and what it played. */
      readonly started?: string;
      readonly playbooks?: readonly string[];
    }
  | {
      readonly type: 'rollback_entry';
      readonly host: string;
      readonly run: string;
      readonly task: string;
      readonly resource: string;
      readonly verdict: RollbackVerdict;
      readonly diff?: StateDiff;
      readonly reason?: string;
    }
  | {
      readonly type: 'rollback_finished';
      readonly host: string;
      readonly run: string;
      readonly complete: boolean;
    }
  | {
      readonly type: 'run_finished';
      readonly run: string;
      /** Tasks, by host. */
      readonly totals: Readonly<Record<string, HostTotals>>;
      /** What the run changed; a check: what it would change. */
      readonly changes: Changes;
      /** Of a check: what it did change, because of `check_mode: false`. */
      readonly ran?: Changes;
      /** Of a rollback, also one that follows a failed run. */
      readonly undone?: Readonly<Record<string, Undone>>;
      readonly seconds: number;
      readonly exitCode: number;
      readonly interrupted: boolean;
      /** Scripts sent and answered, over all hosts. */
      readonly roundTrips: number;
      /** Where the record of this run is on the controller. */
      readonly record?: string;
    };

export type EventSink = (event: RunEvent) => void;
