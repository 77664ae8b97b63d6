/**
 * Puts hosts back as they were before a run. The plan (what would be undone, with diffs, and what conflicts) is made here
 * from the target's journal and its present states; the undoing is done by the target's own program, which works
 * without a controller too.
 */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { entriesScript, parseEntries, type Journal, type TargetRun } from '../../journal/read-journal.js';
import { forgetOwed } from '../../journal/owed.js';
import { kindOf } from '../../resources/registry.js';
import { keyOf, type ReadRequest, type State } from '../../resources/resource.js';
import { lines, sh } from '../../shell/shell.js';
import type { EventSink, RollbackVerdict } from '../run/events.js';
import { hiddenDiff } from '../../planner/outcome.js';
import { hostError, isUnreachable } from '../host/error.js';
import { planUndo, reportedVerdict, type PlannedUndo, type RollbackView } from './plan.js';
import { seeOff } from './departing.js';
import { partError } from './runs.js';
import { stretchesOf } from './stretches.js';
import { hiddenResources, readTexts } from './texts.js';
import { undoWindows } from './undo.js';
import type { Target } from '../target/target.js';
import type { TargetShell } from '../target/target-shell.js';

export interface RollbackOptions {
  readonly check: boolean;
  readonly diff: boolean;
  readonly force: boolean;
}

export interface RollbackResult {
  readonly runs: readonly string[];
  /** Everything is as it was before, except for what cannot be undone. */
  readonly complete: boolean;
}

export async function readJournal(shell: TargetShell, run: string): Promise<Journal> {
  const output = await shell.script(entriesScript(run), { isRead: true });
  if (output.status !== 0)
    throw new RtprovError(
      'READ_FAILED',
      `the journal of run ${run} could not be read: ${output.stderr.toString('utf8').trim()}`,
    );
  return parseEntries(output.stdout.toString('utf8'), run);
}

/** What only the target can say of entries, each as `SEQ.INDEX`: whose write never finished, and of which something is left. */
async function askTarget(
  shell: TargetShell,
  run: string,
  { entries }: Journal,
): Promise<Pick<RollbackView, 'unfinished' | 'remaining'>> {
  const checks = entries.flatMap(({ seq, index, kind: name, changes = [] }) => {
    const kind = name === undefined ? undefined : kindOf(name);
    const unfinished = kind?.unfinished?.(changes);
    const remains = changes.flatMap((change) => kind?.remains?.(change) ?? []);
    const passed = sh`[ -e "$rtp_rundir/passed."${`${seq}.${index}`} ]`;
    return [
      ...(unfinished === undefined
        ? []
        : [sh`if ${unfinished}; then echo unfinished ${`${seq}.${index}`}; fi`]),
      ...remains.map((left) => sh`if ${passed} && ${left}; then echo remaining ${`${seq}.${index}`}; fi`),
    ];
  });
  const output =
    checks.length === 0
      ? ''
      : (await shell.script(lines([sh`rtp_open ${run}`, ...checks, sh`:`]))).stdout.toString('utf8');
  const told = (word: string): ReadonlySet<string> =>
    new Set(
      output
        .split('\n')
        .flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : [])),
    );
  return { unfinished: told('unfinished'), remaining: told('remaining') };
}

/** When a run began, and what it played. */
function toldOf(
  runs: readonly TargetRun[] | undefined,
  name: string,
): Pick<TargetRun, 'started' | 'playbooks'> | undefined {
  const found = runs?.find(({ run, damaged }) => run === name && damaged === undefined);
  return found === undefined ? undefined : { started: found.started, playbooks: found.playbooks };
}

/** What one user has in his journal of the run that is undone. */
interface Part {
  readonly shell: TargetShell;
  readonly journal: Journal;
  readonly view: RollbackView;
  readonly planned: PlannedUndo[];
  readonly verdicts: Map<string, RollbackVerdict>;
  readonly said: string[];
  /** Of the last of its windows. */
  status: number;
}

/** What a rollback is about: a host's runs by the shells of the users in whose journals they are. */
export interface RollbackSubject {
  readonly host: string;
  readonly target: Target;
  readonly runs: ReadonlyMap<TargetShell, readonly TargetRun[]>;
}

/**
 * Undoes runs on one host, the last first; the windows of a run that are in several users' journals in the reverse of the order in
 * which they were written. What goes wrong with one user's part ends that part. A part ends after a run of which it is not wholly
 * undone: what is before it may depend on what was left. In check mode the same is only said.
 */
export async function rollback(
  { host, target, runs }: RollbackSubject,
  options: RollbackOptions,
  emit: EventSink,
): Promise<RollbackResult> {
  const present = new Map<string, State>();
  const done: string[] = [];
  const ended = new Set<TargetShell>();
  const gone = new Set<TargetShell>();
  const fail = (shell: TargetShell, raised: unknown): void => {
    const fault = hostError(raised);
    if (isUnreachable(fault) || runs.size === 1) throw fault;
    ended.add(shell);
    const error = partError({ user: shell.user ?? '', error: fault });
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    emit({ type: 'host_failed', host, code: error.code, msg: error.message, ...hint });
  };
  // What root reads is what is there: others may not see all of it.
  const shells = [...runs.keys()].sort(
    (a, b) => Number(b === target.rootShell()) - Number(a === target.rootShell()),
  );
  const names = [...new Set([...runs.values()].flatMap((all) => all.map(({ run }) => run)))].sort().reverse();
  for (const run of names) {
    const parts: Part[] = [];
    for (const shell of shells) {
      if (ended.has(shell) || runs.get(shell)?.some((one) => one.run === run) !== true) continue;
      try {
        parts.push(await readPart(shell, run, present, options));
      } catch (raised) {
        fail(shell, raised);
      }
    }
    const [first] = parts;
    if (first === undefined) continue;
    emit({ type: 'rollback_started', host, run, ...toldOf(runs.get(first.shell), run) });
    const stretches = stretchesOf(parts.map(({ journal }) => journal.entries.map(({ seq }) => seq)));
    for (const { of, windows } of stretches) {
      const part = parts[of];
      if (part !== undefined)
        part.planned.push(...planUndo(part.journal, part.view, stretches.length < 2 ? undefined : windows));
    }
    if (!options.check)
      for (const [at, { of, downTo, windows }] of stretches.entries()) {
        const part = parts[of];
        if (part === undefined || ended.has(part.shell)) continue;
        const later = new Set(stretches.slice(at).map((one) => parts[one.of]?.shell));
        const isDone = (shell: TargetShell): boolean =>
          !later.has(shell) && parts.every((one) => one.shell !== shell || isWhole(one, false));
        try {
          const left = await seeOff({ ...part, windows }, { target, shells, run, isDone });
          for (const shell of left) gone.add(shell);
          await undoStretch({ host, target, part, run, force: options.force, downTo }, emit);
        } catch (raised) {
          fail(part.shell, raised);
        }
      }
    for (const part of parts) {
      if (part !== first) emit({ type: 'rollback_started', host, run });
      const complete = tellPart(host, run, part, options, emit) && !ended.has(part.shell);
      part.shell.view.forget();
      emit({ type: 'rollback_finished', host, run, complete });
      if (!complete) endPart(host, run, part.shell, { ended, runs }, options, emit);
    }
    done.push(run);
    if (!options.check && ended.size === 0 && shells.length > 1)
      // What another user's journal owes for the windows that are undone now.
      for (const shell of shells) if (!gone.has(shell)) await shell.script(forgetOwed(run));
  }
  return { runs: done, complete: ended.size === 0 };
}

/** A part ends: the runs before stay as they are there. */
function endPart(
  host: string,
  run: string,
  shell: TargetShell,
  { ended, runs }: { readonly ended: Set<TargetShell> } & Pick<RollbackSubject, 'runs'>,
  options: RollbackOptions,
  emit: EventSink,
): void {
  ended.add(shell);
  const left = (runs.get(shell) ?? []).map((one) => one.run).filter((other) => other < run);
  if (left.length === 0) return;
  const msg = `${options.check ? 'would stay' : 'stay'} not undone: ${left.join(', ')}; the rollback stops at ${run}, which is not completely undone`;
  emit({ type: 'warning', host, msg });
}

async function readPart(
  shell: TargetShell,
  run: string,
  present: Map<string, State>,
  options: RollbackOptions,
): Promise<Part> {
  const journal = await readJournal(shell, run);
  await readPresent(shell, journal, present, options);
  const asked = await askTarget(shell, run, journal);
  const view = { present, store: shell.view.store, ...asked, force: options.force };
  return { shell, journal, view, planned: [], verdicts: new Map(), said: [], status: 0 };
}

/** What the host's program does not name it has not done. */
function verdictOf(part: Part, step: PlannedUndo, check: boolean): RollbackVerdict {
  const told = part.verdicts.get(`${step.entry.seq}.${step.entry.index}`);
  return reportedVerdict(step, told ?? (check ? undefined : 'failed'));
}

/** Is all of it undone? */
function isWhole(part: Part, check: boolean): boolean {
  return (
    part.status === 0 &&
    part.planned.every((step) => !['conflict', 'failed'].includes(verdictOf(part, step, check)))
  );
}

/** Reports how the entries of a part ended; was all of it undone? */
function tellPart(host: string, run: string, part: Part, options: RollbackOptions, emit: EventSink): boolean {
  const hidden = hiddenResources(part.journal);
  for (const step of part.planned) {
    const verdict = verdictOf(part, step, options.check);
    emit({
      type: 'rollback_entry',
      host,
      run,
      task: step.entry.taskName,
      resource: step.resource,
      verdict,
      ...(step.diff === undefined ? {} : { diff: hidden.has(step.resource) ? hiddenDiff : step.diff }),
      ...(step.reason === undefined || verdict !== step.verdict ? {} : { reason: step.reason }),
    });
  }
  if (part.status === 0) return isWhole(part, options.check);
  const said = part.said.filter((text) => text !== '').join('\n');
  if (said !== '') emit({ type: 'warning', host, msg: said });
  return false;
}

async function undoStretch(
  at: {
    readonly host: string;
    readonly target: Target;
    readonly part: Part;
    readonly run: string;
    readonly force: boolean;
    readonly downTo: string | undefined;
  },
  emit: EventSink,
): Promise<void> {
  const { part } = at;
  const { status, lines, text } = await undoWindows({ ...at, shell: part.shell }, emit);
  part.status = status;
  part.said.push(text);
  // A later stretch goes over the windows of earlier ones once more, and finds them undone.
  for (const [entry, verdict] of lines)
    if (verdict !== 'same' || part.verdicts.get(entry) !== 'undone') part.verdicts.set(entry, verdict);
}

const isFolder = (state: State): boolean => 'type' in state && state.type === 'directory';

async function readPresent(
  shell: TargetShell,
  journal: Journal,
  present: Map<string, State>,
  options: RollbackOptions,
): Promise<void> {
  const requests = new Map<string, ReadRequest>();
  const whole = new Set<string>();
  for (const entry of journal.entries) {
    for (const change of entry.changes ?? []) {
      const key = keyOf(change.id);
      if (present.has(key)) continue;
      requests.set(key, change.id);
      if ('tree' in change.from || 'tree' in change.to || entry.afterUnknown === true) whole.add(key);
    }
  }
  const read = async (wanted: readonly ReadRequest[]): Promise<void> => {
    const missing = shell.view.missing(wanted);
    if (missing.length > 0) await shell.read(missing);
  };
  await read([...requests.values()]);
  // Only of folders: the same depth brings the bytes of a file.
  const folders = [...requests.values()].filter(
    (id) => whole.has(keyOf(id)) && isFolder(shell.view.state(id.kind, id.name)),
  );
  await read(folders.map((id) => ({ ...id, depth: 'tree' })));
  for (const [key, request] of requests) present.set(key, shell.view.state(request.kind, request.name));
  await readTexts(shell, journal, present, options.diff);
}
