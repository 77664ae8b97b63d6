/** --plan: a plan that was saved, and whether it still holds. */
import { open, rm, stat, writeFile } from 'node:fs/promises';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { fileFault } from '../../diagnostics/file-fault.js';
import type { RunEvent } from '../../engine/run/events.js';
import { maskedEvent, maskedFields } from '../../engine/run/masked-sink.js';
import {
  parsePlan,
  planDifferences,
  planOf,
  type PlanDifference,
  type PlanEntry,
  type PlannedTask,
  type SavedPlan,
} from '../../engine/saved-plan/file.js';
import type { RunSummary } from '../../engine/run/run-summary.js';
import { diffLines } from '../../report/diff.js';
import { noPaint } from '../../report/paint.js';
import { readTextFile } from '../../yaml/text-file.js';
import { commandSecrets } from '../command-secrets.js';
import { makeRun, type RunParts } from './make-run.js';

export function readPlan(path: string): SavedPlan {
  let text: string;
  try {
    text = readTextFile(path);
  } catch (cause) {
    throw new RtprovError('BAD_PLAN', `the plan ${path} cannot be read: ${fileFault(cause, path)}`, {
      cause,
      hint: 'Make it with `rtprov run PLAYBOOK --check --plan FILE`.',
    });
  }
  return parsePlan(text, path);
}

/** Proves that the plan can be saved, before a host is contacted. A plan that is there already stays as it is. Throws RtprovError. */
export async function checkPlanPlace(path: string): Promise<void> {
  try {
    const present = await stat(path).catch(() => undefined);
    if (present !== undefined && !present.isFile()) throw new Error('it exists and is not a regular file');
    const file = await open(path, 'a', 0o600);
    await file.close();
    if (present === undefined) await rm(path);
  } catch (cause) {
    throw new RtprovError('BAD_OPTION', `the plan cannot be saved to ${path}: ${fileFault(cause, path)}`, {
      cause,
      hint: 'Give --plan a file in an existing, writable folder.',
    });
  }
}

export async function savePlan(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 }).catch(async (cause: unknown) => {
    // Half a plan is none.
    await rm(path, { force: true }).catch(() => undefined);
    throw new RtprovError(
      'PLAN_NOT_SAVED',
      `the plan cannot be saved to ${path}: ${fileFault(cause, path)}`,
      {
        cause,
        hint: 'Free some space there, and make the plan again: nothing was changed on any host.',
      },
    );
  });
}

/** Why hosts could not be planned for to their end: what the plan says of them cannot be compared. */
export function troubles(events: readonly RunEvent[], { hosts }: RunSummary): readonly string[] {
  return [...hosts].flatMap(([name, host]) => {
    if (!host.failed && !host.unreachable) return [];
    const said = events.flatMap((event) => {
      if (event.type === 'host_unreachable' || event.type === 'host_failed')
        return event.host === name ? [event.msg] : [];
      if (event.type !== 'task_result' || event.host !== name || event.status !== 'failed') return [];
      return [`${event.task.name}: ${event.msg ?? 'it would fail'}`];
    });
    return (said.length === 0 ? ['it failed'] : said).map((text) => `${name}: ${text}`);
  });
}

/** Lines of a diff that a person is shown of one change: the rest is for `--check --diff`. */
const mostLines = 40;
const mostChanges = 5;

function maskedAgain(task: PlannedTask): PlannedTask {
  return {
    ...task,
    name: commandSecrets.text(task.name),
    ...(task.item === undefined ? {} : { item: commandSecrets.text(task.item) }),
    actions: commandSecrets.json(task.actions),
    entries: task.entries.map((entry) => maskedFields(entry, commandSecrets)),
  };
}

function withDiffs({ text, planned = [], now = [] }: PlanDifference): string {
  const shown = (title: string, entries: readonly PlanEntry[]): readonly string[] =>
    entries.length === 0
      ? []
      : [
          title,
          ...entries
            .slice(0, mostChanges)
            .flatMap(({ resource, diff }) => diffLines(resource, diff, noPaint, mostLines)),
        ];
  return [text, ...shown('planned:', planned), ...shown('now:', now)].join('\n    ');
}

/** Looks at all hosts again and throws PLAN_DRIFT when anything differs from the saved plan, or a host cannot be planned for. */
export async function refuseDrift(parts: RunParts, saved: SavedPlan, file: string): Promise<void> {
  const events: RunEvent[] = [];
  // With texts, so that a difference can be shown. Nobody is asked about tasks that are only looked at.
  const { confirmTask: _asked, ...unasked } = parts;
  const withTexts = { ...unasked, options: { ...parts.options, diff: true } };
  const run = makeRun(withTexts, true, (event) => events.push(event));
  let summary: RunSummary;
  try {
    summary = await run.run();
  } finally {
    await run.close();
  }
  // What became known while it was looked at is a secret in all of it.
  const now = planOf(events.map((event) => maskedEvent(event, commandSecrets)));
  const differences = [
    ...troubles(events, summary),
    ...planDifferences({ ...saved, tasks: saved.tasks.map(maskedAgain) }, parts.files.digests, now).map(
      withDiffs,
    ),
  ];
  if (differences.length > 0) {
    throw new RtprovError(
      'PLAN_DRIFT',
      `the plan ${file} no longer holds, nothing was changed:\n  ${differences.slice(0, 20).join('\n  ')}`,
      {
        hint: 'Make a new plan with --check --plan FILE and look at it.',
      },
    );
  }
}
