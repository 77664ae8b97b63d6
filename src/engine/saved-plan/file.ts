/**
 * A saved plan (`--plan FILE`): what a check listed, host by host and task by task. A run with it applies exactly that: the hosts
 * are looked at again first, and a difference is named and refused.
 */
import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import type { RunEvent } from '../run/events.js';
import type { ResourceDiff } from '../../planner/outcome.js';
import { keyedDigest } from '../../planner/outcome.js';

/** Raised when the format changes so that an older rtprov cannot read it. */
const planVersion = 3;

export type PlanEntry = Pick<ResourceDiff, 'resource' | 'diff' | 'digest'>;

export interface PlannedTask {
  readonly host: string;
  readonly task: string;
  readonly name: string;
  readonly item?: string;
  readonly delegate?: string;
  readonly status: string;
  readonly entries: readonly PlanEntry[];
  readonly actions: readonly string[];
}

export interface SavedPlan {
  readonly version: number;
  readonly made: string;
  /** Names the key of its keyed digests, where there are any. */
  readonly key?: string;
  /** sha256 of every file that the plan was made from, and of the options that choose tasks and hosts. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly tasks: readonly PlannedTask[];
}

const side = z.string().optional();
const fieldsSchema = z.array(z.object({ field: z.string(), before: side, after: side }));
const entrySchema = z.object({
  resource: z.string(),
  diff: z.discriminatedUnion('type', [
    z.object({ type: z.literal('fields'), fields: fieldsSchema }),
    z.object({
      type: z.literal('text'),
      header: z.object({ before: z.string(), after: z.string() }),
      before: side,
      after: side,
      fields: fieldsSchema,
    }),
  ]),
  digest: side,
});
const planSchema = z.object({
  version: z.literal(planVersion),
  made: z.string(),
  key: side,
  inputs: z.record(z.string(), z.string()),
  tasks: z.array(
    z.object({
      host: z.string(),
      task: z.string(),
      name: z.string(),
      item: z.string().optional(),
      delegate: z.string().optional(),
      status: z.string(),
      entries: z.array(entrySchema),
      actions: z.array(z.string()),
    }),
  ),
});

/** Two entries with the same key change the same resource in the same way. */
export function planKey({ resource, diff, digest }: PlanEntry): string {
  return digest ?? `${resource} ${JSON.stringify(diff)}`;
}

/** The plan in the events of a check: tasks that would do something, or may. */
export function planOf(events: readonly RunEvent[]): readonly PlannedTask[] {
  return events.flatMap((event) => {
    if (event.type !== 'task_result' || !['changed', 'unknown'].includes(event.status)) return [];
    return [
      {
        host: event.host,
        task: event.task.id,
        name: event.task.name,
        ...(event.item === undefined ? {} : { item: event.item }),
        ...(event.delegate === undefined ? {} : { delegate: event.delegate }),
        status: event.status,
        entries: event.diffs.map(({ resource, diff, digest }) => ({
          resource,
          diff,
          ...(digest === undefined ? {} : { digest }),
        })),
        actions: event.actions,
      },
    ];
  });
}

export function planText(
  inputs: Readonly<Record<string, string>>,
  tasks: readonly PlannedTask[],
  now: Date,
  key?: Buffer,
): string {
  const needsKey = key !== undefined && hasKeyed(tasks);
  const named = needsKey ? { key: nameOfKey(key) } : {};
  const plan: SavedPlan = { version: planVersion, made: now.toISOString(), ...named, inputs, tasks };
  return `${JSON.stringify(plan, undefined, 1)}\n`;
}

const hasKeyed = (tasks: readonly PlannedTask[]): boolean =>
  tasks.some(({ entries }) => entries.some(({ digest }) => digest?.startsWith(keyedDigest) === true));

function nameOfKey(key: Buffer): string {
  return createHmac('sha256', key).update('name').digest('hex').slice(0, 16);
}

/** Throws RtprovError BAD_PLAN when the plan has changes that only the key of another controller can compare. */
export function checkPlanKey(saved: SavedPlan, key: Buffer | undefined, file: string): void {
  if (!hasKeyed(saved.tasks) || (key !== undefined && saved.key === nameOfKey(key))) return;
  throw new RtprovError(
    'BAD_PLAN',
    `${file} has changes of tasks with no_log, and was made by another controller or user. Without the key in their state folder, these changes cannot be compared`,
    {
      hint: 'Make the plan here, with `rtprov run PLAYBOOK --check --plan FILE`, or run it where it was made.',
    },
  );
}

/** Throws RtprovError BAD_PLAN when the text is not a plan of this version. */
export function parsePlan(text: string, file: string): SavedPlan {
  try {
    return planSchema.parse(JSON.parse(text)) as SavedPlan;
  } catch (cause) {
    throw new RtprovError('BAD_PLAN', `${file} is not a plan that this version reads`, {
      cause,
      hint: 'Make it with `rtprov run PLAYBOOK --check --plan FILE`.',
    });
  }
}

const place = (task: PlannedTask): string =>
  `${task.host}: ${task.name}${task.item === undefined ? '' : ` (${task.item})`}${task.delegate === undefined ? '' : ` on ${task.delegate}`}`;

function contents(task: PlannedTask): string {
  return [
    task.host,
    task.task,
    task.item ?? '',
    task.delegate ?? '',
    task.status,
    ...task.entries.map(planKey).sort(),
    ...task.actions,
  ].join('\n');
}

/** In which way a plan does not hold any more. */
export interface PlanDifference {
  /** A sentence. */
  readonly text: string;
  /** The changes that differ, as planned and as they would be made now. */
  readonly planned?: readonly PlanEntry[];
  readonly now?: readonly PlanEntry[];
}

function plannedFor(tasks: readonly PlannedTask[], task: PlannedTask): PlannedTask | undefined {
  return tasks.find((other) => place(other) === place(task) && other.task === task.task);
}

/** Entries of one plan of a task that the other does not have. */
function drifted(task: PlannedTask | undefined, other: PlannedTask | undefined): readonly PlanEntry[] {
  const known = new Set(other?.entries.map(planKey));
  return (task?.entries ?? []).filter((entry) => !known.has(planKey(entry)));
}

/** The differences between what was planned and what would be done now; empty when there are none. */
export function planDifferences(
  saved: SavedPlan,
  inputs: Readonly<Record<string, string>>,
  now: readonly PlannedTask[],
): readonly PlanDifference[] {
  const differences: PlanDifference[] = [];
  for (const [name, sha] of Object.entries(saved.inputs)) {
    if (inputs[name] !== sha) differences.push({ text: `${name} has changed since the plan was made` });
  }
  for (const name of Object.keys(inputs))
    if (saved.inputs[name] === undefined)
      differences.push({ text: `${name} was not there when the plan was made` });
  const before = new Set(saved.tasks.map(contents));
  const after = new Set(now.map(contents));
  for (const task of now) {
    if (before.has(contents(task))) continue;
    const resources = task.entries.map((entry) => entry.resource).join(', ');
    differences.push({
      text: `${place(task)}: would now change ${resources === '' ? task.actions.join(', ') : resources} in a different way than planned`,
      planned: drifted(plannedFor(saved.tasks, task), task),
      now: drifted(task, plannedFor(saved.tasks, task)),
    });
  }
  for (const task of saved.tasks) {
    if (!after.has(contents(task)) && plannedFor(now, task) === undefined)
      differences.push({ text: `${place(task)}: was planned and is no longer needed` });
  }
  return differences;
}
