/** What a window does, step after step. */
import type { Change } from '../resources/resource.js';
import type { Shell } from '../shell/shell.js';
import type { PlannedStep } from './plan-item.js';

/** A step of the window with the place of its task in the window. */
export interface WindowStep {
  /** The task's place in the window, and the item's in its loop. */
  readonly of: { readonly task: number; readonly item: number };
  readonly taskId: string;
  readonly taskName: string;
  readonly step:
    | PlannedStep
    | {
        readonly type: 'command';
        readonly script: Shell;
        readonly shown: string;
        readonly environment: Readonly<Record<string, string>>;
        readonly undo?: Shell;
        readonly touches: readonly Change[];
        readonly journalled: boolean;
        readonly pauseSeconds: number;
      };
}
