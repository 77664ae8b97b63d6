/** The parts of a window's script that change something, each with the tasks whose failure its failure is. */
import { kindOf } from '../../resources/registry.js';
import type { Change, KindName } from '../../resources/resource.js';
import { guardedWrite, note, type Guarded } from '../../resources/lib/guard.js';
import { comparison } from '../../resources/lib/whole.js';
import { lines, raw, sh, withheld, type Shell } from '../../shell/shell.js';
import type { Part } from './batch.js';
import { Disturbance, mayUndo } from './disturbs.js';
import type { Environment } from '../../planner/arguments.js';
import { limited, limitPart } from './limit.js';
import type { WindowStep } from './steps.js';

type StepOf<T extends WindowStep['step']['type']> = Extract<WindowStep['step'], { readonly type: T }>;

export interface Segment {
  readonly name: string;
  /** Tasks and items whose steps are in it. */
  readonly owners: readonly WindowStep['of'][];
  readonly part: Part;
  /** Says whether the limit of its command ended it. */
  readonly limit?: Part;
  /** After it: what it may have changed of resources that later segments are for. */
  readonly notes?: Part;
  /** Before it: reads what earlier segments wrote and it may change. Such a write took effect, whatever comes of it then. */
  readonly looks?: { readonly prefix: string; readonly changes: readonly Change[] };
  /** Its changes of resources that no earlier step of the window may change: until it begins with them, they are as they were read. */
  readonly own: readonly Own[];
}

/** A change with the number of its entry. */
type Own = Pick<Guarded, 'change' | 'entry'>;

function exportAll(environment: Environment): Shell {
  return lines(Object.entries(environment).map(([name, value]) => sh`export ${raw(name)}=${value}`));
}

/** Consecutive changes of one kind are written together; a task of a kind with transactions is one by itself. */
export function segmentsOf(
  steps: readonly WindowStep[],
  mergeTasks: boolean,
  indexOf: (subject: unknown) => number | undefined,
): readonly Segment[] {
  return new Segmentation(steps, mergeTasks, indexOf).segments;
}

/** Changes that are written together, and where in the window the first of them stands. */
interface Batch {
  readonly kind: KindName;
  readonly owners: WindowStep['of'][];
  readonly changes: Guarded[];
  readonly at: number;
}

class Segmentation {
  readonly segments: Segment[] = [];
  private open: Batch | undefined;
  /** What the segments so far may disturb. */
  private readonly before = new Disturbance();
  /** Changes of the segments so far whose effect was not looked at yet. */
  private unseen: readonly Change[] = [];
  /** Changes whose resources other steps of the window may disturb. */
  private readonly others: readonly { readonly at: number; readonly change: Change }[];
  /** Tasks of several items. */
  private readonly loops: ReadonlySet<number>;

  constructor(
    private readonly steps: readonly WindowStep[],
    private readonly mergeTasks: boolean,
    private readonly indexOf: (subject: unknown) => number | undefined,
  ) {
    this.loops = new Set(steps.flatMap(({ of: { task, item } }) => (item > 0 ? [task] : [])));
    this.others = steps.flatMap(({ step }, at) =>
      step.type === 'change' && kindOf(step.change.id.kind).guardsItself !== true
        ? [{ at, change: step.change }]
        : [],
    );
    for (const [at, { of, step }] of steps.entries()) {
      if (step.type === 'action') this.single(of, step.script, at);
      else if (step.type === 'command') this.command(of, step, at);
      else this.change(of, step, at);
    }
    this.close();
  }

  private get nextName(): string {
    return `s${this.segments.length}`;
  }

  private entryOf(change: Change): Own {
    return { change, entry: this.indexOf(change) ?? 0 };
  }

  /** Adds the segment of the steps from one place to before another. */
  private add(
    owners: readonly WindowStep['of'][],
    script: Shell,
    from: number,
    to: number,
    hasLimit = false,
  ): void {
    const name = this.nextName;
    const [first] = owners;
    const done = this.steps.slice(from, to).map(({ step }) => step);
    const disturbance = new Disturbance(done);
    const noted = this.others.filter(({ at, change }) => at >= to && disturbance.reaches(change));
    const notes = {
      name: `n${this.segments.length}`,
      script: note(noted.map(({ change }) => this.entryOf(change))),
    };
    const own = done.flatMap((step) =>
      step.type === 'change' && !this.before.reaches(step.change) ? [this.entryOf(step.change)] : [],
    );
    for (const step of done) this.before.add(step);
    const seen = this.unseen.filter((change) => mayUndo(done, change));
    const looks = { prefix: `k${this.segments.length}`, changes: seen };
    const written = done.flatMap((step) => (step.type === 'change' ? [step.change] : []));
    this.unseen = [...this.unseen.filter((change) => !seen.includes(change)), ...written];
    const entries = new Set(own.map(({ entry }) => entry));
    const otherwise = sh`rtp_untouched ${[...entries].map(String)}`;
    this.segments.push({
      name,
      owners,
      part: {
        name,
        script,
        ...(first === undefined ? {} : { of: first }),
        ...(own.length === 0 ? {} : { otherwise }),
      },
      ...(hasLimit ? { limit: limitPart(`l${this.segments.length}`, name) } : {}),
      ...(noted.length === 0 ? {} : { notes }),
      ...(seen.length === 0 ? {} : { looks }),
      own,
    });
  }

  /** Adds the segment of the open batch. */
  private close(): void {
    if (this.open === undefined) return;
    const { owners, changes, at } = this.open;
    const kind = kindOf(this.open.kind);
    const settle = kind.settle?.(changes.map(({ change }) => change));
    const written = guardedWrite(kind, changes);
    const settled = settle === undefined ? [] : [raw('[ $? -eq 0 ] || exit 1'), settle];
    this.add(owners, lines([written, ...settled]), at, at + changes.length);
    this.open = undefined;
  }

  private single(owner: WindowStep['of'], script: Shell, from: number, to = from + 1): void {
    this.close();
    this.add([owner], script, from, to);
  }

  private command(of: WindowStep['of'], step: StepOf<'command'>, at: number): void {
    const after = step.touches.map(
      (change) =>
        sh`${comparison(change, [], true).show} >"$rtp_rundir/$rtp_seq.after.${this.indexOf(change) ?? 0}"`,
    );
    // Undo has to know whether a command was begun: the marker is on disk before it runs.
    const entry = this.indexOf(step);
    const begun =
      entry === undefined
        ? []
        : [
            sh`: >"$rtp_rundir/$rtp_seq.ran.${entry}" && rtp_sync "$rtp_rundir/$rtp_seq.ran.${entry}" "$rtp_rundir" || exit 1`,
          ];
    this.close();
    // The task's environment is the command's alone: with its PATH or locale nothing of ours may run.
    const body = lines([exportAll(step.environment), step.script]);
    const { limitSeconds } = step;
    const run =
      limitSeconds === undefined
        ? lines([raw('('), body, raw(')\nrtp_rc=$?')])
        : limited(this.nextName, limitSeconds, body);
    const script = lines([
      ...(step.pauseSeconds > 0 ? [sh`sleep ${step.pauseSeconds}`] : []),
      ...begun,
      ...(step.prepare === undefined ? [] : [step.prepare]),
      run,
      ...after,
      raw('exit "$rtp_rc"'),
    ]);
    this.add([of], script, at, at + 1, limitSeconds !== undefined);
  }

  private change(of: WindowStep['of'], { change, validate }: StepOf<'change'>, at: number): void {
    if (validate !== undefined) {
      const [sha] = kindOf(change.id.kind).blobs(change.to);
      if (sha !== undefined) this.single(of, validation(validate, sha), at, at);
    }
    const mine = this.open?.owners.some((owner) => owner.task === of.task && owner.item === of.item) === true;
    const kind = kindOf(change.id.kind);
    // A loop's items fail by themselves, so they are never written together with something else. Nor are changes that one call makes
    // of several: it would go on with a later task's when an earlier task's failed.
    const mayMerge =
      mine ||
      (this.mergeTasks &&
        kind.oneTransaction !== true &&
        kind.showAll === undefined &&
        [of, ...(this.open?.owners ?? [])].every(({ task }) => !this.loops.has(task)));
    if (
      this.open?.kind !== change.id.kind ||
      !mayMerge ||
      this.open.changes.some((other) => other.change.id.name === change.id.name)
    )
      this.close();
    this.open ??= { kind: change.id.kind, owners: [], changes: [], at };
    if (!mine || this.open.owners.length === 0) this.open.owners.push(of);
    this.open.changes.push({ ...this.entryOf(change), task: of.task });
  }
}

/** Runs the user's check on a copy of the wanted bytes; `%s` is its path. */
function validation(command: string, sha: string): Shell {
  return sh`rtp_try="$rtp_stage/"${`validate.${sha}`}; cp "$(rtp_blob ${sha})" "$rtp_try" || exit 1
${onTried(command)}; rtp_rc=$?; rm -f "$rtp_try"; [ "$rtp_rc" = 0 ] || echo 'rtprov: failed to validate' >&2; exit "$rtp_rc"`;
}

/**
 * The same in a check, where nothing is staged: in a folder that only the user can enter and that goes away again. It is made in
 * /tmp, where nobody can exchange another's folder; TMPDIR may name a folder where somebody can.
 */
export function triedValidation(command: string, content: Buffer): Shell {
  return sh`(umask 077; rtp_dir=$(mktemp -d /tmp/rtprov-validate.XXXXXXXXXX) || exit 1; rtp_try="$rtp_dir/file"
base64 -d >"$rtp_try" <<'RTP_BYTES' || { rm -rf "$rtp_dir"; exit 1; }
${withheld('content in base64', raw(content.toString('base64').replace(/.{76}/g, '$&\n')))}
RTP_BYTES
${onTried(command)} </dev/null; rtp_rc=$?; rm -rf "$rtp_dir"; [ "$rtp_rc" = 0 ] || echo 'rtprov: failed to validate' >&2; exit "$rtp_rc")`;
}

function onTried(command: string): Shell {
  const [head = '', ...tail] = command.split('%s');
  return sh`${raw(head)}"$rtp_try"${raw(tail.join('"$rtp_try"'))} >&2`;
}
