/**
 * Before the undo of a run removes a user, or the folder in which that user's journal is: rtprov's own shell and journal of the user
 * go first. The user's part of the run is undone by then; of what others put there nothing is touched.
 */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { markGone, withJournal } from '../../journal/departed.js';
import type { Change } from '../../resources/resource.js';
import { raw } from '../../shell/shell.js';
import { isUnreachable } from '../host/error.js';
import { clearedBy, endShells } from '../target/leave.js';
import type { Leaving } from '../target/target-options.js';
import type { Target } from '../target/target.js';
import type { TargetShell } from '../target/target-shell.js';
import type { PlannedUndo } from './plan.js';

const nameOf = (shell: TargetShell): string => shell.becomes ?? shell.user ?? '';

const linesOf = (text: Buffer): readonly string[] =>
  text
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');

/** What the undo of some windows of one user's journal is going to do. */
interface Undoing {
  readonly shell: TargetShell;
  readonly planned: readonly PlannedUndo[];
  readonly windows: ReadonlySet<string>;
}

function changesOf({ planned, windows }: Undoing): readonly Change[] {
  return planned
    .filter(({ entry, verdict }) => windows.has(entry.seq) && verdict !== 'same')
    .flatMap(({ entry }) => (entry.changes ?? []).map(({ id, from, to }) => ({ id, from: to, to: from })));
}

/** A user who is removed; one who only must have no running process; the folder of the user's journal. */
type Why = 'removed' | 'changed' | 'folder';

/** Shells whose users or journals this removes. Of users with whom nothing was done yet the journal alone is there. */
async function leavingWith(
  undoing: Undoing,
  target: Target,
  shells: readonly TargetShell[],
): Promise<ReadonlyMap<TargetShell, Why>> {
  const { users, folders } = clearedBy(changesOf(undoing));
  const leaving = new Map<TargetShell, Why>();
  const others = shells.filter((shell) => shell !== undoing.shell);
  const open = new Map(others.map((shell) => [nameOf(shell), shell]));
  const removed = [...users].flatMap(([user, isGone]) => (isGone ? [user] : []));
  const left = removed.length === 0 ? [] : linesOf((await undoing.shell.script(withJournal(removed))).stdout);
  for (const [user, isGone] of users) {
    const shell =
      open.get(user) ?? (left.includes(user) ? target.shell({ user, method: 'sudo' }) : undefined);
    if (shell !== undefined && shell !== undoing.shell) leaving.set(shell, isGone ? 'removed' : 'changed');
  }
  for (const shell of folders.length === 0 ? [] : others) {
    if (leaving.get(shell) === 'removed') continue;
    const [place = ''] = linesOf((await shell.script(raw('printf %s "$rtp_state"'))).stdout);
    if (folders.some((folder) => `${place}/`.startsWith(`${folder}/`))) leaving.set(shell, 'folder');
  }
  return leaving;
}

/** `isDone`: all that this user did is undone, so that the journal may go. Gives the shells whose journals go: used again, they would make another. */
export async function seeOff(
  undoing: Undoing,
  at: {
    readonly target: Target;
    readonly shells: readonly TargetShell[];
    readonly run: string;
    readonly isDone: (shell: TargetShell) => boolean;
  },
): Promise<readonly TargetShell[]> {
  const gone: TargetShell[] = [];
  const ends = new Map<TargetShell, Leaving>();
  try {
    for (const [shell, why] of await leavingWith(undoing, at.target, at.shells)) {
      const isDone = at.isDone(shell);
      // A user whose part could not be undone stays, with the journal that can undo it yet.
      if (why === 'changed' || isDone) ends.set(shell, { removesJournal: why !== 'changed' });
      if (why === 'changed' || !isDone) continue;
      if (why === 'removed') await undoing.shell.underLock(markGone(at.run, nameOf(shell)));
      gone.push(shell);
    }
    await endShells(ends, undoing.shell);
  } catch (error) {
    // What stays of it is reported by the undo that it is in the way of.
    if (!(error instanceof RtprovError) || isUnreachable(error)) throw error;
  }
  return gone;
}
