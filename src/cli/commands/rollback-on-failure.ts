/** --rollback-on-failure: hosts that failed are put back as they were before the run, and what they wrote elsewhere with them. */
import type { RunEvent } from '../../engine/run/events.js';
import { hostError } from '../../engine/host/error.js';
import { rollback } from '../../engine/rollback/rollback.js';
import { partError, runsHere } from '../../engine/rollback/runs.js';
import type { Run } from '../../engine/run/run.js';
import type { RunSummary } from '../../engine/run/run-summary.js';
import type { Target } from '../../engine/target/target.js';

/** Undefined when nothing failed; otherwise whether all that failed hosts wrote is back as it was. */
export async function rollBackFailed(
  run: Run,
  summary: RunSummary,
  emit: (event: RunEvent) => void,
): Promise<boolean | undefined> {
  const failed = new Set(
    [...summary.hosts].flatMap(([name, host]) => (host.failed || host.unreachable ? [name] : [])),
  );
  if (failed.size === 0) return undefined;
  let complete = true;
  for (const [name, target] of run.written()) {
    const authors = [...target.writtenBy];
    if (!failed.has(name) && !authors.some((author) => failed.has(author))) continue;
    const well = authors.filter((author) => !failed.has(author));
    // A run is undone as a whole: what hosts that are well have there would go with it.
    if (!failed.has(name) && well.length > 0) {
      const msg = `not rolled back, because tasks of ${well.join(', ')}, which did not fail, wrote there too: \`rtprov rollback ${name} --to ${run.id}\` undoes everything`;
      emit({ type: 'warning', host: name, msg });
      complete = false;
      continue;
    }
    const lost = [name, ...authors].some((host) => summary.hosts.get(host)?.unreachable === true);
    complete = (await rollBackTarget(name, target, lost, run.id, emit)) && complete;
  }
  return complete;
}

/** Is it back as it was? */
async function rollBackTarget(
  name: string,
  target: Target,
  lost: boolean,
  run: string,
  emit: (event: RunEvent) => void,
): Promise<boolean> {
  // The machine did it by itself.
  if (target.returned !== undefined) return target.returned.complete;
  let complete = false;
  try {
    if (lost) await target.reconnect();
    const shells = new Map(target.writtenShells().map((shell) => [shell, shell.user ?? '']));
    const { runs, faults } = await runsHere(shells, run);
    for (const { code, message, hint } of faults.map(partError))
      emit({ type: 'host_failed', host: name, code, msg: message, ...(hint === undefined ? {} : { hint }) });
    const options = { check: false, diff: false, force: false };
    const result = await rollback({ host: name, target, runs }, options, emit);
    for (const shell of shells.keys()) await shell.finish();
    complete = result.complete && faults.length === 0;
  } catch (raised) {
    const error = hostError(raised);
    emit({
      type: 'host_failed',
      host: name,
      code: error.code,
      msg: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
  return complete;
}
