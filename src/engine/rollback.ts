/**
 * Puts hosts back as they were before a run. The plan (what would be undone, with diffs, and what conflicts) is made here
 * from the target's journal and its present states; the undoing is done by the target's own program, which works
 * without a controller too.
 */
import { RtprovError } from '../diagnostics/diagnostic.js';
import type { StoredEntry } from '../journal/entry.js';
import {
  entriesScript,
  listRunsScript,
  parseEntries,
  parseRuns,
  type Journal,
  type TargetRun,
} from '../journal/read-journal.js';
import { needsBootStatus, undoScript } from '../journal/target.js';
import type { FileState } from '../resources/file-state.js';
import type { GroupState, UserState } from '../resources/states.js';
import { kindOf } from '../resources/registry.js';
import { keyOf, type Change, type ReadRequest, type State, type StateDiff } from '../resources/resource.js';
import type { EventSink } from './events.js';
import { hiddenDiff } from './hidden-diff.js';
import { ownersRenamed } from './plan-accounts.js';
import { bootKnownGood } from './operations/trial-return.js';
import { hiddenResources, readTexts } from './rollback-texts.js';
import type { Target } from './target.js';
import type { TargetShell } from './target-shell.js';
import type { ScriptResult } from '../transport/types.js';

export type Verdict = 'undone' | 'same' | 'conflict' | 'failed' | 'kept' | 'would_undo';

export interface RollbackOptions {
  /** Undo this run and all behind it; by default only the last that was not yet rolled back. */
  readonly to?: string;
  readonly check: boolean;
  readonly diff: boolean;
  readonly force: boolean;
}

export interface RollbackResult {
  readonly runs: readonly string[];
  /** All is as it was before, but for what cannot be undone. */
  readonly complete: boolean;
  readonly undone: number;
  readonly conflicts: number;
}

interface PlannedUndo {
  readonly entry: StoredEntry;
  readonly verdict: Verdict;
  readonly resource: string;
  readonly diff?: StateDiff;
  readonly reason?: string;
}

export async function targetRuns(shell: TargetShell): Promise<readonly TargetRun[]> {
  const output = await shell.script(listRunsScript);
  return parseRuns(output.stdout.toString('utf8'));
}

/** Which runs a rollback undoes, last first. Throws RtprovError when the named one is not there. */
export function runsToUndo(
  runs: readonly TargetRun[],
  to: string | undefined,
  host: string,
): readonly TargetRun[] {
  const open = runs.filter((run) => run.undone === undefined);
  if (to === undefined) return open.slice(-1);
  const matching = runs.filter((run) => run.run === to || run.run.startsWith(to));
  const [named] = matching;
  if (named === undefined || matching.length > 1) {
    const known = runs.map((run) => run.run).join(', ');
    throw new RtprovError(
      'NO_SUCH_RUN',
      `${host} has ${matching.length > 1 ? 'several runs' : 'no run'} ${to} in its journal`,
      { hint: known === '' ? 'Its journal is empty.' : `It has: ${known}.` },
    );
  }
  return open.filter((run) => run.run >= named.run).reverse();
}

async function readJournal(shell: TargetShell, run: string): Promise<Journal> {
  const output = await shell.script(entriesScript(run));
  if (output.status !== 0)
    throw new RtprovError(
      'READ_FAILED',
      `the journal of run ${run} could not be read: ${output.stderr.toString('utf8').trim()}`,
    );
  return parseEntries(output.stdout.toString('utf8'), run);
}

/** What undoing a run would do, in the order in which it is done. `present` is changed as it goes. */
function planUndo(
  journal: Journal,
  present: Map<string, State>,
  shell: TargetShell,
  force: boolean,
): readonly PlannedUndo[] {
  // States of the same window count always, those of earlier ones only once the entry was undone (rtp_judge).
  const earlier = new Map<string, { readonly seq: string; readonly canon: string }[]>();
  const olderOf = new Map<string, readonly string[]>();
  for (const entry of journal.entries) {
    const undone = journal.undone.has(`${entry.seq}.${entry.index}`);
    for (const change of entry.changes ?? []) {
      const key = keyOf(change.id);
      const states = earlier.get(key) ?? [];
      olderOf.set(
        `${entry.seq}.${entry.index}.${key}`,
        states.filter(({ seq }) => undone || seq === entry.seq).map(({ canon }) => canon),
      );
      earlier.set(key, [
        ...states,
        { seq: entry.seq, canon: kindOf(change.id.kind).canon(change.id.name, change.from) },
      ]);
    }
  }
  const planned: PlannedUndo[] = [];
  for (const entry of journal.entries.toReversed()) {
    if (entry.type === 'action') continue;
    if (entry.type === 'command') {
      // One that was never begun, or whose changes have entries of their own, leaves nothing to say.
      if (!journal.ran.has(`${entry.seq}.${entry.index}`) || (entry.undo !== true && entry.touches === true))
        continue;
      const resource = `command: ${entry.shown ?? ''}`;
      planned.push(
        entry.undo === true
          ? { entry, verdict: 'would_undo', resource }
          : { entry, verdict: 'kept', resource, reason: 'its task gives no undo' },
      );
      continue;
    }
    for (const change of entry.changes ?? []) planned.push(undoOf(entry, change));
  }
  return planned;

  function undoOf(entry: StoredEntry, change: Change): PlannedUndo {
    const key = keyOf(change.id);
    if (entry.notUndoable !== undefined)
      return { entry, verdict: 'kept', resource: key, reason: entry.notUndoable };
    const kind = kindOf(change.id.kind);
    const canon = (state: State): string => kind.canon(change.id.name, state);
    const state = present.get(key);
    if (state === undefined) throw new Error(`${key} was not read`);
    const now = canon(state);
    const before = [canon(change.from), ...(olderOf.get(`${entry.seq}.${entry.index}.${key}`) ?? [])];
    if (before.includes(now)) return { entry, verdict: 'same', resource: key };
    const after =
      entry.afterUnknown === true ? stateBehind(journal, entry, now, before[0] ?? '') : canon(change.to);
    const diff = kind.diff({ id: change.id, from: state, to: change.from }, shell.view.store);
    const ofBoot = journal.booted.has(entry.seq) ? (kind.afterBoot?.(change.to) ?? []) : [];
    if (now !== after && !force && !ofBoot.some((other) => canon(other) === now)) {
      return {
        entry,
        verdict: 'conflict',
        resource: key,
        diff,
        reason: 'it was changed since by something else',
      };
    }
    present.set(key, change.from);
    if (change.id.kind === 'user' || change.id.kind === 'group') renameOwners(present, change, state);
    return { entry, verdict: 'would_undo', resource: key, diff };
  }
}

/** Files show another owner once the account is as it was. */
function renameOwners(present: Map<string, State>, change: Change, now: State): void {
  const account = {
    kind: change.id.kind as 'user' | 'group',
    name: change.id.name,
    from: now as UserState | GroupState,
    to: change.from as UserState | GroupState,
  };
  for (const [key, state] of present) {
    if (!key.startsWith('file:')) continue;
    present.set(key, ownersRenamed(key.slice('file:'.length), state as FileState, [account]));
  }
}

/** Undoes runs on one host through one user's shell. */
export async function rollback(
  host: string,
  { target, shell }: { readonly target: Target; readonly shell: TargetShell },
  options: RollbackOptions,
  emit: EventSink,
): Promise<RollbackResult> {
  const runs = runsToUndo(await targetRuns(shell), options.to, host);
  let complete = true;
  let undone = 0;
  let conflicts = 0;
  const present = new Map<string, State>();
  for (const { run } of runs) {
    emit({ type: 'rollback_started', host, run });
    const journal = await readJournal(shell, run);
    const hidden = hiddenResources(journal);
    await readPresent(shell, journal, present, options);
    const planned = planUndo(journal, present, shell, options.force);
    const verdicts = options.check ? undefined : await undo(host, target, shell, run, options.force, emit);
    for (const step of planned) {
      const told = verdicts?.lines.get(`${step.entry.seq}.${step.entry.index}`) ?? step.verdict;
      const verdict = options.check ? step.verdict : told;
      if (verdict === 'conflict' || verdict === 'failed') complete = false;
      if (verdict === 'conflict') conflicts += 1;
      if (verdict === 'undone' || verdict === 'would_undo') undone += 1;
      emit({
        type: 'rollback_entry',
        host,
        run,
        task: step.entry.taskName,
        resource: step.resource,
        verdict,
        ...(step.diff === undefined ? {} : { diff: hidden.has(step.resource) ? hiddenDiff : step.diff }),
        ...(step.reason === undefined ? {} : { reason: step.reason }),
      });
    }
    if (verdicts !== undefined && verdicts.status !== 0) {
      complete = false;
      if (verdicts.text !== '') emit({ type: 'warning', host, msg: verdicts.text });
    }
    shell.view.forget();
    emit({ type: 'rollback_finished', host, run, complete });
    if (!complete && !options.check) break;
  }
  return { runs: runs.map((run) => run.run), complete, undone, conflicts };
}

/** What a command left: as recorded; anything when it was begun and never recorded; nothing when it never ran. */
function stateBehind(journal: Journal, entry: StoredEntry, now: string, before: string): string {
  if (!journal.ran.has(`${entry.seq}.${entry.command ?? 0}`)) return before;
  return journal.after.get(`${entry.seq}.${entry.index}`) ?? now;
}

async function readPresent(
  shell: TargetShell,
  journal: Journal,
  present: Map<string, State>,
  options: RollbackOptions,
): Promise<void> {
  const requests = new Map<string, ReadRequest>();
  for (const entry of journal.entries) {
    for (const change of entry.changes ?? []) {
      const key = keyOf(change.id);
      if (present.has(key)) continue;
      const deep = 'tree' in change.from || 'tree' in change.to;
      const depth = deep ? 'tree' : 'meta';
      requests.set(key, { ...change.id, depth });
    }
  }
  const missing = shell.view.missing([...requests.values()]);
  if (missing.length > 0) await shell.read(missing);
  for (const [key, request] of requests) present.set(key, shell.view.state(request.kind, request.name));
  await readTexts(shell, journal, present, options.diff);
}

async function undo(
  host: string,
  target: Target,
  shell: TargetShell,
  run: string,
  force: boolean,
  emit: EventSink,
): Promise<{ readonly status: number; readonly lines: ReadonlyMap<string, Verdict>; readonly text: string }> {
  let output: { readonly status: number; readonly stdout: string; readonly stderr: string } = textOf(
    await shell.script(undoScript(run, force)),
  );
  if (output.status === needsBootStatus) {
    emit({ type: 'warning', host, msg: 'rebooting into the known-good entry, where the run is undone' });
    const back = await bootKnownGood(target, shell, run, new AbortController().signal);
    output = { status: back.complete && back.known ? 0 : 1, stdout: back.log, stderr: '' };
    if (!back.known)
      emit({ type: 'warning', host, msg: 'it runs another kernel or command line than before the run' });
  }
  const lines = new Map<string, Verdict>();
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
