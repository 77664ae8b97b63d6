/** The runs that a target's journal holds, and which of them a rollback undoes. */
import { RtprovError } from '../diagnostics/diagnostic.js';
import { listRunsScript, parseRuns, type TargetRun } from '../journal/read-journal.js';
import { runNamed } from '../journal/run-prefix.js';
import type { TargetShell } from './target-shell.js';

export async function targetRuns(shell: TargetShell): Promise<readonly TargetRun[]> {
  const output = await shell.script(listRunsScript, { isRead: true });
  return parseRuns(output.stdout.toString('utf8'));
}

const isOpen = ({ undone }: TargetRun): boolean => undone === undefined;

/**
 * The runs to undo, the last first. `to` is a run's whole id or the beginning of one alone, and takes that run and all behind it;
 * without it, it is the last run that changed something and was not undone. Throws RtprovError NO_SUCH_RUN or AMBIGUOUS_RUN.
 */
export function runsToUndo(
  runs: readonly TargetRun[],
  to: string | undefined,
  host: string,
): readonly TargetRun[] {
  const changing = runs.filter((run) => isOpen(run) && run.unchanged !== true);
  if (to === undefined) return changing.slice(-1);
  const named = runNamed(runs, to, host);
  return [
    ...(isOpen(named) && named.unchanged === true ? [named] : []),
    ...changing.filter(({ run }) => run >= named.run),
  ].reverse();
}

/** Which runs of each user's journal on a host are to be undone. A run that not all of them have is undone where it is. */
export async function runsOfShells(
  shells: readonly TargetShell[],
  to: string | undefined,
  host: string,
): Promise<ReadonlyMap<TargetShell, readonly TargetRun[]>> {
  const found = new Map<TargetShell, readonly TargetRun[]>();
  let missing: RtprovError | undefined;
  for (const shell of shells) {
    const runs = await targetRuns(shell);
    try {
      found.set(shell, runsToUndo(runs, to, host));
    } catch (error) {
      if (!(error instanceof RtprovError && error.code === 'NO_SUCH_RUN')) throw error;
      missing ??= error;
    }
  }
  if (missing !== undefined && found.size === 0) throw missing;
  return found;
}
