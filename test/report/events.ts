/** Events with the fields that a story does not care about filled in. */
import { Amounts } from '../../src/engine/run/amounts.js';
import type { HostTotals, RollbackVerdict, RunEvent, TaskResult } from '../../src/engine/run/events.js';
import type { TaskRef, TaskStatus } from '../../src/planner/outcome.js';
import type { FieldChange } from '../../src/resources/resource.js';

export const run = '20261122T101500Z-3fa9c1';

export function task(line: number, name: string, module = 'copy', handler = false): TaskRef {
  const range = { file: 'playbooks/site.yaml', line, column: 7, text: `    - name: ${name}` };
  return { id: `0.${line}`, name, module, range, handler };
}

export function result(
  host: string,
  ref: TaskRef,
  status: TaskStatus,
  more: Partial<Omit<TaskResult, 'type' | 'host' | 'task' | 'status'>> = {},
): TaskResult {
  const rest = {
    play: 0,
    diffs: [],
    actions: [],
    warnings: [],
    result: null,
    seconds: 0.04,
    notUndoable: [],
    ...more,
  };
  return { type: 'task_result', host, task: ref, status, ...rest };
}

export function step(host: string, what: string, ref?: TaskRef): RunEvent {
  return { type: 'step_started', host, play: 0, ...(ref === undefined ? {} : { task: ref }), what };
}

export function fieldsDiff(resource: string, ...fields: FieldChange[]) {
  return { resource, diff: { type: 'fields' as const, fields } };
}

export function textDiff(
  path: string,
  before: string | undefined,
  after: string | undefined,
  fields: readonly FieldChange[] = [],
) {
  const header = {
    before: before === undefined ? '/dev/null' : path,
    after: after === undefined ? '/dev/null' : path,
  };
  return { resource: `file:${path}`, diff: { type: 'text' as const, header, before, after, fields } };
}

export function totals(counts: Partial<HostTotals> = {}): HostTotals {
  return {
    ok: 0,
    changed: 0,
    unreachable: 0,
    failed: 0,
    skipped: 0,
    rescued: 0,
    ignored: 0,
    unknown: 0,
    ...counts,
  };
}

export function started(mode: 'run' | 'check' | 'rollback', playbooks = ['playbooks/site.yaml']): RunEvent {
  return { type: 'run_started', version: 2, run, mode, playbooks, time: '2026-11-22T10:15:00.000Z' };
}

export function finished(
  hosts: Readonly<Record<string, HostTotals>>,
  more: Partial<Omit<Extract<RunEvent, { type: 'run_finished' }>, 'type'>> = {},
): RunEvent {
  const rest = {
    run,
    changes: {},
    seconds: 12.34,
    exitCode: 0,
    interrupted: false,
    roundTrips: 14,
    record: `~/.local/state/rtprov/runs/${run}`,
  };
  return { type: 'run_finished', totals: hosts, ...rest, ...more };
}

/** What a rollback did, or would do, about one resource. */
export function undo(
  host: string,
  taskName: string,
  resource: string,
  verdict: RollbackVerdict,
  more: Pick<Extract<RunEvent, { type: 'rollback_entry' }>, 'diff' | 'reason'> = {},
): RunEvent {
  return { type: 'rollback_entry', host, run, task: taskName, resource, verdict, ...more };
}

/** The same with an end that says how much changed, as that of a real run does. */
export function withAmounts(events: readonly RunEvent[]): readonly RunEvent[] {
  const amounts = new Amounts();
  for (const event of events) amounts.add(event);
  return events.map((event) => (event.type === 'run_finished' ? { ...event, ...amounts.all() } : event));
}
