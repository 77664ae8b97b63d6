/**
 * A window as one script: new bytes are staged, entries journalled, changes made in order, and every changed resource
 * read back. Pure: states in, shell text out, answers in, states out.
 */
import type { Entry } from '../../journal/entry.js';
import { journalScript, type EarlierStates } from '../../journal/window-journal.js';
import { roomScript } from '../../journal/room.js';
import { kindOf } from '../../resources/registry.js';
import { stateLine } from '../../resources/lib/whole.js';
import {
  keyOf,
  type Change,
  type ContentStore,
  type KindName,
  type ReadRequest,
  type ResourceId,
  type State,
} from '../../resources/resource.js';
import { lines, raw, sh, withheld, type Shell } from '../../shell/shell.js';
import type { RunOptions } from '../../transport/types.js';
import { batch, type Part, type PartOutput } from './batch.js';
import { driftedOf } from './drift.js';
import { entriesOf } from './entries.js';
import { parseReads, readParts } from './reads.js';
import { segmentsOf, type Segment } from './segments.js';
import type { CommandStep, WindowStep } from './steps.js';

export interface Window {
  readonly script: Shell;
  /** How its script and uploads are sent: which of them a trace does not show. */
  readonly sending: Pick<RunOptions, 'withheld'>;
  readonly segments: readonly Segment[];
  readonly readBack: readonly ReadRequest[];
  /** sha256 of bytes that are too many to travel in the script and must be uploaded to the stage before. */
  readonly uploads: readonly string[];
  /** Asks whether the target has room for the window; before uploads, or as part of the script when there are none. */
  readonly room: Shell;
  readonly entries: readonly Entry[];
  /** Those of its entries that are commands. */
  readonly commands: readonly JournalledCommand[];
}

/** A command with its marks in the run's folder of the journal. */
export interface JournalledCommand {
  readonly step: CommandStep;
  /** It was begun. */
  readonly ran: string;
  /** What it may change, and where the state that it left is recorded. */
  readonly touches: readonly { readonly change: Change; readonly after: string }[];
}

function commandsOf(
  steps: readonly WindowStep[],
  seq: string,
  indexOf: (subject: unknown) => number | undefined,
): readonly JournalledCommand[] {
  return steps.flatMap(({ step }): readonly JournalledCommand[] => {
    const index = step.type === 'command' ? indexOf(step) : undefined;
    if (step.type !== 'command' || index === undefined) return [];
    const touches = step.touches.map((change) => ({ change, after: `${seq}.after.${indexOf(change) ?? 0}` }));
    return [{ step, ran: `${seq}.ran.${index}`, touches }];
  });
}

/** What a window's script answered. */
export interface WindowOutcome {
  readonly window: Window;
  readonly parts: ReadonlyMap<string, PartOutput>;
  readonly readBack: readonly { readonly request: ReadRequest; readonly state: State }[];
  /** What was read of a change right after it, where a later step of the window may have changed the resource once more. */
  readonly seen: ReadonlyMap<Change, State>;
  /** Keys of resources that somebody else changed meanwhile: they were left as they are. */
  readonly drifted: ReadonlySet<string>;
}

const inlineLimit = 512 * 1024;

/** Bytes as shell text that puts them into the stage. Text needs no process; other bytes travel as base64. */
function stage(sha256: string, content: Buffer): Shell {
  const text = content.toString('utf8');
  if (!content.includes(0) && Buffer.from(text, 'utf8').equals(content)) {
    return sh`printf '%s' ${withheld('content', sh`${text}`)} >"$rtp_stage/"${sha256} || exit 1`;
  }
  return sh`base64 -d >"$rtp_stage/"${sha256} <<'RTP_BASE64' || exit 1
${withheld('content in base64', raw((content.toString('base64').match(/.{1,76}/g) ?? []).join('\n')))}
RTP_BASE64`;
}

/** Bytes that the target does not have at the very place yet. */
function newBytes({ id, from, to }: Change): readonly string[] {
  const kind = kindOf(id.kind);
  const there = kind.blobs(from);
  return kind.blobs(to).filter((sha) => !there.includes(sha));
}

function requestsOf(changes: readonly Change[]): readonly ReadRequest[] {
  const requests = new Map<string, ReadRequest>();
  for (const change of changes) {
    const key = keyOf(change.id);
    // What a failed write does not reach has to be compared as undo would.
    const whole =
      kindOf(change.id.kind).whole?.applies(change) === true || requests.get(key)?.depth === 'tree';
    requests.set(key, whole ? { ...change.id, depth: 'tree' } : change.id);
  }
  return [...requests.values()];
}

/** What was read between the segments. A look that did not finish has seen nothing. Throws RtprovError READ_FAILED. */
export function seenStates(
  { segments }: Window,
  parts: ReadonlyMap<string, PartOutput>,
  store: ContentStore,
  failed: (kind: KindName, output: PartOutput | undefined) => Error,
): ReadonlyMap<Change, State> {
  const seen = new Map<Change, State>();
  for (const { looks } of segments) {
    if (looks === undefined) continue;
    const requests = requestsOf(looks.changes);
    if (readParts(requests, looks.prefix, false).some(({ name }) => parts.get(name)?.status !== 0)) continue;
    const states = new Map(
      parseReads(requests, looks.prefix, parts, store, failed).map(({ request, state }) => [
        keyOf(request),
        state,
      ]),
    );
    for (const change of looks.changes) {
      const state = states.get(keyOf(change.id));
      if (state !== undefined) seen.set(change, state);
    }
  }
  return seen;
}

/** Tasks with no_log stand on every page of a window: in its journal, its writes and what is read back. */
function sendingOf(steps: readonly WindowStep[], changes: readonly Change[]): Window['sending'] {
  if (steps.some(({ hidden }) => hidden === true)) return { withheld: 'no_log' };
  return changes.some(({ id }) => kindOf(id.kind).secretCanon === true) ? { withheld: 'secrets' } : {};
}

export function buildWindow(
  steps: readonly WindowStep[],
  options: {
    readonly seq: string;
    readonly nonce: string;
    readonly store: ContentStore;
    readonly earlier: EarlierStates;
    /** Handlers that are to run after the window. */
    readonly owed: readonly string[];
    readonly first?: { readonly runJson: string };
    /** False after a merged write failed: each task is then written by itself, to know which one fails. */
    readonly mergeTasks: boolean;
  },
): Window {
  const { store } = options;
  const changes = steps.flatMap(({ step }) =>
    step.type === 'change' ? [step.change] : step.type === 'command' ? step.touches : [],
  );
  const wanted = new Set(steps.flatMap(({ step }) => (step.type === 'change' ? newBytes(step.change) : [])));
  const uploads: string[] = [];
  const staged: Shell[] = [];
  for (const sha of wanted) {
    const content = store.get(sha);
    if (content === undefined || content.length > inlineLimit) uploads.push(sha);
    else staged.push(stage(sha, content));
  }
  const room = roomScript(changes);
  const { entries, indexes } = entriesOf(steps);
  const indexOf = (subject: unknown): number | undefined => indexes.get(subject);
  const segments = segmentsOf(steps, options.mergeTasks, indexOf);
  const requests = requestsOf(changes);
  const parts: Part[] = [];
  if (entries.length > 0 || staged.length > 0) {
    parts.push({
      name: 'journal',
      critical: true,
      script: lines([
        ...(uploads.length === 0 ? [room] : []),
        raw('rtp_prepare || exit 1'),
        ...staged,
        ...(entries.length === 0
          ? []
          : [
              journalScript(options.seq, entries, {
                earlier: options.earlier,
                owed: options.owed,
                ...(options.first === undefined ? {} : { first: options.first }),
              }),
            ]),
      ]),
    });
  }
  parts.push(
    ...segments.flatMap(({ looks, part, limit, notes }) => [
      ...(looks === undefined ? [] : readParts(requestsOf(looks.changes), looks.prefix, false)),
      ...[part, limit, notes].filter((one) => one !== undefined),
    ]),
    ...readParts(requests, 'b', true),
  );
  const script = lines([
    sh`rtp_seq=${options.seq}`,
    raw('rtp_busy "window $rtp_seq of $rtp_run"'),
    batch(parts, options.nonce),
    raw('rtp_idle; rm -rf "$rtp_stage"'),
  ]);
  const commands = commandsOf(steps, options.seq, indexOf);
  const sending = sendingOf(steps, changes);
  return { script, sending, segments, readBack: requests, uploads, room, entries, commands };
}

/** The changes of a segment that it has not begun, of resources that no earlier step of the window may have changed. */
function unbegun({ own }: Segment, part: PartOutput | undefined): readonly Change[] {
  if (part === undefined) return own.map(({ change }) => change);
  if (part.status === 0 || own.length === 0) return [];
  const told = [...part.stdout.toString('latin1').matchAll(/^untouched (\d+)$/gm)].map(([, entry]) => entry);
  return own.filter(({ entry }) => told.includes(String(entry))).map(({ change }) => change);
}

/** The resources that somebody else changed since they were read: the window's writes found it, or did not reach them. */
export function driftedBy({
  window: { segments, readBack: requests },
  parts,
  readBack,
}: Omit<WindowOutcome, 'drifted' | 'seen'>): ReadonlySet<string> {
  const present = new Map(readBack.map(({ request, state }) => [keyOf(request), state]));
  const others = segments
    .flatMap((segment) => unbegun(segment, parts.get(segment.name)))
    .filter((change) => {
      const { id, from, to } = change;
      const state = present.get(keyOf(id));
      const line = (one: State): string => stateLine(change, one);
      return state !== undefined && ![line(from), line(to)].includes(line(state));
    });
  const failed = segments.flatMap(({ name }) => parts.get(name) ?? []).filter(({ status }) => status !== 0);
  const named = failed.flatMap(({ stderr }) => driftedOf(stderr.toString('utf8'), requests));
  return new Set([...named, ...others.map(({ id }) => id)].map(keyOf));
}

/** Has a window changed nothing of all that undo could bring back? Its commands, and what they touch, are not asked here (LeftNothing). */
export function leftNothing({
  window: { entries, segments },
  parts,
  readBack,
  drifted,
}: WindowOutcome): boolean {
  const present = new Map(readBack.map(({ request, state }) => [keyOf(request), state]));
  const timesOf = (id: ResourceId): number =>
    entries.filter(
      (entry) => entry.type === 'change' && entry.changes.some((one) => keyOf(one.id) === keyOf(id)),
    ).length;
  const allEnded = segments.every(({ name }) => parts.get(name)?.status === 0);
  return entries.every((entry) => {
    if (entry.type === 'command') return true;
    // A service that was not restarted well may have fallen.
    if (entry.type === 'action') {
      const { transient, resource } = entry;
      if (transient === true || resource === undefined) return transient === true;
      return kindOf(resource.kind).sameAfterAction === true && allEnded;
    }
    if (entry.afterUnknown === true) return true;
    if (entry.changes.some(({ id }) => drifted.has(keyOf(id)) && timesOf(id) === 1)) return true;
    const kind = kindOf(entry.kind);
    return entry.changes.every((change) => {
      const { id, from, to } = change;
      const state = present.get(keyOf(id));
      const canon = (one: State): string => kind.canon(id.name, one);
      // Where the states that were read show no change, that does not prove that there was none.
      const shows = canon(from) !== canon(to) && kind.whole?.applies(change) !== true;
      return shows && state !== undefined && canon(state) === canon(from);
    });
  });
}

/** Keeps the states that a window starts from, for the windows after it. */
export function rememberStates(window: Window, earlier: Map<string, readonly string[]>): void {
  for (const entry of window.entries) {
    if (entry.type !== 'change') continue;
    for (const change of entry.changes) {
      const key = keyOf(change.id);
      earlier.set(key, [...(earlier.get(key) ?? []), stateLine(change, change.from)]);
    }
  }
}
