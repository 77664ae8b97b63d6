/** An operation of the engine: what it is given, and what it comes to. */
import type { HostVars } from '../../inventory/host-vars.js';
import type { ControllerOperation } from '../../modules/core/controller-operation.js';
import type { Task } from '../../playbook/read/model.js';
import type { Value } from '../../values/value.js';
import type { RunContext } from '../run/context.js';
import type { PlanView } from '../../planner/view.js';
import type { Target } from '../target/target.js';
import type { TargetShell } from '../target/target-shell.js';

export type OperationOf<Op extends ControllerOperation['op']> = Extract<ControllerOperation, { op: Op }>;

export interface OperationInputs {
  readonly context: RunContext;
  /** Where it is done: the host itself, or the one that the task is delegated to. */
  readonly target: Target;
  readonly shell: TargetShell;
  readonly view: PlanView;
  readonly host: string;
  readonly vars: HostVars;
  readonly checkMode: boolean;
  /** The task has `check_mode: true`. */
  readonly dry: boolean;
  readonly task: Task;
  step(what: string): void;
}

export interface OperationOutcome {
  readonly changed: boolean;
  readonly failed: boolean;
  readonly skipped: boolean;
  readonly msg?: string;
  readonly reason?: string;
  readonly result: Readonly<Record<string, Value>>;
  readonly actions?: readonly string[];
}

export const good = (result: Readonly<Record<string, Value>>, changed = false): OperationOutcome => ({
  changed,
  failed: false,
  skipped: false,
  result,
});

export const bad = (msg: string, result: Readonly<Record<string, Value>> = {}): OperationOutcome => ({
  changed: false,
  failed: true,
  skipped: false,
  msg,
  result,
});
