/** `rtprov run`: converge hosts, or with --check show exactly what that would do. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { Amounts } from '../../engine/run/amounts.js';
import { eventsVersion, type RunEvent } from '../../engine/run/events.js';
import { exitCodeOf, pendingChanges } from '../../engine/run/exit-code.js';
import { checkPlanKey, planOf, planText, type SavedPlan } from '../../engine/saved-plan/file.js';
import type { Run } from '../../engine/run/run.js';
import type { RunSummary } from '../../engine/run/run-summary.js';
import { maskedEvent, maskedSink } from '../../engine/run/masked-sink.js';
import { planKey, readPlanKey } from '../../journal/plan-key.js';
import { RecordWriter, type RunRecord } from '../../journal/records.js';
import { commandSecrets } from '../command-secrets.js';
import { readRunFiles } from '../inputs.js';
import { interrupts } from '../interrupts.js';
import { makeRun, type RunParts } from './make-run.js';
import { askPasswords } from '../passwords.js';
import { TerminalPrompter } from '../prompter.js';
import { rollBackFailed } from './rollback-on-failure.js';
import type { RunOptions } from './run-options.js';
import { checkPlanPlace, readPlan, refuseDrift, savePlan } from './saved-plan.js';
import { stepAnswers, stepper } from '../step.js';
import { openView, type View } from '../view.js';

export async function runCommand(options: RunOptions): Promise<number> {
  const files = readRunFiles(options.playbooks, options, { chosen: options });
  if (options.plan !== undefined && options.check && options.rollbackOnFailure) {
    throw new RtprovError('BAD_OPTION', '--rollback-on-failure has no meaning with --check', {
      hint: 'Remove one of them.',
    });
  }
  const saved = options.plan !== undefined && !options.check ? readPlan(options.plan) : undefined;
  if (options.plan !== undefined && options.check) await checkPlanPlace(options.plan);
  const key = options.plan === undefined ? undefined : await (options.check ? planKey() : readPlanKey());
  if (saved !== undefined) checkPlanKey(saved, key, options.plan ?? '');
  let view: View | undefined;
  const prompter = process.stdin.isTTY ? new TerminalPrompter(() => view) : undefined;
  const busy: { run?: Run; rollingBack?: boolean } = {};
  const interrupt = interrupts({
    note: (text) => view?.note(text),
    isWriting: () => busy.rollingBack === true || busy.run?.isWriting === true,
    leave: async () => view?.end(),
  });
  const passwords = await askPasswords(options, prompter);
  const step = options.step ? stepAnswers(prompter, () => view) : undefined;
  const parts: RunParts = {
    files,
    options,
    passwords,
    prompter,
    ...(step === undefined ? {} : { confirmTask: stepper(step.ask) }),
    stop: interrupt.signal,
    ...(key === undefined ? {} : { planKey: key }),
    stopCode: () => interrupt.exitCode(),
  };
  try {
    if (saved !== undefined) await refuseDrift(parts, saved, options.plan ?? '');
    view = openView(options, files.warnings);
    return await converge(parts, view, saved, busy);
  } catch (error) {
    // What the interruption broke off is not a fault of its own.
    const code = interrupt.exitCode();
    if (code === undefined) throw error;
    return code;
  } finally {
    interrupt.dispose();
    step?.close();
    await view?.end();
  }
}

async function converge(
  parts: RunParts,
  view: View,
  saved: SavedPlan | undefined,
  busy: { run?: Run; rollingBack?: boolean },
): Promise<number> {
  const { options, files } = parts;
  const began = performance.now();
  const events: RunEvent[] = [];
  const kept: { record?: RecordWriter } = {};
  const amounts = new Amounts();
  const sink = (event: RunEvent): void => {
    if (options.check && options.plan !== undefined) events.push(event);
    else if (options.check && options.detailedExitcode) events.push(event);
    amounts.add(event);
    kept.record?.event(event);
    view.event(event);
  };
  const emit = maskedSink(sink, commandSecrets);
  const run = makeRun(parts, options.check, sink, saved, () => kept.record);
  busy.run = run;
  const mode = options.check ? 'check' : 'run';
  const record = await RecordWriter.open(run.id, (msg) => sink({ type: 'warning', msg }));
  kept.record = record;
  emit({
    type: 'run_started',
    version: eventsVersion,
    run: run.id,
    mode,
    playbooks: files.playbooks.map((playbook) => playbook.path),
    time: new Date().toISOString(),
  });
  let summary: RunSummary;
  let rolledBack: boolean | undefined;
  try {
    summary = await run.run();
    if (options.rollbackOnFailure && !options.check) {
      busy.rollingBack = true;
      rolledBack = await rollBackFailed(run, summary, emit);
      busy.rollingBack = false;
    }
  } finally {
    await run.close();
  }
  if (options.check && options.plan !== undefined) {
    const plan = planOf(events.map((event) => maskedEvent(event, commandSecrets)));
    await savePlan(options.plan, planText(files.digests, plan, new Date(), parts.planKey));
  }
  const exitCode = exitCodeAfter(summary, parts, pendingChanges(events), rolledBack);
  const totals = Object.fromEntries([...summary.hosts].map(([name, host]) => [name, host.totals]));
  const seconds = (performance.now() - began) / 1000;
  emit({
    type: 'run_finished',
    run: run.id,
    totals,
    ...amounts.all(),
    seconds,
    exitCode,
    interrupted: summary.interrupted,
    roundTrips: summary.roundTrips,
    record: record.folder,
  });
  const { trouble } = record;
  await record.close({
    format: 1,
    run: run.id,
    mode,
    started: new Date(Date.now() - seconds * 1000).toISOString(),
    playbooks: files.playbooks.map((playbook) => playbook.path),
    inventory: [...options.inventory],
    exitCode,
    seconds,
    ...amounts.all(),
    hosts: recordedHosts(summary),
  });
  // Reported when it happened, maybe long ago.
  if (trouble !== undefined) view.note(`warning: ${trouble}`);
  return exitCode;
}

/** `rolledBack`: is all back as it was? Undefined when nothing was rolled back. */
function exitCodeAfter(
  summary: RunSummary,
  { options, stopCode }: RunParts,
  pending: boolean,
  rolledBack: boolean | undefined,
): number {
  const stopped = summary.interrupted ? stopCode() : undefined;
  if (stopped !== undefined) return stopped;
  if (rolledBack !== undefined) return rolledBack ? 6 : 7;
  return exitCodeOf(summary, { check: options.check, detailed: options.detailedExitcode, pending });
}

function recordedHosts({ hosts }: RunSummary): RunRecord['hosts'] {
  return Object.fromEntries(
    [...hosts].map(([name, { at, users, totals, failed, unreachable }]) => [
      name,
      {
        ...(at === undefined ? {} : { at }),
        users: [...users],
        changed: totals.changed,
        tasks: totals,
        failed,
        unreachable,
      },
    ]),
  );
}
