/** `rtprov run`: converge hosts, or with --check show exactly what that would do. */
import { readFile, writeFile } from 'node:fs/promises';
import { DiagnosticError, RtprovError } from '../diagnostics/diagnostic.js';
import type { EngineOptions } from '../engine/context.js';
import type { RunEvent } from '../engine/events.js';
import { eventsVersion } from '../engine/events.js';
import {
  parsePlan,
  planDifferences,
  planOf,
  planText,
  type PlanEntry,
  type SavedPlan,
} from '../engine/plan-file.js';
import { rollback } from '../engine/rollback.js';
import { exitCodeOf, pendingChanges } from '../engine/exit-code.js';
import { Run } from '../engine/run.js';
import type { RunInputs } from '../engine/run-inputs.js';
import type { RunSummary } from '../engine/run-summary.js';
import { Secrets } from '../engine/secrets.js';
import { RecordWriter } from '../journal/records.js';
import { MemoryContentStore } from '../resources/content-store.js';
import { connector, type Passwords } from './connect.js';
import { readRunFiles, type RunFiles } from './inputs.js';
import { interrupts } from './interrupts.js';
import type { ConnectionOptions, InventoryOptions, OutputOptions } from './options.js';
import { TerminalPrompter } from './prompter.js';
import { packageVersion } from './version.js';
import { openView, type View } from './view.js';

export interface RunOptions extends InventoryOptions, ConnectionOptions, OutputOptions {
  readonly playbooks: readonly string[];
  readonly check: boolean;
  readonly diff: boolean;
  readonly forks: number;
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  readonly startAtTask?: string;
  readonly step: boolean;
  readonly plan?: string;
  readonly detailedExitcode: boolean;
  readonly rollbackOnFailure: boolean;
}

interface Parts {
  readonly files: RunFiles;
  readonly options: RunOptions;
  readonly secrets: Secrets;
  readonly passwords: Passwords;
  readonly prompter: TerminalPrompter | undefined;
  readonly stop: AbortSignal;
}

export async function askPasswords(
  options: ConnectionOptions,
  prompter: TerminalPrompter | undefined,
  secrets: Secrets,
): Promise<Passwords> {
  const ask = async (question: string): Promise<string> => {
    if (prompter === undefined)
      throw new RtprovError(
        'NO_PROMPT',
        `there is nobody to ask for the ${question}: standard input is not a terminal`,
        { hint: 'Give it as a variable of the host (ansible_become_password).' },
      );
    const answer = await prompter.ask(question, { echo: false });
    secrets.add(answer);
    return answer;
  };
  return {
    ...(options.askPass ? { login: await ask('login password') } : {}),
    ...(options.askBecomePass ? { become: await ask('sudo password') } : {}),
  };
}

function engineOptions(options: RunOptions, check: boolean): EngineOptions {
  return {
    check,
    diff: options.diff,
    forks: options.forks,
    tags: options.tags,
    skipTags: options.skipTags,
    rollbackOnFailure: options.rollbackOnFailure,
    verbosity: options.verbose,
    ...(options.startAtTask === undefined ? {} : { startAtTask: options.startAtTask }),
  };
}

function makeRun(parts: Parts, check: boolean, emit: (event: RunEvent) => void, saved?: SavedPlan): Run {
  const { files, options, secrets, passwords, prompter } = parts;
  const planned = saved === undefined ? undefined : expectations(saved);
  const inputs: RunInputs = {
    inventory: files.inventory,
    playbooks: files.playbooks,
    templates: files.templates,
    store: new MemoryContentStore(),
    extraVars: files.extraVars,
    limited: files.limited,
    options: engineOptions(options, check),
    become: {
      always: options.become,
      ...(options.becomeUser === undefined ? {} : { user: options.becomeUser }),
      ...(passwords.become === undefined ? {} : { password: passwords.become }),
    },
    secrets,
    stop: parts.stop,
    emit,
    version: packageVersion(),
    started: new Date(),
    connect: connector(options, passwords, prompter),
    ...(options.limit === undefined ? {} : { limitText: options.limit }),
    ...(prompter === undefined
      ? {}
      : {
          prompter: {
            ask: prompter.ask.bind(prompter),
            ...(options.step ? { confirmTask: stepper(prompter) } : {}),
          },
        }),
    ...(planned === undefined ? {} : { expected: planned }),
  };
  return new Run(inputs);
}

function expectations(saved: SavedPlan): (host: string, task: string) => readonly PlanEntry[] {
  const byTask = new Map<string, PlanEntry[]>();
  for (const task of saved.tasks) {
    // What was unknown in the plan may come to anything.
    if (task.status === 'unknown') continue;
    const key = `${task.host} ${task.task}`;
    byTask.set(key, [...(byTask.get(key) ?? []), ...task.entries]);
  }
  const unknown = new Set(
    saved.tasks.filter((task) => task.status === 'unknown').map((task) => `${task.host} ${task.task}`),
  );
  return (host, task) =>
    unknown.has(`${host} ${task}`) ? (undefined as never) : (byTask.get(`${host} ${task}`) ?? []);
}

/** --step: y, n or c(ontinue without asking). */
function stepper(prompter: TerminalPrompter) {
  let all = false;
  return async (task: {
    readonly name?: string;
    readonly module: { readonly name: string };
  }): Promise<boolean> => {
    if (all) return true;
    const answer = (
      await prompter.ask(`Run "${task.name ?? task.module.name}"? (n)o, (y)es, (c)ontinue`, { echo: true })
    )
      .trim()
      .toLowerCase();
    if (answer.startsWith('c')) all = true;
    return all || answer.startsWith('y');
  };
}

export async function runCommand(options: RunOptions): Promise<number> {
  const files = readRunFiles(options.playbooks, options, { chosen: options });
  if (options.plan !== undefined && options.check && options.rollbackOnFailure) {
    throw new RtprovError('BAD_OPTION', '--rollback-on-failure has no meaning with --check');
  }
  const saved =
    options.plan !== undefined && !options.check
      ? parsePlan(await readPlan(options.plan), options.plan)
      : undefined;
  const secrets = new Secrets();
  let view: View | undefined;
  const prompter = process.stdin.isTTY ? new TerminalPrompter(() => view) : undefined;
  const passwords = await askPasswords(options, prompter, secrets);
  const interrupt = interrupts((text) => view?.note(text));
  const parts: Parts = { files, options, secrets, passwords, prompter, stop: interrupt.signal };
  try {
    if (saved !== undefined) await refuseDrift(parts, saved, options.plan ?? '');
    view = openView(options, files.warnings);
    return await converge(parts, view, saved);
  } finally {
    interrupt.dispose();
    await view?.end();
  }
}

async function readPlan(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RtprovError('BAD_PLAN', `the plan ${path} cannot be read`, {
      cause,
      hint: 'Make it with `rtprov run PLAYBOOK --check --plan FILE`.',
    });
  });
}

/** Looks at all hosts again and throws PLAN_DRIFT when anything differs from the saved plan. */
async function refuseDrift(parts: Parts, saved: SavedPlan, file: string): Promise<void> {
  const events: RunEvent[] = [];
  const run = makeRun(parts, true, (event) => events.push(event));
  try {
    await run.run();
  } finally {
    await run.close();
  }
  const differences = planDifferences(saved, parts.files.digests, planOf(events));
  for (const event of events) {
    if (event.type === 'host_unreachable' || event.type === 'host_failed')
      differences.concat(`${event.host}: ${event.msg}`);
  }
  if (differences.length > 0) {
    throw new RtprovError(
      'PLAN_DRIFT',
      `the plan ${file} no longer holds, nothing was changed:\n  ${differences.slice(0, 20).join('\n  ')}`,
      {
        hint: 'Make a new plan with --check --plan FILE and look at it.',
      },
    );
  }
}

async function converge(parts: Parts, view: View, saved: SavedPlan | undefined): Promise<number> {
  const { options, files } = parts;
  const began = performance.now();
  const events: RunEvent[] = [];
  const kept: { record?: RecordWriter } = {};
  const emit = (event: RunEvent): void => {
    if (options.check && options.plan !== undefined) events.push(event);
    else if (options.check && options.detailedExitcode) events.push(event);
    kept.record?.event(event);
    view.event(event);
  };
  const run = makeRun(parts, options.check, emit, saved);
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
    await writeFile(options.plan, planText(files.digests, planOf(events), new Date()), { mode: 0o600 });
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

/** --rollback-on-failure: undefined when nothing failed; otherwise whether all failed hosts are back as they were. */
async function rollBackFailed(
  run: Run,
  summary: RunSummary,
  emit: (event: RunEvent) => void,
): Promise<boolean | undefined> {
  const failed = [...summary.hosts].filter(([, host]) => host.failed || host.unreachable);
  if (failed.length === 0) return undefined;
  let complete = true;
  for (const [name, host] of failed) {
    const target = run.targetOf(name);
    if (target === undefined || !host.wrote) continue;
    try {
      if (host.unreachable) await target.reconnect();
      for (const shell of target.writtenShells()) {
        const result = await rollback(
          name,
          shell,
          { to: run.id, check: false, diff: false, force: false },
          emit,
        );
        complete &&= result.complete;
        await shell.finish();
      }
    } catch (error) {
      if (!(error instanceof RtprovError) || error instanceof DiagnosticError) throw error;
      complete = false;
      emit({
        type: 'host_failed',
        host: name,
        code: error.code,
        msg: error.message,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      });
    }
  }
  return complete;
}
