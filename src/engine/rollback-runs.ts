/** The runs that a target's journal holds, and which of them a rollback undoes. */
import { RtprovError } from '../diagnostics/diagnostic.js';
import { listRunsScript, parseRuns, type TargetRun } from '../journal/read-journal.js';
import { runNamed } from '../journal/run-prefix.js';
import { corrupt } from '../journal/stored.js';
import { isUnreachable, messageOf } from './host-error.js';
import type { TargetShell } from './target-shell.js';

export async function targetRuns(shell: TargetShell): Promise<readonly TargetRun[]> {
  const output = await shell.script(listRunsScript, { isRead: true });
  return parseRuns(output.stdout.toString('utf8'));
}

const isOpen = ({ undone }: TargetRun): boolean => undone === undefined;

/**
 * The runs to undo, the last first. `to` is a run's whole id or the beginning of one alone, and takes that run and all behind it;
 * without it, it is the last run that changed something and was not undone. Throws RtprovError NO_SUCH_RUN, AMBIGUOUS_RUN, or
 * JOURNAL_CORRUPT when one of them is damaged; older ones may be.
 */
export function runsToUndo(
  runs: readonly TargetRun[],
  to: string | undefined,
  host: string,
): readonly TargetRun[] {
  const changing = runs.filter((run) => isOpen(run) && run.unchanged !== true);
  const chosen = chosenRuns(runs, changing, to, host);
  return mustBeWhole(chosen);
}

function chosenRuns(
  runs: readonly TargetRun[],
  changing: readonly TargetRun[],
  to: string | undefined,
  host: string,
): readonly TargetRun[] {
  if (to === undefined) return changing.slice(-1);
  const named = runNamed(runs, to, host);
  return [
    ...(isOpen(named) && named.unchanged === true ? [named] : []),
    ...changing.filter(({ run }) => run >= named.run),
  ].reverse();
}

/** The same of one run, in journals that may not have it: a connection that dropped while the first window was sent may have dropped before it came. */
export async function runsHere(shells: ReadonlyMap<TargetShell, string>, run: string): Promise<FoundRuns> {
  return eachShell(shells, async (shell) => {
    const runs = (await targetRuns(shell)).filter((there) => there.run === run);
    return mustBeWhole(runs);
  });
}

async function eachShell(
  shells: ReadonlyMap<TargetShell, string>,
  of: (shell: TargetShell) => Promise<readonly TargetRun[]>,
): Promise<FoundRuns> {
  const runs = new Map<TargetShell, readonly TargetRun[]>();
  const faults: PartFault[] = [];
  for (const [shell, user] of shells) {
    try {
      runs.set(shell, await of(shell));
    } catch (error) {
      if (!(error instanceof RtprovError) || isUnreachable(error) || shells.size === 1) throw error;
      faults.push({ user, error });
    }
  }
  return { runs, faults };
}

function mustBeWhole(runs: readonly TargetRun[]): readonly TargetRun[] {
  const damaged = runs.find((run) => run.damaged !== undefined && run.unchanged !== true)?.damaged;
  if (damaged !== undefined) throw corrupt(damaged);
  return runs;
}

/** A user's part of a rollback that cannot be done; the other users' parts go on. */
export interface PartFault {
  readonly user: string;
  readonly error: RtprovError;
}

export interface FoundRuns {
  readonly runs: ReadonlyMap<TargetShell, readonly TargetRun[]>;
  readonly faults: readonly PartFault[];
}

/** The error of one user's part, told of that user. */
export function partError({ user, error }: PartFault): RtprovError {
  return new RtprovError(error.code, `what was done as ${user} is not undone: ${messageOf(error)}`, {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

/**
 * Which runs of each user's journal on a host are to be undone. A run that not all of them have is undone where it is. What is wrong
 * with one journal keeps nobody from the others: its user may have made it so.
 */
export async function runsOfShells(
  shells: ReadonlyMap<TargetShell, string>,
  to: string | undefined,
  host: string,
): Promise<FoundRuns> {
  const missing: RtprovError[] = [];
  const found = await eachShell(shells, async (shell) => {
    const runs = await targetRuns(shell);
    try {
      return runsToUndo(runs, to, host);
    } catch (error) {
      if (!(error instanceof RtprovError && error.code === 'NO_SUCH_RUN')) throw error;
      missing.push(error);
      return [];
    }
  });
  const [first] = missing;
  if (first !== undefined && missing.length === shells.size) throw first;
  return found;
}
