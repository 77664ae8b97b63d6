/** `rtprov run`: converge hosts, or with --check show exactly what that would do. */
import { writeFile } from 'node:fs/promises';
import { RtprovError } from '../diagnostics/diagnostic.js';
import { eventsVersion, type RunEvent } from '../engine/events.js';
import { exitCodeOf, pendingChanges } from '../engine/exit-code.js';
import { planOf, planText, type SavedPlan } from '../engine/plan-file.js';
import type { RunSummary } from '../engine/run-summary.js';
import { maskedEvent, maskedSink } from '../engine/masked-sink.js';
import { RecordWriter } from '../journal/records.js';
import { commandSecrets } from './command-secrets.js';
import { readRunFiles } from './inputs.js';
import { interrupts } from './interrupts.js';
import { makeRun, type RunParts } from './make-run.js';
import { askPasswords } from './passwords.js';
import { TerminalPrompter } from './prompter.js';
import { rollBackFailed } from './rollback-on-failure.js';
import type { RunOptions } from './run-options.js';
import { readPlan, refuseDrift } from './saved-plan.js';
import { openView, type View } from './view.js';

export async function runCommand(options: RunOptions): Promise<number> {
  const files = readRunFiles(options.playbooks, options, { chosen: options });
  if (options.plan !== undefined && options.check && options.rollbackOnFailure) {
    throw new RtprovError('BAD_OPTION', '--rollback-on-failure has no meaning with --check');
  }
  const saved = options.plan !== undefined && !options.check ? await readPlan(options.plan) : undefined;
  let view: View | undefined;
  const prompter = process.stdin.isTTY ? new TerminalPrompter(() => view) : undefined;
  const passwords = await askPasswords(options, prompter);
  const interrupt = interrupts((text) => view?.note(text));
  const parts: RunParts = { files, options, passwords, prompter, stop: interrupt.signal };
  try {
    if (saved !== undefined) await refuseDrift(parts, saved, options.plan ?? '');
    view = openView(options, files.warnings);
    return await converge(parts, view, saved);
  } finally {
    interrupt.dispose();
    await view?.end();
  }
}

async function converge(parts: RunParts, view: View, saved: SavedPlan | undefined): Promise<number> {
  const { options, files } = parts;
  const began = performance.now();
  const events: RunEvent[] = [];
  const kept: { record?: RecordWriter } = {};
  const sink = (event: RunEvent): void => {
    if (options.check && options.plan !== undefined) events.push(event);
    else if (options.check && options.detailedExitcode) events.push(event);
    kept.record?.event(event);
    view.event(event);
  };
  const emit = maskedSink(sink, commandSecrets);
  const run = makeRun(parts, options.check, sink, saved);
  const mode = options.check ? 'check' : 'run';
  const record = await RecordWriter.open(run.id);
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
    if (options.rollbackOnFailure && !options.check) rolledBack = await rollBackFailed(run, summary, emit);
  } finally {
    await run.close();
  }
  if (options.check && options.plan !== undefined)
    await writeFile(
      options.plan,
      planText(files.digests, planOf(events.map((event) => maskedEvent(event, commandSecrets))), new Date()),
      { mode: 0o600 },
    );
  const normal = exitCodeOf(summary, {
    check: options.check,
    detailed: options.detailedExitcode,
    pending: pendingChanges(events),
  });
  const exitCode = rolledBack === undefined ? normal : rolledBack ? 6 : 7;
  const totals = Object.fromEntries([...summary.hosts].map(([name, host]) => [name, host.totals]));
  const seconds = (performance.now() - began) / 1000;
  emit({
    type: 'run_finished',
    run: run.id,
    totals,
    seconds,
    exitCode,
    interrupted: summary.interrupted,
    roundTrips: summary.roundTrips,
    record: record.folder,
  });
  await record.close({
    format: 1,
    run: run.id,
    mode,
    started: new Date(Date.now() - seconds * 1000).toISOString(),
    playbooks: files.playbooks.map((playbook) => playbook.path),
    inventory: [...options.inventory],
    exitCode,
    seconds,
    hosts: Object.fromEntries(
      [...summary.hosts].map(([name, host]) => [
        name,
        {
          users: [...host.users],
          changed: host.totals.changed,
          failed: host.failed,
          unreachable: host.unreachable,
        },
      ]),
    ),
  });
  return exitCode;
}
