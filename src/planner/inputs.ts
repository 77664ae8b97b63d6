/** What planning starts from, and what it finds that it needs besides. */
import type { Source, SourceRequest } from '../modules/core/module.js';
import type { TargetFacts } from '../resources/facts/target.js';
import type { Task } from '../playbook/read/model.js';
import type { ReadRequest } from '../resources/resource.js';
import type { Templates } from '../template/engine.js';
import type { LookupPending } from '../template/runtime/lookup.js';
import type { Unknown } from '../values/value.js';
import type { ArgsMemo } from '../modules/args/memo.js';
import type { PlanView } from './view.js';

export interface PlanInputs {
  readonly templates: Templates;
  readonly args: ArgsMemo;
  readonly view: PlanView;
  readonly facts: TargetFacts;
  /** In a check: why it is unknown what the user that the task runs as will find, when only an earlier task makes that user. */
  readonly later?: Unknown;
  readonly checkMode: boolean;
  /** Old bytes are read for text diffs. */
  readonly diffs: boolean;
  readonly verbosity: number;
  readonly backupSuffix: string;
  /** The controller's name, and when the run began: for what a template knows of itself. */
  readonly controller: { readonly host: string; readonly started: Date };
  /** A controller file, or undefined when it must be loaded first. Throws DiagnosticError when there is none. */
  source(request: SourceRequest, task: Task): Source | undefined;
  /** It was looked for and is not there. */
  sourceMissing(request: SourceRequest, task: Task): boolean;
}

/** Collected while planning; when anything is in it the plan is thrown away and made again. */
export interface Needs {
  readonly reads: ReadRequest[];
  readonly sources: SourceRequest[];
  /** Sources of items of which it is unknown whether they run: that one is not there is no failure. */
  readonly perhaps: SourceRequest[];
  /** Lookups that act and are still running. */
  readonly lookups: LookupPending[];
}

/** What has to be read and loaded before the task can be planned. */
export interface TaskNeed {
  readonly type: 'need';
  readonly reads: readonly ReadRequest[];
  readonly sources: readonly SourceRequest[];
  /** Those that may turn out not to be needed: one that is not there is no failure yet. */
  readonly perhaps: readonly SourceRequest[];
  /** Lookups that act: to be awaited. Whoever only looks ahead lets them be. */
  readonly lookups: readonly LookupPending[];
}
