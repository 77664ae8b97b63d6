/**
 * What all end-to-end tests share: playbooks made on the spot, runs within this process against lab hosts (as `rtprov run`
 * assembles them, but with connections that are kept), rollbacks, and the comparison of a plan with a run.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connector } from '../../src/cli/connect.js';
import { readRunFiles } from '../../src/cli/inputs.js';
import type { ConnectionOptions } from '../../src/cli/options.js';
import { rollBackFailed } from '../../src/cli/rollback-on-failure.js';
import { settingsOf } from '../../src/engine/become.js';
import type { RunEvent, TaskResult } from '../../src/engine/events.js';
import { newRunId } from '../../src/engine/run-id.js';
import { rollback, targetRuns, type RollbackResult } from '../../src/engine/rollback.js';
import { exitCodeOf } from '../../src/engine/exit-code.js';
import { Run } from '../../src/engine/run.js';
import type { RunInputs } from '../../src/engine/run-inputs.js';
import type { RunSummary } from '../../src/engine/run-summary.js';
import { Secrets } from '../../src/engine/secrets.js';
import { Target } from '../../src/engine/target.js';
import { Diagnostics } from '../../src/diagnostics/diagnostic.js';
import type { ConnectionSettings } from '../../src/inventory/connection.js';
import { HostVars } from '../../src/inventory/host-vars.js';
import { loadInventory } from '../../src/inventory/inventory.js';
import { inventoryLayers } from '../../src/inventory/layers.js';
import { MemoryContentStore } from '../../src/resources/content-store.js';
import { Templates } from '../../src/template/engine.js';
import { Shell } from '../../src/shell/shell.js';
import type { BecomeOptions, Connection, ShellSession } from '../../src/transport/types.js';
import { diffFingerprints, type Fingerprint, formatDifferences } from '../lab/fingerprint.js';

/** What of a lab is needed here: containers and virtual machines both have it. */
export interface LabTarget {
  readonly name: string;
  readonly inventoryPath: string;
}

export interface LabHostTarget {
  readonly name: string;
  reset(): Promise<void>;
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

const connectionOptions: ConnectionOptions = {
  acceptNew: false,
  become: false,
  askBecomePass: false,
  askPass: false,
};

/** The object with some of its methods replaced; the others are its own. */
function wrapped<T extends object>(object: T, methods: Partial<T>): T {
  return new Proxy(object, {
    get: (target, name) => {
      if (Object.hasOwn(methods, name)) return methods[name as keyof T];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
}

/** Rewrites the scripts that go to a target: where tests put faults between a run's steps. */
export type Rewrite = (text: string) => string;

function rewriting(connection: Connection, rewrite: Rewrite): Connection {
  const session = async (become?: BecomeOptions): Promise<ShellSession> => {
    const real = await connection.session(become);
    return wrapped(real, { run: (script, options) => real.run(new Shell(rewrite(script.text)), options) });
  };
  return wrapped(connection, {
    session,
    run: (script, options) => connection.run(new Shell(rewrite(script.text)), options),
  });
}

/** Connections that outlive a run: a handshake costs more than most runs. A host that was reset needs `drop`. */
class Connections {
  private readonly open = new Map<string, Connection>();

  async connect(key: string, make: () => Promise<Connection>): Promise<Connection> {
    let connection = this.open.get(key);
    if (connection === undefined) {
      connection = await make();
      this.open.set(key, connection);
    }
    return wrapped(connection, { close: () => Promise.resolve() });
  }

  async drop(matching: (key: string) => boolean = () => true): Promise<void> {
    for (const [key, connection] of [...this.open]) {
      if (!matching(key)) continue;
      this.open.delete(key);
      await connection.close().catch(() => undefined);
    }
  }
}

const connections = new Connections();

/** Closes kept connections: of one host (it was reset or rebooted), or all. */
export async function dropConnections(lab: LabTarget, host?: string): Promise<void> {
  await connections.drop((key) =>
    host === undefined ? key.startsWith(`${lab.name} `) : key === `${lab.name} ${host}`,
  );
}

function connectTo(lab: LabTarget, rewrite?: Rewrite) {
  const connect = connector(connectionOptions, {}, undefined);
  return async (name: string, settings: ConnectionSettings): Promise<Connection> => {
    const connection = await connections.connect(`${lab.name} ${name}`, () => connect(name, settings));
    return rewrite === undefined ? connection : rewriting(connection, rewrite);
  };
}

export interface ConvergeOptions {
  readonly check?: boolean;
  /** A pattern; all hosts by default. */
  readonly limit?: string;
  readonly extraVars?: readonly string[];
  readonly stop?: AbortSignal;
  readonly rewrite?: Rewrite;
  /** A text that must not be shown. */
  readonly secret?: string;
  /** With --rollback-on-failure. */
  readonly rollback?: boolean;
  /** What a saved plan says that a task changes. */
  readonly expected?: RunInputs['expected'];
  /** Is told each event as it comes. */
  readonly onEvent?: (event: RunEvent) => void;
}

/** What a run told. */
export interface Told {
  readonly run: string;
  readonly events: readonly RunEvent[];
  readonly results: readonly TaskResult[];
  readonly summary: RunSummary;
  readonly exitCode: number;
  /** Whether all that failed hosts wrote is back; undefined when none failed, or nobody asked. */
  readonly rolledBack: boolean | undefined;
}

/** Runs playbooks in this process. */
export async function converge(
  lab: LabTarget,
  playbooks: readonly string[],
  options: ConvergeOptions = {},
): Promise<Told> {
  const check = options.check ?? false;
  const files = readRunFiles(
    playbooks,
    {
      inventory: [lab.inventoryPath],
      extraVars: options.extraVars ?? [],
      ...(options.limit === undefined ? {} : { limit: options.limit }),
    },
    { chosen: { tags: [], skipTags: [] } },
  );
  const events: RunEvent[] = [];
  const emit = (event: RunEvent): void => {
    events.push(event);
    options.onEvent?.(event);
  };
  const secrets = new Secrets();
  if (options.secret !== undefined) secrets.add(options.secret);
  const run = new Run({
    inventory: files.inventory,
    playbooks: files.playbooks,
    templates: files.templates,
    store: new MemoryContentStore(),
    extraVars: files.extraVars,
    limited: files.limited,
    options: { check, diff: true, forks: 5, tags: [], skipTags: [], rollbackOnFailure: false, verbosity: 0 },
    become: { always: false },
    secrets,
    stop: options.stop ?? new AbortController().signal,
    emit,
    version: '0.0.0',
    started: new Date(),
    connect: connectTo(lab, options.rewrite),
    ...(options.expected === undefined ? {} : { expected: options.expected }),
  });
  const summary = await run.run();
  const rolledBack = options.rollback === true ? await rollBackFailed(run, summary, emit) : undefined;
  return {
    run: run.id,
    events,
    results: events.filter((event) => event.type === 'task_result'),
    summary,
    rolledBack,
    exitCode: exitCodeOf(summary, { check, detailed: false, pending: false }),
  };
}

export interface Undone {
  readonly result: RollbackResult;
  readonly events: readonly RunEvent[];
}

/** Rolls one host back: to before the named run, or all runs that are still open; undefined when there is none. */
export async function rollBack(
  lab: LabTarget,
  host: string,
  options: { readonly to?: string; readonly force?: boolean; readonly check?: boolean } = {},
): Promise<Undone | undefined> {
  const inventory = loadInventory([lab.inventoryPath], new Diagnostics());
  const settings = settingsOf(host, HostVars.of(inventoryLayers(inventory, host)), new Templates());
  const connect = connectTo(lab);
  const target = new Target({
    name: host,
    run: newRunId(new Date()),
    who: 'e2e',
    runJson: '',
    store: new MemoryContentStore(),
    largeFiles: new Map(),
    locks: true,
    connect: () => connect(host, settings),
  });
  const shell = target.shell();
  const events: RunEvent[] = [];
  try {
    const open = (await targetRuns(shell)).filter((run) => run.undone === undefined);
    const [first] = open;
    if (first === undefined) return undefined;
    const result = await rollback(
      host,
      { target, shell },
      {
        to: options.to ?? first.run,
        check: options.check ?? false,
        diff: true,
        force: options.force ?? false,
      },
      (event) => events.push(event),
    );
    return { result, events };
  } finally {
    await target.finish();
  }
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

/** Compares a plan with the run behind it, as bags of lines: a task that is told twice has to be planned twice. */
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
export function troubles({ events }: Pick<Told, 'events'>): string {
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

/** Makes a host fresh again, and forgets its connection. */
export async function resetHost(lab: LabTarget, host: LabHostTarget): Promise<void> {
  await dropConnections(lab, host.name);
  await host.reset();
}
