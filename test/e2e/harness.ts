/**
 * What all end-to-end tests share: playbooks made on the spot, runs and rollbacks of the installed program against lab hosts, and the
 * comparison of a plan with a run.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RtprovError } from '../../src/diagnostics/diagnostic.js';
import type { RunEvent, TaskResult } from '../../src/engine/run/events.js';
import { diffFingerprints, type Fingerprint, formatDifferences } from '../lab/fingerprint.js';
import { type Ended, runProgram, startProgram } from '../support/program.js';
import type { Rewrite } from '../support/scripts.js';

/** What of a lab is needed here: containers and virtual machines both have it. */
export interface LabTarget {
  readonly name: string;
  readonly inventoryPath: string;
}

/** A folder with a playbook and the files beside it. */
export class Project {
  readonly dir = mkdtempSync(join(tmpdir(), 'rtprov-e2e-'));

  constructor(files: Readonly<Record<string, string | Buffer>> = {}) {
    for (const [name, content] of Object.entries(files)) this.write(name, content);
  }

  /** Gives the file's path. */
  write(name: string, content: string | Buffer): string {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export interface ConvergeOptions {
  readonly check?: boolean;
  /** A pattern; all hosts by default. */
  readonly limit?: string;
  readonly extraVars?: readonly string[];
  /** Sends the program SIGINT. */
  readonly stop?: AbortSignal;
  readonly rewrite?: Rewrite;
  /** With --rollback-on-failure. */
  readonly rollback?: boolean;
  /** Further arguments of `rtprov run`. */
  readonly args?: readonly string[];
  /** Called with each event as it comes. */
  readonly onEvent?: (event: RunEvent) => void;
}

type Finished = Extract<RunEvent, { type: 'run_finished' }>;

/** What a run reported. */
export interface Outcome {
  readonly run: string;
  readonly events: readonly RunEvent[];
  readonly results: readonly TaskResult[];
  /** The last event; undefined when the program was killed. */
  readonly finished: Finished | undefined;
  /** -1 when the program was killed. */
  readonly exitCode: number;
  /** Whether all that failed hosts wrote is back; undefined when none failed, or nobody asked. */
  readonly rolledBack: boolean | undefined;
  readonly stderr: string;
}

const parsed = (stdout: string): readonly RunEvent[] =>
  stdout
    .split('\n')
    // A program that was killed may leave half a line.
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as RunEvent);

/** The error of a command that did not come so far as to report anything. */
function nothingTold(ended: Ended): Error {
  return new Error(
    `rtprov ended with ${ended.code ?? ended.signal}${ended.timedOut ? ' (time is up)' : ''}: ${ended.stderr}${ended.stdout.slice(0, 2000)}`,
  );
}

/** The arguments of a run as all tests call it. */
export function runArguments(
  lab: LabTarget,
  playbooks: readonly string[],
  options: ConvergeOptions = {},
): readonly string[] {
  return [
    ...['run', ...playbooks, '-i', lab.inventoryPath, '--json', '--diff'],
    ...(options.check === true ? ['--check'] : []),
    ...(options.rollback === true ? ['--rollback-on-failure'] : []),
    ...(options.limit === undefined ? [] : ['--limit', options.limit]),
    ...(options.extraVars ?? []).flatMap((text) => ['-e', text]),
    ...(options.args ?? []),
  ];
}

/** Runs playbooks. Throws when the program reported no event at all, as with a fault in a file. */
export async function converge(
  lab: LabTarget,
  playbooks: readonly string[],
  options: ConvergeOptions = {},
): Promise<Outcome> {
  const { onEvent, stop, rewrite } = options;
  const { child, ended } = startProgram(runArguments(lab, playbooks, options), {
    ...(rewrite === undefined ? {} : { rewrite }),
    ...(onEvent === undefined ? {} : { onLine: (line: string) => onEvent(JSON.parse(line) as RunEvent) }),
  });
  stop?.addEventListener('abort', () => child.kill('SIGINT'));
  return outcomeOf(await ended);
}

/** What a run that was started with `runArguments` reported. */
export function outcomeOf(ended: Ended): Outcome {
  const events = parsed(ended.stdout);
  const [started] = events;
  if (started?.type !== 'run_started') throw nothingTold(ended);
  const exitCode = ended.code ?? -1;
  return {
    run: started.run,
    events,
    results: events.filter((event) => event.type === 'task_result'),
    finished: events.find((event) => event.type === 'run_finished'),
    exitCode,
    rolledBack: exitCode === 6 ? true : exitCode === 7 ? false : undefined,
    stderr: ended.stderr,
  };
}

export interface Undone {
  readonly result: {
    readonly runs: readonly string[];
    /** Everything is as it was before, except for what cannot be undone. */
    readonly complete: boolean;
    readonly undone: number;
  };
  readonly events: readonly RunEvent[];
}

/** The runs that a host's journal holds and nobody has undone yet, oldest first. */
export async function openRuns(lab: LabTarget, host: string): Promise<readonly string[]> {
  const ended = await runProgram(['history', host, '-i', lab.inventoryPath, '--json']);
  if (ended.code !== 0) throw nothingTold(ended);
  return ended.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly run: string; readonly undone?: string })
    .filter((run) => run.undone === undefined)
    .map(({ run }) => run);
}

/**
 * Rolls one host back: to before the named run, or all runs that are still open; undefined when there is none. Throws RtprovError with
 * the code that the program reported when it could not begin, such as HOST_LOCKED.
 */
export async function rollBack(
  lab: LabTarget,
  host: string,
  options: {
    readonly to?: string;
    readonly force?: boolean;
    readonly check?: boolean;
    readonly rewrite?: Rewrite;
  } = {},
): Promise<Undone | undefined> {
  const to = options.to ?? (await openRuns(lab, host))[0];
  if (to === undefined) return undefined;
  const ended = await runProgram(
    [
      ...['rollback', host, '-i', lab.inventoryPath, '--json', '--diff', '--yes', '--to', to],
      ...(options.check === true ? ['--check'] : []),
      ...(options.force === true ? ['--force'] : []),
    ],
    options.rewrite === undefined ? {} : { rewrite: options.rewrite },
  );
  const events = parsed(ended.stdout);
  if (events.length === 0) throw nothingTold(ended);
  for (const event of events) {
    if ((event.type === 'host_failed' || event.type === 'host_unreachable') && event.host === host)
      throw new RtprovError(event.code, event.msg, event.hint === undefined ? {} : { hint: event.hint });
  }
  const of = <T extends RunEvent['type']>(type: T): readonly Extract<RunEvent, { type: T }>[] =>
    events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
  return {
    result: {
      runs: of('rollback_started').map(({ run }) => run),
      complete: ended.code === 0,
      undone: of('run_finished')[0]?.undone?.[host]?.undone?.resources ?? 0,
    },
    events,
  };
}

/** A backup's name holds the time of its run: the one part of a plan that the next run will name otherwise. */
const backupTime = /\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~/g;

/**
 * What a run or its plan says that happens: one line for each (task, item, resource, diff), each (task, item, action), and each
 * (task, item) with its status.
 */
export function planLines(results: readonly TaskResult[]): readonly string[] {
  return results.flatMap(({ host, task, item, status, diffs, actions }) => {
    const of = `${host} | ${task.id} ${task.name}${item === undefined ? '' : ` (${item})`}`;
    return [
      `${of} | ${status}`,
      ...diffs.map(({ resource, diff }) => `${of} | ${resource} | ${JSON.stringify(diff)}`),
      ...actions.map((action) => `${of} | does ${action}`),
    ].map((line) => line.replaceAll(backupTime, '.BACKUP'));
  });
}

export interface Fidelity {
  /** In the run and not in the plan. */
  readonly missing: readonly string[];
  /** In the plan and not in the run. */
  readonly extra: readonly string[];
  /** Tasks (items) whose outcome the plan called unknown, with the reason. */
  readonly unknown: readonly string[];
  /** (task, resource, diff) triples that the two have in common. */
  readonly same: number;
}

const taskKey = ({ host, task, item }: TaskResult): string => `${host} ${task.id} ${item ?? ''}`;

function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

/** Compares a plan with the run after it, as bags of lines: a task that is reported twice has to be planned twice. */
export function fidelity(plan: readonly TaskResult[], run: readonly TaskResult[]): Fidelity {
  const unknown = plan.filter((result) => result.status === 'unknown');
  const open = new Set(unknown.map(taskKey));
  const known = (results: readonly TaskResult[]): readonly string[] =>
    planLines(results.filter((result) => !open.has(taskKey(result))));
  const [planned, done] = [known(plan), known(run)];
  const missing = without(done, planned);
  return {
    missing,
    extra: without(planned, done),
    unknown: unknown.map((result) => `${result.task.name}: ${result.reason ?? ''}`),
    same: done.length - missing.length,
  };
}

/** The text of a fidelity's faults; empty when the plan was the truth. */
export function infidelity({ missing, extra }: Fidelity): string {
  return [
    ...missing.map((line) => `not planned: ${line}`),
    ...extra.map((line) => `planned, not done: ${line}`),
  ].join('\n');
}

/** What went wrong in a run, for the message of a test that did not expect it. */
export function troubles({ events }: Pick<Outcome, 'events'>): string {
  return events
    .flatMap((event) => {
      if (event.type === 'host_failed' || event.type === 'host_unreachable')
        return [`${event.host}: ${event.code}: ${event.msg}`];
      if (
        event.type !== 'task_result' ||
        !['failed', 'ignored', 'rescued', 'unreachable'].includes(event.status)
      )
        return [];
      return [`${event.task.id} ${event.task.name} ${event.status}: ${event.msg ?? ''}`];
    })
    .join('\n');
}

export function changedTasks(results: readonly TaskResult[]): readonly string[] {
  return results
    .filter((result) => result.status === 'changed')
    .map(
      (result) =>
        `${result.host} ${result.task.name}${result.item === undefined ? '' : ` (${result.item})`}: ${planLines([result]).slice(1).join('; ')}`,
    );
}

export function differences(before: Fingerprint, after: Fingerprint): string {
  return formatDifferences(diffFingerprints(before, after));
}
