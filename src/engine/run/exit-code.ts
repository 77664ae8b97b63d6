/** What a run ends the command with. */
import type { RunEvent } from './events.js';
import type { RunSummary } from './run-summary.js';

/** Exit codes: see docs/plan-and-undo.md. */
export function exitCodeOf(
  summary: RunSummary,
  options: { readonly check: boolean; readonly detailed: boolean; readonly pending: boolean },
): number {
  if (summary.interrupted) return 130;
  const hosts = [...summary.hosts.values()];
  const failed = hosts.filter((host) => host.failed);
  if (failed.some(({ returned, unconfirmed }) => returned?.complete === false || unconfirmed === true))
    return 7;
  if (failed.length > 0) return failed.every(({ returned }) => returned !== undefined) ? 6 : 4;
  if (hosts.some((host) => host.unreachable)) return 5;
  return options.check && options.detailed && options.pending ? 3 : 0;
}

export function pendingChanges(events: readonly RunEvent[]): boolean {
  return events.some(
    (event) =>
      event.type === 'task_result' &&
      event.ran !== true &&
      event.dry !== true &&
      (event.status === 'changed' || event.status === 'unknown'),
  );
}
