/**
 * Puts hosts back as they were before a run. The plan (what would be undone, with diffs, and what conflicts) is made here
 * from the target's journal and its present states; the undoing is done by the target's own program, which works
 * without a controller too.
 */
import { RtprovError } from '../diagnostics/diagnostic.js';
import { entriesScript, parseEntries, type Journal, type TargetRun } from '../journal/read-journal.js';
import { needsBootStatus, undoScript } from '../journal/target.js';
import { kindOf } from '../resources/registry.js';
import { keyOf, type ReadRequest, type State } from '../resources/resource.js';
import { lines, sh } from '../shell/shell.js';
import type { ScriptResult } from '../transport/types.js';
import type { EventSink, RollbackVerdict } from './events.js';
import { hiddenDiff } from './hidden-diff.js';
import { bootKnownGood } from './operations/trial-return.js';
import { planUndo, toldVerdict, type RollbackView } from './plan-rollback.js';
import { hiddenResources, readTexts } from './rollback-texts.js';
import type { Target } from './target.js';
import type { TargetShell } from './target-shell.js';

export interface RollbackOptions {
  readonly check: boolean;
  readonly diff: boolean;
  readonly force: boolean;
}

export interface RollbackResult {
  readonly runs: readonly string[];
  /** All is as it was before, but for what cannot be undone. */
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

/** What only the target can say of entries, each as `SEQ.INDEX`: whose write never came to its end, and of which something is left. */
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

/**
 * Undoes runs, the last first, on one host through one user's shell. It stops behind a run that is not wholly undone: what lies
 * before it may depend on what was left. In check mode the same is only said.
 */
export async function rollback(
  host: string,
  { target, shell }: { readonly target: Target; readonly shell: TargetShell },
  runs: readonly TargetRun[],
  options: RollbackOptions,
  emit: EventSink,
): Promise<RollbackResult> {
  const present = new Map<string, State>();
  const done: string[] = [];
  let complete = true;
  for (const { run } of runs) {
    emit({ type: 'rollback_started', host, run });
    const journal = await readJournal(shell, run);
    const hidden = hiddenResources(journal);
    await readPresent(shell, journal, present, options);
    const asked = await askTarget(shell, run, journal);
    const view = { present, store: shell.view.store, ...asked, force: options.force };
    const planned = planUndo(journal, view);
    const verdicts = options.check ? undefined : await undo(host, target, shell, run, options.force, emit);
    for (const step of planned) {
      const told = verdicts?.lines.get(`${step.entry.seq}.${step.entry.index}`);
      // What the host's program does not name it has not done.
      const verdict = toldVerdict(step, told ?? (verdicts === undefined ? undefined : 'failed'));
      if (verdict === 'conflict' || verdict === 'failed') complete = false;
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
    if (verdicts !== undefined && verdicts.status !== 0) {
      complete = false;
      if (verdicts.text !== '') emit({ type: 'warning', host, msg: verdicts.text });
    }
    shell.view.forget();
    done.push(run);
    emit({ type: 'rollback_finished', host, run, complete });
    if (!complete) break;
  }
  const left = runs.slice(done.length).map(({ run }) => run);
  if (left.length > 0) {
    const msg = `${options.check ? 'would stay' : 'stay'} not undone: ${left.join(', ')}; the rollback stops at ${done.at(-1) ?? ''}, which is not wholly undone`;
    emit({ type: 'warning', host, msg });
  }
  return { runs: done, complete };
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
): Promise<{
  readonly status: number;
  readonly lines: ReadonlyMap<string, RollbackVerdict>;
  readonly text: string;
}> {
  let output: { readonly status: number; readonly stdout: string; readonly stderr: string } = textOf(
    await shell.underLock(undoScript(run, force)),
  );
  if (output.status === needsBootStatus) {
    emit({ type: 'warning', host, msg: 'rebooting into the known-good entry, where the run is undone' });
    const back = await bootKnownGood(target, shell, run, new AbortController().signal);
    output = { status: back.complete && back.known ? 0 : 1, stdout: back.log, stderr: '' };
    if (!back.known)
      emit({ type: 'warning', host, msg: 'it runs another kernel or command line than before the run' });
  }
  const lines = new Map<string, RollbackVerdict>();
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
