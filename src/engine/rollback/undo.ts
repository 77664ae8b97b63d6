/** Has a target's own program undo a run, and reads what it says of each entry. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { needsBootStatus, undoScript } from '../../journal/target.js';
import type { ScriptResult } from '../../transport/types.js';
import type { EventSink, RollbackVerdict } from '../run/events.js';
import { bootKnownGood } from '../operations/trial-return.js';
import type { Target } from '../target/target.js';
import type { TargetShell } from '../target/target-shell.js';

/** Lets the target's own program undo the windows of a run in one user's journal, down to one of them or all. */
export async function undoWindows(
  {
    host,
    target,
    shell,
    run,
    force,
    downTo,
  }: {
    readonly host: string;
    readonly target: Target;
    readonly shell: TargetShell;
    readonly run: string;
    readonly force: boolean;
    readonly downTo: string | undefined;
  },
  emit: EventSink,
): Promise<{
  readonly status: number;
  readonly lines: ReadonlyMap<string, RollbackVerdict>;
  readonly text: string;
}> {
  let output: { readonly status: number; readonly stdout: string; readonly stderr: string } = textOf(
    await shell.underLock(undoScript(run, force, downTo)),
  );
  if (output.status === needsBootStatus) {
    emit({ type: 'warning', host, msg: 'rebooting into the known-good entry, where the run is undone' });
    const back = await bootKnownGood(target, shell, run, new AbortController().signal);
    output = { status: back.complete && back.known ? 0 : 1, stdout: back.log, stderr: '' };
    if (!back.known)
      emit({ type: 'warning', host, msg: 'it runs a different kernel or command line than before the run' });
  }
  const lines = new Map<string, RollbackVerdict>();
  for (const line of output.stdout.split('\n')) {
    const [verdict, seq, index] = line.split(' ');
    if (seq === undefined || index === undefined) continue;
    if (
      verdict === 'undone' ||
      verdict === 'same' ||
      verdict === 'conflict' ||
      verdict === 'failed' ||
      verdict === 'kept'
    )
      lines.set(`${seq}.${index}`, verdict);
  }
  if (lines.size === 0 && output.status !== 0) {
    throw new RtprovError(
      'ROLLBACK_FAILED',
      `the rollback of ${run} on ${host} did not run: ${output.stderr.trim()}`,
    );
  }
  return { status: output.status, lines, text: output.stderr.trim() };
}

function textOf({ status, stdout, stderr }: ScriptResult) {
  return { status, stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') };
}
