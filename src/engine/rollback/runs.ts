/** The runs that a target's journal holds, and which of them a rollback undoes. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { listRunsScript, parseRuns, type TargetRun } from '../../journal/read-journal.js';
import { runNamed } from '../../journal/run-prefix.js';
import { corrupt } from '../../journal/stored.js';
import { isUnreachable, messageOf } from '../host/error.js';
import type { TargetShell } from '../target/target-shell.js';

export async function targetRuns(shell: TargetShell): Promise<readonly TargetRun[]> {
  const output = await shell.script(listRunsScript, { isRead: true });
  return parseRuns(output.stdout.toString('utf8'));
}

const isOpen = ({ undone }: TargetRun): boolean => undone === undefined;

/** Not undone, and not proven to have left nothing. */
const isToUndo = (run: TargetRun): boolean => isOpen(run) && run.unchanged !== true;

/** One run, in journals that may not have it: a connection that dropped while the first window was sent may have dropped before it came. */
export async function runsHere(shells: ReadonlyMap<TargetShell, string>, run: string): Promise<FoundRuns> {
  return eachShell(shells, async (shell) => {
    const runs = (await targetRuns(shell)).filter((there) => there.run === run);
    return mustBeWhole(runs);
  });
}

async function eachShell(
  shells: ReadonlyMap<TargetShell, string>,
  of: (shell: TargetShell) => Promise<readonly TargetRun[]>,
): Promise<FoundRuns & { readonly faults: PartFault[] }> {
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
  /** Later runs' parts of users who are gone: they cannot be undone, and stop nobody. */
  readonly passed?: readonly { readonly user: string; readonly run: string }[];
}

/** The error of one user's part, reported for that user. */
export function partError({ user, error }: PartFault): RtprovError {
  return new RtprovError(error.code, `what was done as ${user} is not undone: ${messageOf(error)}`, {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

/** What somebody else than a user knows of the runs in his journal. */
export interface KnownRuns {
  /** A user's run that is taken for the last one of a host: does somebody else than that user report it? */
  readonly isKnown: (shell: TargetShell, run: string) => boolean;
  /** Does whoever calls the rollback name this user? */
  readonly isOwn: (user: string) => boolean;
  /** Which users have a part of which runs that are not undone. */
  readonly parts: readonly { readonly user: string; readonly run: string }[];
}

/**
 * Which runs of each user's journal on a host are to be undone. `to` is a run's whole id or the beginning of one alone, and takes that run and
 * all later ones, in whosever journal they are; without it, it is the last run that left something to undo in any of them, and of the others
 * what is of the same run: one run, or one order of runs, for the whole host. A run that left nothing is skipped, also when it is named.
 * What is wrong with one journal keeps nobody from the others: its user may have made it so. Throws RtprovError NO_SUCH_RUN, AMBIGUOUS_RUN.
 */
export async function runsOfShells(
  shells: ReadonlyMap<TargetShell, string>,
  to: string | undefined,
  host: string,
  known: KnownRuns,
): Promise<FoundRuns> {
  const { runs: all, faults: found } = await eachShell(shells, targetRuns);
  const counts = faultsThatCount(all, known);
  const first =
    to === undefined
      ? lastRun(all, known)
      : namedRun(all, to, host, found.filter(counts((run) => run.startsWith(to))));
  const isChosen = ({ run }: TargetRun): boolean =>
    first !== undefined && (to === undefined ? run === first : run >= first);
  const faults = found.filter(
    counts((run) => first === undefined || (to === undefined ? run === first : run >= first)),
  );
  const runs = new Map<TargetShell, readonly TargetRun[]>();
  for (const [shell, mine] of all) {
    try {
      runs.set(shell, mustBeWhole(mine.filter((run) => isToUndo(run) && isChosen(run)).reverse()));
    } catch (error) {
      if (!(error instanceof RtprovError) || shells.size === 1) throw error;
      faults.push({ user: shells.get(shell) ?? '', error });
    }
  }
  const passed = known.parts.filter(
    ({ user, run }) =>
      first !== undefined &&
      run > first &&
      found.some(
        (fault) => fault.user === user && !faults.includes(fault) && counts((one) => one === run)(fault),
      ),
  );
  return { runs, faults, passed };
}

/** A user who is gone matters where he has a part of a run that is undone, and that part did not go with him (`TargetRun.gone`). */
function faultsThatCount(
  all: FoundRuns['runs'],
  { isOwn, parts }: KnownRuns,
): (isUndone: (run: string) => boolean) => (fault: PartFault) => boolean {
  const gone = new Set(
    // Only root says of others that they went.
    [...all].flatMap(([shell, runs]) =>
      shell.user === 'root'
        ? runs.flatMap(({ run, gone: users = [] }) => users.map((user) => `${user} ${run}`))
        : [],
    ),
  );
  return (isUndone) =>
    ({ user, error }) =>
      error.code !== 'BECOME_USER_MISSING' ||
      isOwn(user) ||
      parts.some((part) => part.user === user && isUndone(part.run) && !gone.has(`${user} ${part.run}`));
}

function lastRun(all: FoundRuns['runs'], { isKnown }: KnownRuns): string | undefined {
  const open = [...all].flatMap(([shell, runs]) => runs.filter(isToUndo).map(({ run }) => ({ shell, run })));
  const known = open.filter(({ shell, run }) => isKnown(shell, run));
  const named = (known.length === 0 ? open : known).map(({ run }) => run);
  return named.sort().at(-1);
}

/** The run that is meant, whosever journals hold it; undefined when it is in none, and not all of them could be read. */
function namedRun(
  all: FoundRuns['runs'],
  to: string,
  host: string,
  faults: readonly PartFault[],
): string | undefined {
  const ids = new Set([...all.values()].flatMap((runs) => runs.map(({ run }) => run)));
  const runs = [...ids].sort().map((run) => ({ run }));
  if (faults.length > 0 && runs.every(({ run }) => !run.startsWith(to))) return undefined;
  return runNamed(runs, to, host).run;
}
