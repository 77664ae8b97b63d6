/** How a task ended on a host, or would end: the terms of results, events and records. */
import type { SourceRange } from '../diagnostics/diagnostic.js';
import type { StateDiff } from '../resources/resource.js';
import type { Unknown, Value } from '../values/value.js';
import type { Item } from './item.js';

export interface TaskRef {
  readonly id: string;
  /** Rendered name, `role : name` for tasks of roles, the module's name when there is none. */
  readonly name: string;
  readonly module: string;
  readonly range?: SourceRange;
  readonly handler: boolean;
}

/** One resource that a task changes (or would change), with how. */
export interface ResourceDiff {
  /** `file:/etc/motd`. */
  readonly resource: string;
  readonly diff: StateDiff;
  /**
   * Equal for two changes when resource, state before and state after are equal, whatever of it is shown (`--diff`, masking).
   * Of no_log tasks only with --plan, and then made with a key of the controller: a plain one would show when a guess is right.
   */
  readonly digest?: string;
  /** Why it will not be undone by a rollback, when that is so. */
  readonly notUndoable?: string;
}

/** What is shown in place of a change of a no_log task. */
export const hiddenDiff: StateDiff = {
  type: 'fields',
  fields: [{ field: 'content', before: '(hidden: no_log)', after: '(hidden: no_log)' }],
};

/** How digests begin that only the controller's key can make (ADR 0014). */
export const keyedDigest = 'hmac-sha256:';

/**
 * - `unknown` is only given in check mode: it may change, `reason` says what must be known first.
 * - `ignored` is a failure that `ignore_errors` or `ignore_unreachable` lets pass; `rescued` one that a rescue section took over.
 */
export type TaskStatus =
  'ok' | 'changed' | 'skipped' | 'failed' | 'unreachable' | 'unknown' | 'ignored' | 'rescued';

/** How one item of a task ended, or would end. */
export interface ItemOutcome {
  readonly item: Item;
  /** The host on which it was done, when the task was delegated. */
  readonly delegate?: string;
  readonly changed: boolean | Unknown;
  readonly failed: boolean | Unknown;
  readonly skipped: boolean;
  readonly unreachable?: boolean;
  readonly msg?: string;
  readonly result: Readonly<Record<string, Value>>;
  readonly diffs: readonly ResourceDiff[];
  readonly actions: readonly string[];
  readonly warnings: readonly string[];
  readonly notUndoable: readonly string[];
  readonly seconds: number;
  /** It was done, although the run is a check. */
  readonly ran?: true;
  /** Why it is unknown what it will do. */
  readonly reason?: string;
  /** It failed, and these resources are no longer as they were. */
  readonly left?: readonly string[];
}
