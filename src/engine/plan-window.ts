/**
 * A window as one script: new bytes are staged, entries journalled, changes made in order, and every changed resource
 * read back. Pure: states in, shell text out, answers in, states out.
 */
import type { Entry } from '../journal/entry.js';
import { journalScript, type EarlierStates } from '../journal/window-journal.js';
import { kindOf } from '../resources/registry.js';
import {
  keyOf,
  type Change,
  type ContentStore,
  type KindName,
  type ReadRequest,
  type State,
} from '../resources/resource.js';
import { lines, raw, sh, type Shell } from '../shell/shell.js';
import { batch, type Part, type PartOutput } from './plan-batch.js';
import type { PlannedStep } from './plan-task.js';

/** A step of the window with the place of its task in the window. */
export interface WindowStep {
  /** The task's place in the window, and the item's in its loop. */
  readonly of: { readonly task: number; readonly item: number };
  readonly taskId: string;
  readonly taskName: string;
  readonly step:
    | PlannedStep
    | {
        readonly type: 'command';
        readonly script: Shell;
        readonly shown: string;
        readonly environment: Readonly<Record<string, string>>;
        readonly undo?: Shell;
        readonly touches: readonly Change[];
        readonly journalled: boolean;
        readonly pauseSeconds: number;
      };
}

export interface Segment {
  readonly name: string;
  /** Tasks and items whose steps are in it. */
  readonly owners: readonly WindowStep['of'][];
  readonly part: Part;
}

export interface Window {
  readonly script: Shell;
  readonly segments: readonly Segment[];
  readonly readBack: readonly ReadRequest[];
  /** sha256 of bytes that are too many to travel in the script and must be uploaded to the stage before. */
  readonly uploads: readonly string[];
  readonly entries: readonly Entry[];
}

/** What a window's script answered. */
export interface WindowOutcome {
  readonly window: Window;
  readonly parts: ReadonlyMap<string, PartOutput>;
  readonly readBack: readonly { readonly request: ReadRequest; readonly state: State }[];
}

const inlineLimit = 512 * 1024;

/** Bytes as shell text that puts them into the stage. Text needs no process; other bytes travel as base64. */
function stage(sha256: string, content: Buffer): Shell {
  const text = content.toString('utf8');
  if (!content.includes(0) && Buffer.from(text, 'utf8').equals(content)) {
    return sh`printf '%s' ${text} >"$rtp_stage/"${sha256} || exit 1`;
  }
  return sh`base64 -d >"$rtp_stage/"${sha256} <<'RTP_BASE64' || exit 1
${raw((content.toString('base64').match(/.{1,76}/g) ?? []).join('\n'))}
RTP_BASE64`;
}

function exportAll(environment: Readonly<Record<string, string>>): Shell {
  return lines(Object.entries(environment).map(([name, value]) => sh`export ${raw(name)}=${value}`));
}

/** Consecutive changes of one kind are written together; a package task is one transaction by itself. */
function segmentsOf(
  steps: readonly WindowStep[],
  mergeTasks: boolean,
  indexOf: (subject: unknown) => number | undefined,
): readonly Segment[] {
  const segments: Segment[] = [];
  let open: { kind: KindName; owners: WindowStep['of'][]; changes: Change[] } | undefined;
  const add = (owners: readonly WindowStep['of'][], script: Shell): void => {
    const name = `s${segments.length}`;
    const [first] = owners;
    segments.push({ name, owners, part: { name, script, ...(first === undefined ? {} : { of: first }) } });
  };
  const close = (): void => {
    if (open === undefined) return;
    const kind = kindOf(open.kind);
    const settle = kind.settle?.(open.changes);
    add(
      open.owners,
      lines([
        kind.write(open.changes),
        ...(settle === undefined ? [] : [raw('[ $? -eq 0 ] || exit 1'), settle]),
      ]),
    );
    open = undefined;
  };
  const single = (owner: WindowStep['of'], script: Shell): void => {
    close();
    add([owner], script);
  };
  for (const { of, step } of steps) {
    if (step.type === 'action') single(of, step.script);
    else if (step.type === 'command') {
      const after = step.touches.map(
        (change) =>
          sh`${kindOf(change.id.kind).show(change.id.name)} >"$rtp_rundir/$rtp_seq.after.${indexOf(change) ?? 0}"`,
      );
      // Undo has to know whether a command was begun: the marker is on disk before it runs.
      const entry = indexOf(step);
      const begun =
        entry === undefined
          ? []
          : [
              sh`: >"$rtp_rundir/$rtp_seq.ran.${entry}" && rtp_sync "$rtp_rundir/$rtp_seq.ran.${entry}" "$rtp_rundir" || exit 1`,
            ];
      single(
        of,
        lines([
          ...(step.pauseSeconds > 0 ? [sh`sleep ${step.pauseSeconds}`] : []),
          ...begun,
          exportAll(step.environment),
          raw('('),
          step.script,
          raw(')\nrtp_rc=$?'),
          ...after,
          raw('exit "$rtp_rc"'),
        ]),
      );
    } else {
      const { change, validate } = step;
      if (validate !== undefined) {
        const [sha] = kindOf(change.id.kind).blobs(change.to);
        if (sha !== undefined) single(of, validation(validate, sha));
      }
      const mine = open?.owners.some((owner) => owner.task === of.task && owner.item === of.item) === true;
      // A loop's items fail by themselves, so they are never written together with something else.
      const mayMerge =
        mine ||
        (mergeTasks &&
          change.id.kind !== 'package' &&
          open?.owners.some((owner) => owner.task === of.task) === false);
      if (
        open === undefined ||
        open.kind !== change.id.kind ||
        !mayMerge ||
        open.changes.some((other) => other.id.name === change.id.name)
      )
        close();
      open ??= { kind: change.id.kind, owners: [], changes: [] };
      if (!mine || open.owners.length === 0) open.owners.push(of);
      open.changes.push(change);
    }
  }
  close();
  return segments;
}

/** Runs the user's check on a copy of the wanted bytes; `%s` is its path. */
function validation(command: string, sha: string): Shell {
  const [head = '', ...tail] = command.split('%s');
  return sh`rtp_try="$rtp_stage/"${`validate.${sha}`}; cp "$(rtp_blob ${sha})" "$rtp_try" || exit 1
${raw(head)}"$rtp_try"${raw(tail.join('"$rtp_try"'))} >&2; rtp_rc=$?; rm -f "$rtp_try"; [ "$rtp_rc" = 0 ] || echo 'rtprov: failed to validate' >&2; exit "$rtp_rc"`;
}

/** The journal's entries for the steps: one a change, one a package transaction, one a command. */
function entriesOf(steps: readonly WindowStep[]): {
  readonly entries: readonly Entry[];
  readonly indexes: ReadonlyMap<unknown, number>;
} {
  const entries: Entry[] = [];
  /** Of commands and of the changes they may make. */
  const indexes = new Map<unknown, number>();
  for (const { taskId, taskName, of, step } of steps) {
    const common = { index: entries.length, taskId, taskName };
    if (step.type === 'action')
      entries.push({
        ...common,
        type: 'action',
        label: step.label,
        ...(step.onUndo === undefined ? {} : { onUndo: step.onUndo }),
      });
    else if (step.type === 'command') {
      if (!step.journalled) continue;
      indexes.set(step, entries.length);
      entries.push({
        ...common,
        type: 'command',
        shown: step.shown,
        touches: step.touches.length > 0,
        ...(step.undo === undefined ? {} : { undo: step.undo }),
      });
      for (const change of step.touches) {
        indexes.set(change, entries.length);
        entries.push({
          index: entries.length,
          taskId,
          taskName,
          type: 'change',
          kind: change.id.kind,
          changes: [change],
          afterUnknown: true,
          command: common.index,
        });
      }
    } else {
      const { change } = step;
      const last = entries.at(-1);
      if (
        change.id.kind === 'package' &&
        last?.type === 'change' &&
        last.kind === 'package' &&
        steps.some(
          (other) =>
            other.of.task === of.task &&
            other.of.item === of.item &&
            other.step.type === 'change' &&
            last.changes.includes(other.step.change),
        )
      ) {
        entries[entries.length - 1] = { ...last, changes: [...last.changes, change] };
        continue;
      }
      const reason = kindOf(change.id.kind).notUndoable?.(change);
      entries.push({
        ...common,
        type: 'change',
        kind: change.id.kind,
        changes: [change],
        ...(reason === undefined ? {} : { notUndoable: reason }),
      });
    }
  }
  return { entries, indexes };
}

/** Bytes that the target does not have at the very place yet. */
function newBytes({ id, from, to }: Change): readonly string[] {
  const kind = kindOf(id.kind);
  const there = kind.blobs(from);
  return kind.blobs(to).filter((sha) => !there.includes(sha));
}

export function buildWindow(
  steps: readonly WindowStep[],
  options: {
    readonly seq: string;
    readonly nonce: string;
    readonly store: ContentStore;
    readonly earlier: EarlierStates;
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
  const { entries, indexes } = entriesOf(steps);
  const indexOf = (subject: unknown): number | undefined => indexes.get(subject);
  const segments = segmentsOf(steps, options.mergeTasks, indexOf);
  const readBack = new Map<string, ReadRequest>();
  for (const change of changes) readBack.set(keyOf(change.id), change.id);
  const requests = [...readBack.values()];
  const parts: Part[] = [];
  if (entries.length > 0 || staged.length > 0) {
    parts.push({
      name: 'journal',
      critical: true,
      script: lines([
        raw('rtp_prepare || exit 1'),
        ...staged,
        ...(entries.length === 0
          ? []
          : [
              journalScript(options.seq, entries, {
                earlier: options.earlier,
                ...(options.first === undefined ? {} : { first: options.first }),
              }),
            ]),
      ]),
    });
  }
  parts.push(...segments.map((segment) => segment.part), ...readParts(requests, 'b', true));
  const script = lines([
    sh`rtp_seq=${options.seq}`,
    raw(': >"$rtp_state/lock/busy" 2>/dev/null'),
    batch(parts, options.nonce),
    raw('rm -f "$rtp_state/lock/busy"; rm -rf "$rtp_stage"'),
  ]);
  return { script, segments, readBack: requests, uploads, entries };
}

function byKind(requests: readonly ReadRequest[]): ReadonlyMap<KindName, readonly ReadRequest[]> {
  const groups = new Map<KindName, ReadRequest[]>();
  for (const request of requests) {
    const group = groups.get(request.kind);
    if (group === undefined) groups.set(request.kind, [request]);
    else group.push(request);
  }
  return groups;
}

/** One part a kind, named PREFIX.KIND. */
export function readParts(
  requests: readonly ReadRequest[],
  prefix: string,
  always: boolean,
): readonly Part[] {
  return [...byKind(requests)].map(([kind, some]) => ({
    name: `${prefix}.${kind}`,
    script: kindOf(kind).read(some),
    ...(always ? { always: true } : {}),
  }));
}

/** States from the answers of `readParts`. Throws RtprovError READ_FAILED. */
export function parseReads(
  requests: readonly ReadRequest[],
  prefix: string,
  parts: ReadonlyMap<string, PartOutput>,
  store: ContentStore,
  failed: (kind: KindName, output: PartOutput | undefined) => Error,
): readonly { readonly request: ReadRequest; readonly state: State }[] {
  return [...byKind(requests)].flatMap(([kind, some]) => {
    const output = parts.get(`${prefix}.${kind}`);
    if (output?.status !== 0) throw failed(kind, output);
    const states = kindOf(kind).parse(some, output.stdout, store);
    return some.map((request) => {
      const state = states.get(request.name);
      if (state === undefined) throw failed(kind, output);
      return { request, state };
    });
  });
}
