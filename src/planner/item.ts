/** One item of a task's loop with its plan; a task without a loop has one item. */
import type { ControllerOperation } from '../modules/core/controller-operation.js';
import type { RemoteCommand, Step } from '../modules/core/module.js';
import type { Change, ResourceId } from '../resources/resource.js';
import type { Scope } from '../template/runtime/scope.js';
import type { Value, Vars } from '../values/value.js';
import type { Environment } from './arguments.js';

export type PlannedStep =
  | { readonly type: 'change'; readonly change: Change; readonly validate?: string }
  | Extract<Step, { type: 'action' }>;

export type ItemPlan =
  | {
      readonly type: 'states';
      readonly steps: readonly PlannedStep[];
      readonly result: Readonly<Record<string, Value>>;
      readonly msg?: string;
      readonly warnings: readonly string[];
      readonly looked: boolean;
    }
  | {
      readonly type: 'failed';
      readonly msg: string;
      readonly result: Readonly<Record<string, Value>>;
      /** What is planned and not written yet may mend it: write first, and plan again. */
      readonly afterPending?: boolean;
    }
  | { readonly type: 'skipped'; readonly msg: string; readonly result: Readonly<Record<string, Value>> }
  | {
      readonly type: 'command';
      readonly command: RemoteCommand;
      readonly environment: Environment;
      /** Seconds that it may take. */
      readonly limitSeconds?: number;
    }
  | { readonly type: 'controller'; readonly operation: ControllerOperation }
  | {
      readonly type: 'unknown';
      readonly reason: string;
      readonly resources: readonly ResourceId[];
      /** It is a command that may change anything. */
      readonly acts?: true;
    };

export interface Item {
  /** What a person is shown for a loop's item. */
  readonly label?: string;
  /** The item's value, for the registered results. */
  readonly value?: Value;
  readonly loopVar?: string;
  /** All variables of the loop, as the registered results have them, too. */
  readonly vars?: Vars;
  readonly scope: Scope;
  readonly plan: ItemPlan;
}

export function failed(msg: string): ItemPlan {
  return { type: 'failed', msg, result: {} };
}
