/** What a window does, step after step. */
import type { Templated } from '../../playbook/read/model.js';
import type { Change } from '../../resources/resource.js';
import { raw, type Shell } from '../../shell/shell.js';
import type { Templates } from '../../template/engine.js';
import { plainText, type Value } from '../../values/value.js';
import type { Environment } from '../../planner/arguments.js';
import type { TaskRef } from '../../planner/outcome.js';
import type { TaskInstruction } from '../../planner/program.js';
import type { Item, PlannedStep } from '../../planner/item.js';
import { declaresNoChange, hiddenCommand } from '../../planner/predict.js';
import { touchedFiles } from '../../planner/touches.js';
import type { PlanView } from '../../planner/view.js';

/** A planned task as a window writes it. */
export interface WindowTask {
  readonly instruction: TaskInstruction;
  readonly ref: TaskRef;
  readonly items: readonly Item[];
  /** Its task has no_log. */
  readonly hidden: boolean;
  /** Planned as in a check: nothing of it is written, also where it waits among tasks that are. */
  readonly checkMode: boolean;
}

/** A step of the window with the place of its task in the window. */
export interface WindowStep {
  /** The task's place in the window, and the item's in its loop. */
  readonly of: { readonly task: number; readonly item: number };
  readonly taskId: string;
  readonly taskName: string;
  /** Its task has no_log. */
  readonly hidden?: true;
  readonly step: PlannedStep | CommandStep;
}

export interface CommandStep {
  readonly type: 'command';
  readonly prepare?: Shell;
  readonly script: Shell;
  readonly shown: string;
  readonly environment: Environment;
  readonly limitSeconds?: number;
  readonly undo?: Shell;
  readonly touches: readonly Change[];
  readonly journalled: boolean;
  readonly pauseSeconds: number;
}

/** The steps of a planned task that is at a place in the window. */
export function windowSteps(
  pending: WindowTask,
  at: number,
  view: PlanView,
  templates: Templates,
  mask: (text: string) => string,
): readonly WindowStep[] {
  const { task } = pending.instruction;
  const { keywords } = task;
  if (pending.checkMode) return [];
  return pending.items.flatMap(({ plan, scope }, item): readonly WindowStep[] => {
    const common = {
      of: { task: at, item },
      taskId: pending.ref.id,
      taskName: mask(pending.ref.name),
      ...(pending.hidden ? { hidden: true as const } : {}),
    };
    if (plan.type === 'states') return plan.steps.map((step) => ({ ...common, step }));
    if (plan.type !== 'command') return [];
    const evaluate = (value: Templated): Value => templates.evaluate(value.value, scope, value.range);
    const undo: Shell | undefined =
      keywords.undo === undefined ? undefined : raw(plainText(evaluate(keywords.undo)));
    return [
      {
        ...common,
        step: {
          type: 'command',
          ...(plan.command.prepare === undefined ? {} : { prepare: plan.command.prepare }),
          script: plan.command.script,
          shown: pending.hidden ? hiddenCommand : mask(plan.command.shown),
          environment: plan.environment,
          ...(plan.limitSeconds === undefined ? {} : { limitSeconds: plan.limitSeconds }),
          touches: touchedFiles(task, scope, view, templates),
          journalled: !declaresNoChange(task),
          pauseSeconds: item > 0 ? (keywords.loopControl.pause ?? 0) : 0,
          ...(undo === undefined ? {} : { undo }),
        },
      },
    ];
  });
}

/** What a person sees while the steps are done. */
export function summary(steps: readonly WindowStep[]): string {
  const changes = steps.filter(({ step }) => step.type === 'change').length;
  const commands = steps.flatMap(({ step }) => (step.type === 'command' ? [step.shown] : []));
  const parts = [...(changes > 0 ? [`${changes} change${changes === 1 ? '' : 's'}`] : []), ...commands];
  return parts.length === 0 ? 'actions' : parts.join(', ');
}
