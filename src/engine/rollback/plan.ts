/**
 * What undoing a run would do, worked out from its journal and the present states as the target's own program does it
 * (undo-program.ts): entry by entry, the last first, each over what the ones before it leave. Pure.
 */
import type { StoredEntry } from '../../journal/entry.js';
import type { Journal } from '../../journal/read-journal.js';
import { kindOf } from '../../resources/registry.js';
import {
  keyOf,
  type Change,
  type ContentStore,
  type KindName,
  type State,
  type StateDiff,
} from '../../resources/resource.js';
import { bare, comparison, isSame, stateLine } from '../../resources/lib/whole.js';
import type { RollbackVerdict } from '../run/events.js';

export interface PlannedUndo {
  readonly entry: StoredEntry;
  readonly verdict: RollbackVerdict;
  readonly resource: string;
  readonly diff?: StateDiff;
  readonly reason?: string;
}

export interface RollbackView {
  /** States by their keys; changed as the plan goes on. */
  readonly present: Map<string, State>;
  readonly store: ContentStore;
  /** Entries whose write was begun and never ended, as `SEQ.INDEX`. */
  readonly unfinished: ReadonlySet<string>;
  /** Entries of which something is left that their states do not show, likewise. */
  readonly remaining: ReadonlySet<string>;
  readonly force: boolean;
  /** What takes others along (packages) was put back by then: what went with it is there again. Changed as the plan goes on. */
  broughtBack?: true;
}

const idOf = ({ seq, index }: StoredEntry): string => `${seq}.${index}`;

/**
 * How an entry ended, reported for one of its changes. An entry is undone as a whole; what of it was as before already stays so.
 */
export function reportedVerdict(step: PlannedUndo, told: RollbackVerdict | undefined): RollbackVerdict {
  return told === undefined || (told === 'undone' && step.verdict === 'same') ? step.verdict : told;
}

/** Canonical states that each change's resource had earlier in the run and that count as before: those of rtp_judge. */
function earlierStates({ entries, marks }: Journal): ReadonlyMap<Change, readonly string[]> {
  const seen = new Map<string, { readonly seq: string; readonly canon: string }[]>();
  const earlier = new Map<Change, readonly string[]>();
  for (const entry of entries) {
    const older = marks.passed.has(idOf(entry));
    for (const change of entry.changes ?? []) {
      const key = keyOf(change.id);
      const states = seen.get(key) ?? [];
      earlier.set(
        change,
        states.filter(({ seq }) => older || seq === entry.seq).map(({ canon }) => canon),
      );
      seen.set(key, [...states, { seq: entry.seq, canon: stateLine(change, change.from) }]);
    }
  }
  return earlier;
}

/** `windows`: only these, by SEQ. */
export function planUndo(
  journal: Journal,
  view: RollbackView,
  windows?: ReadonlySet<string>,
): readonly PlannedUndo[] {
  const earlier = earlierStates(journal);
  return journal.entries.toReversed().flatMap((entry): readonly PlannedUndo[] => {
    if (windows?.has(entry.seq) === false) return [];
    if (entry.type === 'action') return [];
    if (entry.type === 'command') return commandUndo(journal, entry);
    const changes = entry.changes ?? [];
    const { notUndoable } = entry;
    if (
      journal.marks.undone.has(idOf(entry)) ||
      journal.marks.untouched.has(idOf(entry)) ||
      wasLost(journal, entry)
    )
      return changes.map(({ id }) => ({ entry, verdict: 'same', resource: keyOf(id) }));
    if (notUndoable !== undefined)
      return changes.map(({ id }) => ({ entry, verdict: 'kept', resource: keyOf(id), reason: notUndoable }));
    const steps = changes.map((change) => ({
      change,
      step: changeUndo(journal, entry, change, earlier.get(change) ?? [], view),
    }));
    const begun = journal.marks.undoing.has(idOf(entry)) || view.unfinished.has(idOf(entry));
    if (!begun && !view.force && steps.some(({ step }) => step.verdict === 'conflict'))
      return steps.map(({ step }) =>
        step.verdict === 'conflict'
          ? step
          : {
              ...step,
              verdict: 'conflict',
              reason: 'it is left as it is, like the others of its transaction',
            },
      );
    // What counts as before is left as it is: it may be a state from before an earlier entry.
    if (begun || steps.some(({ step }) => step.verdict !== 'same'))
      for (const { change } of steps) putBack(view.present, change);
    if (
      entry.kind !== undefined &&
      kindOf(entry.kind).takesAlong === true &&
      steps.some(({ step }) => step.verdict !== 'same')
    )
      view.broughtBack = true;
    return steps.map(({ step: { reason, ...step } }) =>
      step.verdict === 'conflict'
        ? { ...step, verdict: 'would_undo' }
        : { ...step, ...(reason === undefined ? {} : { reason }) },
    );
  });
}

/** Has what it wrote been lost at a boot since? */
function wasLost({ booted }: Journal, { seq, kind }: StoredEntry): boolean {
  return kind !== undefined && kindOf(kind).lostAtBoot === true && booted.has(seq);
}

function commandUndo(journal: Journal, entry: StoredEntry): readonly PlannedUndo[] {
  // One that was never begun, or whose changes have entries of their own, leaves nothing to say.
  if (!journal.ran.has(idOf(entry)) || (entry.undo !== true && entry.touches === true)) return [];
  const resource = `command: ${entry.shown ?? ''}`;
  if (entry.undo !== true) return [{ entry, verdict: 'kept', resource, reason: 'its task has no undo' }];
  return [{ entry, verdict: journal.marks.undone.has(idOf(entry)) ? 'same' : 'would_undo', resource }];
}

function changeUndo(
  journal: Journal,
  entry: StoredEntry,
  change: Change,
  earlier: readonly string[],
  { present, store, remaining, broughtBack }: RollbackView,
): PlannedUndo {
  const key = keyOf(change.id);
  const kind = kindOf(change.id.kind);
  const unknown = entry.afterUnknown === true;
  const { line: canon } = comparison(change, earlier, unknown);
  const read = present.get(key);
  if (read === undefined) throw new Error(`${key} was not read`);
  const state = broughtBack === true && wasTakenAlong(change, read) ? change.to : read;
  const now = canon(state);
  const before = canon(change.from);
  if ([before, ...earlier].some((known) => isSame(now, known)) || cameOfUndo(journal, entry, change, now))
    return journal.marks.passed.has(idOf(entry)) && remaining.has(idOf(entry))
      ? {
          entry,
          verdict: 'conflict',
          resource: key,
          reason: 'hard links to it remain that were not there before',
        }
      : { entry, verdict: 'same', resource: key };
  const after = unknown ? stateBehind(journal, entry, now, before) : canon(change.to);
  const diff = kind.diff({ id: change.id, from: state, to: change.from }, store);
  const ofBoot = journal.booted.has(entry.seq) ? (kind.afterBoot?.(change.to) ?? []) : [];
  const isOurs =
    isSame(now, after) ||
    ofBoot.some((other) => canon(other) === now) ||
    ofFailure(journal, entry, `${key} ${bare(now)}`);
  if (!isOurs)
    return {
      entry,
      verdict: 'conflict',
      resource: key,
      diff,
      reason: 'something else has changed it since',
    };
  return { entry, verdict: 'would_undo', resource: key, diff };
}

/** Did the undo of another entry make this state, after a rollback had skipped this one? */
function cameOfUndo(
  { marks, left, seen }: Journal,
  entry: StoredEntry,
  change: Change,
  now: string,
): boolean {
  if (!marks.passed.has(idOf(entry))) return false;
  const key = `${idOf(entry)} ${(entry.changes ?? []).indexOf(change) + 1}`;
  return left.get(key)?.includes(now) === true || seen.get(key)?.includes(now) === false;
}

/** Was it left by a write of the run that failed, or was cut off? `line`: KIND:NAME STATE. */
function ofFailure({ half, writing }: Journal, entry: StoredEntry, line: string): boolean {
  const cut = writing.get(idOf(entry));
  return half.has(line) || (cut !== undefined && (cut.length === 0 || cut.includes(line)));
}

/** Is it away, although the run left it there? A package that a later entry brings back has taken it along. */
function wasTakenAlong({ id, to }: Change, now: State): boolean {
  const kind = kindOf<KindName>(id.kind);
  return kind.isAway?.(now) === true && !kind.isAway(to);
}

function putBack(present: Map<string, State>, { id, from: to }: Change): void {
  const from = present.get(keyOf(id));
  present.set(keyOf(id), to);
  if (from === undefined) return;
  const others = kindOf<KindName>(id.kind).consequences?.({ id, from, to }, present) ?? [];
  for (const [key, state] of others) present.set(key, state);
}

/** What a command left: as recorded; anything when it was begun and never recorded; nothing when it never ran. */
function stateBehind(journal: Journal, entry: StoredEntry, now: string, before: string): string {
  if (!journal.ran.has(`${entry.seq}.${entry.command ?? 0}`)) return before;
  return journal.after.get(idOf(entry)) ?? now;
}
