/** A run as the command line's options say. */
import type { EngineOptions } from '../../engine/run/context.js';
import type { RunEvent } from '../../engine/run/events.js';
import type { PlanEntry, SavedPlan } from '../../engine/saved-plan/file.js';
import { Run } from '../../engine/run/run.js';
import type { RunInputs } from '../../engine/run/run-inputs.js';
import { MemoryContentStore } from '../../resources/lib/content-store.js';
import { commandSecrets } from '../command-secrets.js';
import { connector, type Passwords } from '../connect.js';
import type { RunFiles } from '../inputs.js';
import type { TerminalPrompter } from '../prompter.js';
import type { RunOptions } from './run-options.js';
import type { RecordWriter } from '../../journal/records.js';
import { packageVersion } from '../version.js';

/** What a run is made of. */
export interface RunParts {
  readonly files: RunFiles;
  readonly options: RunOptions;
  readonly passwords: Passwords;
  readonly prompter: TerminalPrompter | undefined;
  /** With --plan. */
  readonly planKey?: Buffer;
  /** With --step. */
  readonly confirmTask?: NonNullable<RunInputs['confirmTask']>;
  readonly stop: AbortSignal;
  /** What the command ends with when it was stopped. */
  readonly stopCode: () => number | undefined;
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

export function makeRun(
  parts: RunParts,
  check: boolean,
  emit: (event: RunEvent) => void,
  saved?: SavedPlan,
  record?: () => RecordWriter | undefined,
): Run {
  const { files, options, passwords, prompter, confirmTask } = parts;
  const planned = saved === undefined ? undefined : expectations(saved);
  const inputs: RunInputs = {
    inventory: files.inventory,
    playbooks: files.playbooks,
    templates: files.templates,
    lookups: files.lookups,
    store: new MemoryContentStore(),
    extraVars: files.extraVars,
    limited: files.limited,
    options: engineOptions(options, check),
    become: {
      always: options.become,
      ...(options.becomeUser === undefined ? {} : { user: options.becomeUser }),
      ...(passwords.become === undefined ? {} : { password: passwords.become }),
    },
    secrets: commandSecrets,
    stop: parts.stop,
    emit,
    version: packageVersion(),
    started: new Date(),
    connect: connector(options, passwords, prompter),
    noteJournal: (host, at, user) => record?.()?.noteJournal({ host, at, user }),
    ...(files.configFile === undefined ? {} : { configFile: files.configFile }),
    ...(options.user === undefined ? {} : { user: options.user }),
    ...(options.limit === undefined ? {} : { limitText: options.limit }),
    ...(prompter === undefined ? {} : { prompter }),
    ...(confirmTask === undefined ? {} : { confirmTask }),
    ...(planned === undefined ? {} : { expected: planned }),
    ...(parts.planKey === undefined ? {} : { planKey: parts.planKey }),
  };
  return new Run(inputs);
}

function expectations(saved: SavedPlan): (host: string, task: string) => readonly PlanEntry[] | undefined {
  const byTask = new Map<string, PlanEntry[]>();
  for (const task of saved.tasks) {
    // What was unknown in the plan may become anything.
    if (task.status === 'unknown') continue;
    const key = `${task.host} ${task.task}`;
    byTask.set(key, [...(byTask.get(key) ?? []), ...task.entries]);
  }
  const unknown = new Set(
    saved.tasks.filter((task) => task.status === 'unknown').map((task) => `${task.host} ${task.task}`),
  );
  return (host, task) => (unknown.has(`${host} ${task}`) ? undefined : (byTask.get(`${host} ${task}`) ?? []));
}
