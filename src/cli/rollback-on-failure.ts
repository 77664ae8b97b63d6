/** --rollback-on-failure: hosts that failed are put back as they were before the run. */
import { DiagnosticError, RtprovError } from '../diagnostics/diagnostic.js';
import type { RunEvent } from '../engine/events.js';
import { rollback } from '../engine/rollback.js';
import type { Run } from '../engine/run.js';
import type { RunSummary } from '../engine/run-summary.js';

/** Undefined when nothing failed; otherwise whether all failed hosts are back as they were. */
export async function rollBackFailed(
  run: Run,
  summary: RunSummary,
  emit: (event: RunEvent) => void,
): Promise<boolean | undefined> {
  const failed = [...summary.hosts].filter(
    ([, host]) => (host.failed || host.unreachable) && host.returned === undefined,
  );
  if (failed.length === 0) return undefined;
  let complete = true;
  for (const [name, host] of failed) {
    const target = run.targetOf(name);
    if (target === undefined || !host.wrote) continue;
    try {
      if (host.unreachable) await target.reconnect();
      for (const shell of target.writtenShells()) {
        const result = await rollback(
          name,
          { target, shell },
          { to: run.id, check: false, diff: false, force: false },
          emit,
        );
        complete &&= result.complete;
        await shell.finish();
      }
    } catch (error) {
      if (!(error instanceof RtprovError) || error instanceof DiagnosticError) throw error;
      complete = false;
      emit({
        type: 'host_failed',
        host: name,
        code: error.code,
        msg: error.message,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      });
    }
  }
  return complete;
}
