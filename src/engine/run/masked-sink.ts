/** The one place where events are masked and bounded: every event that leaves the engine passes it, for views, records and plans alike. */
import type { Value } from '../../values/value.js';
import { boundedValue } from './bounded-value.js';
import type { EventSink, RunEvent } from './events.js';
import type { TaskRef } from '../../planner/outcome.js';
import type { Secrets } from './secrets.js';

/** Fields that name things of rtprov's own or hosts: programs go by them. All others may hold text of files and hosts. */
const structural: ReadonlySet<string> = new Set([
  'type',
  'version',
  'run',
  'mode',
  'time',
  'host',
  'hosts',
  'delegate',
  'play',
  'status',
  'verdict',
  'complete',
  'code',
  'totals',
  'changes',
  'ran',
  'undone',
  'seconds',
  'exitCode',
  'interrupted',
  'roundTrips',
  'record',
]);

function shown(value: unknown, secrets: Secrets): Value {
  return boundedValue(value as Value, secrets);
}

function maskedTask(task: TaskRef, secrets: Secrets): TaskRef {
  const { range } = task;
  return {
    ...task,
    name: secrets.text(task.name),
    ...(range?.text === undefined ? {} : { range: { ...range, text: secrets.text(range.text) } }),
  };
}

export function maskedEvent(event: RunEvent, secrets: Secrets): RunEvent {
  const entries = Object.entries(event).map(([name, value]): [string, unknown] => {
    if (structural.has(name)) return [name, value];
    if (name === 'task' && typeof value === 'object') return [name, maskedTask(value as TaskRef, secrets)];
    if (name === 'diffs')
      return [name, (value as readonly object[]).map((one) => maskedFields(one, secrets))];
    if (name === 'diff') return [name, maskedFields(value as object, secrets)];
    return [name, shown(value, secrets)];
  });
  // Every field keeps its name, and masking changes texts only.
  return Object.fromEntries(entries) as unknown as RunEvent;
}

/** A diff, or a resource with its diff: what sort of diff it is stays. */
export function maskedFields<T extends object>(diff: T, secrets: Secrets): T {
  const fields = Object.entries(diff).map(([name, value]: [string, unknown]) => {
    if (name === 'type' || name === 'digest') return [name, value];
    if (name === 'diff' && typeof value === 'object' && value !== null)
      return [name, maskedFields(value, secrets)];
    if (name === 'fields')
      return [name, (value as readonly object[]).map((field) => maskedFields(field, secrets))];
    if (name === 'header') return [name, maskedFields(value as object, secrets)];
    return [name, shown(value, secrets)];
  });
  return Object.fromEntries(fields) as T;
}

export function maskedSink(sink: EventSink, secrets: Secrets): EventSink {
  return (event) => sink(maskedEvent(event, secrets));
}
