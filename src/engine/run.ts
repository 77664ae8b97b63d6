/** A run: its plays one after the other, the hosts of each batch side by side, every host by itself. */
import { hostname, userInfo } from 'node:os';
import pLimit from 'p-limit';
import { Diagnostics, DiagnosticError, RtprovError } from '../diagnostics/diagnostic.js';
import { selectHosts } from '../inventory/pattern.js';
import { HostVars } from '../inventory/host-vars.js';
import { inventoryLayers } from '../inventory/layers.js';
import { lazyVars } from '../inventory/lazy.js';
import { magicVars } from '../inventory/magic.js';
import type { VarLayer } from '../inventory/precedence.js';
import type { Inventory } from '../inventory/inventory.js';
import { readVarsFile } from '../inventory/var-map.js';
import { findVarsFile } from '../playbook/vars.js';
import type { Keywords, Play, Playbook, VarsPrompt } from '../playbook/model.js';
import type { ContentStore } from '../resources/resource.js';
import { OMIT, type Templates } from '../template/engine.js';
import type { Connection } from '../transport/types.js';
import { plainText, type Value, type Vars } from '../values/value.js';
import { becomeOf, settingsOf } from './become.js';
import type { EngineOptions, Prompter, RunContext } from './context.js';
import type { ConnectionSettings } from '../inventory/connection.js';
import type { EventSink, HostTotals, RunEvent, TaskStatus } from './events.js';
import { factVars } from './facts.js';
import { HostRunner, newRunId } from './host-runner.js';
import type { HostState } from './host-state.js';
import { PlayCoordinator } from './play-coordinator.js';
import { flag } from './plan-conditions.js';
import type { PlanEntry } from './plan-file.js';
import { diagnosticText } from '../diagnostics/text.js';
import { layOut } from './program.js';
import type { Secrets } from './secrets.js';
import { batches } from './serial.js';
import { Sources } from './sources.js';
import { Target } from './target.js';
import { join } from 'node:path';

/** Errors that mean: this host could not be reached (exit code 5), as opposed to: it failed. */
const unreachableCodes: ReadonlySet<string> = new Set([
  'UNREACHABLE',
  'HOST_KEY_UNKNOWN',
  'HOST_KEY_CHANGED',
  'HOST_KEY_REVOKED',
  'AUTH_FAILED',
  'CONNECTION_LOST',
]);

export function isUnreachable(error: unknown): error is RtprovError {
  return error instanceof RtprovError && unreachableCodes.has(error.code);
}

export interface RunInputs {
  readonly inventory: Inventory;
  readonly playbooks: readonly Playbook[];
  readonly templates: Templates;
  readonly store: ContentStore;
  readonly extraVars: VarLayer;
  /** Names of hosts that --limit leaves. */
  readonly limited: ReadonlySet<string> | undefined;
  readonly limitText?: string;
  readonly options: EngineOptions;
  readonly become: RunContext['become'];
  readonly secrets: Secrets;
  readonly prompter?: Prompter;
  readonly stop: AbortSignal;
  readonly emit: EventSink;
  readonly version: string;
  connect(name: string, settings: ConnectionSettings): Promise<Connection>;
  expected?(host: string, task: string): readonly PlanEntry[] | undefined;
  /** Shown to other controllers that find the host locked, and kept in the run's record. */
  readonly started: Date;
}

export interface HostSummary {
  readonly totals: HostTotals;
  readonly failed: boolean;
  readonly unreachable: boolean;
  /** Something was written there. */
  readonly wrote: boolean;
  /** Users whose journals there hold entries of this run. */
  readonly users: readonly string[];
}

export interface RunSummary {
  readonly run: string;
  readonly hosts: ReadonlyMap<string, HostSummary>;
  readonly interrupted: boolean;
  /** Round trips to all targets, for benchmarks and --json. */
  readonly roundTrips: number;
}

type Count = { -readonly [K in keyof HostTotals]: number };

interface HostRecord {
  readonly name: string;
  /** Inventory, facts, set_fact and registered; what plays and tasks add is not kept. */
  vars: HostVars;
  readonly count: Count;
  failed: boolean;
  unreachable: boolean;
  gathered: boolean;
  /** It was in a play; a host that tasks only delegate to is not in the recap. */
  played: boolean;
}

const zero = (): Count => ({
  ok: 0,
  changed: 0,
  unreachable: 0,
  failed: 0,
  skipped: 0,
  rescued: 0,
  ignored: 0,
  unknown: 0,
});

/** The hosts of a play's pattern. Faults in the pattern are reported. */
export function hostsOf(
  play: Play,
  inputs: Pick<RunInputs, 'inventory' | 'templates' | 'extraVars'>,
  diagnostics: Diagnostics,
): readonly string[] {
  const vars = HostVars.of([inputs.extraVars]);
  const pattern = inputs.templates.evaluate(play.hosts.value, vars, play.hosts.range);
  const text = Array.isArray(pattern) ? pattern.join(',') : plainText(pattern);
  return selectHosts(inputs.inventory, text, diagnostics, play.hosts.range).map((host) => host.name);
}

export class Run {
  readonly id: string;
  private readonly records = new Map<string, HostRecord>();
  private readonly targets = new Map<string, Target>();
  private readonly sources: Sources;
  private readonly live = new Map<string, HostState>();
  private readonly limit;

  constructor(private readonly inputs: RunInputs) {
    this.id = newRunId(inputs.started);
    this.sources = new Sources(inputs.store);
    this.limit = pLimit(Math.max(1, inputs.options.forks));
  }

  /** Runs every play. Faults of the inputs are thrown before a host is contacted. */
  async run(): Promise<RunSummary> {
    const plays = this.inputs.playbooks.flatMap((playbook) => playbook.plays);
    const diagnostics = new Diagnostics();
    const hosts = plays.map((play) => hostsOf(play, this.inputs, diagnostics));
    diagnostics.throwIfErrors();
    try {
      for (const [index, play] of plays.entries()) {
        if (this.inputs.stop.aborted) break;
        if (!(await this.play(index, play, hosts[index] ?? []))) break;
      }
    } finally {
      await this.end();
    }
    let roundTrips = 0;
    for (const target of this.targets.values()) roundTrips += await target.roundTrips().catch(() => 0);
    const summaries = [...this.records.values()]
      .filter((record) => record.played)
      .map((record): [string, HostSummary] => [
        record.name,
        {
          totals: record.count,
          failed: record.failed,
          unreachable: record.unreachable,
          wrote: this.targets.get(record.name)?.wrote ?? false,
          users: this.targets.get(record.name)?.users() ?? [],
        },
      ]);
    return { run: this.id, hosts: new Map(summaries), interrupted: this.inputs.stop.aborted, roundTrips };
  }

  /** The connection of a host of this run, for a rollback that follows it. */
  targetOf(name: string): Target | undefined {
    return this.targets.get(name);
  }

  async close(): Promise<void> {
    await Promise.all([...this.targets.values()].map((target) => target.close()));
  }

  private async end(): Promise<void> {
    await Promise.all(
      [...this.targets].map(async ([name, target]) => {
        try {
          await target.finish();
        } catch (error) {
          if (!(error instanceof RtprovError)) throw error;
          this.inputs.emit({
            type: 'warning',
            host: name,
            msg: `the lock could not be given back and frees itself within two minutes: ${error.message}`,
          });
        }
      }),
    );
  }

  /** One play over its batches; false when the run must end with it. */
  private async play(index: number, play: Play, matching: readonly string[]): Promise<boolean> {
    const { inputs } = this;
    const names = ordered(
      matching.filter((name) => inputs.limited?.has(name) !== false),
      play.order,
    );
    const alive = names.filter((name) => !this.record(name).failed && !this.record(name).unreachable);
    inputs.emit({ type: 'play_started', play: index, name: play.name, hosts: alive });
    if (alive.length === 0) return true;
    const prompted = await this.prompt(play.varsPrompt);
    const serial = play.serial.map((value) =>
      inputs.templates.evaluate(value.value, HostVars.of([inputs.extraVars]), value.range),
    );
    for (const batch of batches(alive, serial)) {
      const coordinator = new PlayCoordinator({
        hosts: batch,
        anyErrorsFatal: (task) =>
          play.anyErrorsFatal ||
          flag(task.keywords.anyErrorsFatal, HostVars.of([inputs.extraVars]), inputs.templates) === true,
        ...(inputs.prompter?.confirmTask === undefined
          ? {}
          : { confirmTask: inputs.prompter.confirmTask.bind(inputs.prompter) }),
        ...(play.maxFailPercentage === undefined
          ? {}
          : {
              maxFailPercentage: Number(
                inputs.templates.evaluate(play.maxFailPercentage.value, HostVars.of([inputs.extraVars])),
              ),
            }),
      });
      await Promise.all(
        batch.map((name) =>
          this.limit(() => this.host(name, index, play, coordinator, { batch, names, prompted })),
        ),
      );
      if (inputs.stop.aborted) return false;
      // A batch that failed as a whole, or too much of it, ends the run: the next batch would fail likewise.
      const failed = batch.filter((name) => this.record(name).failed || this.record(name).unreachable);
      if (coordinator.stopsPlay || failed.length === batch.length) return false;
    }
    return true;
  }

  private async host(
    name: string,
    index: number,
    play: Play,
    coordinator: PlayCoordinator,
    around: { readonly batch: readonly string[]; readonly names: readonly string[]; readonly prompted: Vars },
  ): Promise<void> {
    const record = this.record(name);
    if (this.inputs.stop.aborted || coordinator.aborted()) return;
    record.played = true;
    try {
      const state = await this.start(record, index, play, around);
      this.live.set(name, state);
      const target = this.target(name, state.vars);
      const runner = new HostRunner(name, this.context(), target, { index, coordinator });
      const end = await runner.run(state);
      record.vars = kept(end.vars);
      if (end.failed !== undefined) record.failed = true;
      this.live.delete(name);
      this.inputs.emit({ type: 'host_finished', host: name, play: index });
    } catch (error) {
      this.hostError(record, error);
    } finally {
      coordinator.left(name);
    }
  }

  private hostError(record: HostRecord, error: unknown): void {
    if (isUnreachable(error)) {
      record.unreachable = true;
      record.count.unreachable += 1;
      this.inputs.emit({
        type: 'host_unreachable',
        host: record.name,
        code: error.code,
        msg: this.inputs.secrets.text(messageOf(error)),
        ...hintOf(error),
      });
      return;
    }
    record.failed = true;
    record.count.failed += 1;
    if (error instanceof RtprovError) {
      const msg = error instanceof DiagnosticError ? diagnosticText(error.diagnostics) : messageOf(error);
      this.inputs.emit({
        type: 'host_failed',
        host: record.name,
        code: error.code,
        msg: this.inputs.secrets.text(msg),
        ...hintOf(error),
      });
      return;
    }
    throw error;
  }

  /** The state with which a host enters a play: its variables, and its facts when they are to be gathered. */
  private async start(
    record: HostRecord,
    index: number,
    play: Play,
    around: { readonly batch: readonly string[]; readonly names: readonly string[]; readonly prompted: Vars },
  ): Promise<HostState> {
    const { inputs } = this;
    let vars = record.vars;
    for (const scope of play.vars)
      vars = vars.with(scope.layer.replaceAll('_', '-') as 'play-vars', scope.vars);
    vars = vars.with('play-vars', around.prompted);
    vars = vars.with('play-vars', connectionVars(play));
    vars = vars.withLayer(
      magicVars({
        inventory: inputs.inventory,
        hostName: record.name,
        hostVars: (other) => this.hostVarsOf(other),
        playbookDir: join(play.playbookPath, '..'),
        playName: play.name,
        playHosts: () =>
          around.names.filter((name) => !this.record(name).failed && !this.record(name).unreachable),
        playHostsAll: around.names,
        playBatch: around.batch,
        checkMode: inputs.options.check,
        diffMode: inputs.options.diff,
        verbosity: inputs.options.verbosity,
        forks: inputs.options.forks,
        runTags: inputs.options.tags.length === 0 ? ['all'] : inputs.options.tags,
        skipTags: inputs.options.skipTags,
        version: inputs.version,
        omit: OMIT,
        ...(inputs.limitText === undefined ? {} : { limit: inputs.limitText }),
      }),
    );
    const target = this.target(record.name, vars);
    const gather =
      play.gatherFacts === undefined ? true : (flag(play.gatherFacts, vars, inputs.templates) ?? true);
    if (gather && (!record.gathered || target.changed)) {
      inputs.emit({ type: 'step_started', host: record.name, play: index, what: 'gathering facts' });
      const became = becomeOf(record.name, playKeywords(play), vars, this.context());
      const shell = target.shell(became);
      if (target.changed) shell.forgetFacts();
      const began = performance.now();
      const facts = factVars(await shell.allFacts());
      record.gathered = true;
      target.changed = false;
      record.vars = record.vars.with('facts', facts);
      vars = vars.with('facts', facts);
      record.count.ok += 1;
      inputs.emit({
        type: 'task_result',
        host: record.name,
        play: index,
        task: {
          id: `${index}.facts`,
          name: 'Gathering Facts',
          module: 'setup',
          range: play.range,
          handler: false,
        },
        status: 'ok',
        diffs: [],
        actions: [],
        warnings: [],
        result: null,
        seconds: (performance.now() - began) / 1000,
        notUndoable: [],
      });
    }
    vars = this.varsFiles(play, vars);
    return {
      at: 0,
      program: layOut(play.body, play.handlers),
      vars,
      notified: new Set(),
      pending: new Map(),
      ended: false,
    };
  }

  /** vars_files, whose names may use facts; a list means: the first that is there. */
  private varsFiles(play: Play, start: HostVars): HostVars {
    let vars = start;
    const diagnostics = new Diagnostics();
    for (const file of play.varsFiles) {
      const named = this.inputs.templates.evaluate(file.value, vars, file.range);
      const names = (Array.isArray(named) ? (named as readonly Value[]) : [named]).map(plainText);
      const path = findVarsFile(names, [join(play.playbookPath, '..')]);
      if (path === undefined) {
        diagnostics.error(
          'FILE_NOT_FOUND',
          'File is not there',
          `None of ${names.join(', ')} was found.`,
          file.range,
          'Correct the name, or make the file.',
        );
        diagnostics.throwIfErrors();
        continue;
      }
      const table = readVarsFile(path, diagnostics);
      diagnostics.throwIfErrors();
      vars = vars.withLayer({
        name: 'vars-files',
        vars: Object.fromEntries([...table].map(([key, entry]) => [key, entry.value])),
        trusted: true,
        unsafe: new Set([...table].filter(([, entry]) => entry.unsafe).map(([key]) => key)),
        origin: (key) => table.get(key)?.origin,
      });
    }
    return vars;
  }

  private async prompt(prompts: readonly VarsPrompt[]): Promise<Vars> {
    const answers: Record<string, Value> = {};
    for (const prompt of prompts) {
      if (Object.hasOwn(this.inputs.extraVars.vars, prompt.name)) continue;
      const { prompter } = this.inputs;
      if (prompter === undefined) {
        if (prompt.default === undefined) {
          throw new RtprovError(
            'NO_PROMPT',
            `the variable ${prompt.name} has to be asked for and there is nobody to ask`,
            { hint: `Give it with -e ${prompt.name}=VALUE.` },
          );
        }
        answers[prompt.name] = prompt.default;
        continue;
      }
      const fallback =
        prompt.default === undefined ? '' : ` [${prompt.private ? 'default' : plainText(prompt.default)}]`;
      const answer = await prompter.ask(`${prompt.prompt}${fallback}`, { echo: !prompt.private });
      const value = answer === '' && prompt.default !== undefined ? prompt.default : answer;
      if (prompt.private) this.inputs.secrets.add(plainText(value));
      answers[prompt.name] = value;
    }
    return answers;
  }

  private hostVarsOf(name: string): Vars {
    const vars = this.live.get(name)?.vars ?? this.record(name).vars;
    const parts: Record<string, () => Value> = {};
    for (const key of vars.names()) {
      parts[key] = () => {
        const found = vars.lookup(key);
        if (found === undefined) return null;
        return found.trusted ? this.inputs.templates.evaluate(found.value, vars, found.origin) : found.value;
      };
    }
    return lazyVars(parts);
  }

  private record(name: string): HostRecord {
    let record = this.records.get(name);
    if (record === undefined) {
      const vars = HostVars.of(inventoryLayers(this.inputs.inventory, name)).withLayer(this.inputs.extraVars);
      record = {
        name,
        vars,
        count: zero(),
        failed: false,
        unreachable: false,
        gathered: false,
        played: false,
      };
      this.records.set(name, record);
    }
    return record;
  }

  private target(name: string, vars: HostVars): Target {
    let target = this.targets.get(name);
    if (target === undefined) {
      const { inputs } = this;
      target = new Target({
        name,
        run: this.id,
        who: controller(),
        runJson: `${JSON.stringify({ format: 1, run: this.id, host: name, controller: controller(), started: inputs.started.toISOString(), playbooks: inputs.playbooks.map((playbook) => playbook.path) })}\n`,
        store: inputs.store,
        largeFiles: this.sources.largeFiles,
        locks: !inputs.options.check,
        connect: async () => {
          const settings = settingsOf(name, vars, inputs.templates);
          for (const secret of [settings.password, settings.becomePassword])
            if (secret !== undefined) inputs.secrets.add(secret);
          return inputs.connect(name, settings);
        },
      });
      this.targets.set(name, target);
    }
    return target;
  }

  private context(): RunContext {
    const { inputs } = this;
    return {
      run: this.id,
      options: inputs.options,
      inventory: inputs.inventory,
      templates: inputs.templates,
      store: inputs.store,
      sources: this.sources,
      secrets: inputs.secrets,
      become: inputs.become,
      backupSuffix: `${process.pid}.${inputs.started.toISOString().slice(0, 10)}@${inputs.started.toISOString().slice(11, 19)}~`,
      prompter: inputs.prompter,
      stop: inputs.stop,
      emit: inputs.emit,
      count: (host, status) => this.count(host, status),
      target: (name) => {
        const vars = this.live.get(name)?.vars ?? this.record(name).vars;
        return this.target(name, vars);
      },
      ...(inputs.expected === undefined ? {} : { expected: inputs.expected.bind(inputs) }),
    };
  }

  /** Counted once a task, as Ansible's recap counts. */
  private count(host: string, statuses: readonly TaskStatus[]): void {
    const { count } = this.record(host);
    const has = (status: TaskStatus): boolean => statuses.includes(status);
    if (has('unreachable')) count.unreachable += 1;
    else if (has('failed')) count.failed += 1;
    else if (has('rescued')) count.rescued += 1;
    else if (statuses.length === 0 || statuses.every((status) => status === 'skipped')) count.skipped += 1;
    else {
      // As in Ansible, what changed or was ignored also counts as ok.
      count.ok += 1;
      if (has('changed')) count.changed += 1;
      if (has('ignored')) count.ignored += 1;
      if (has('unknown')) count.unknown += 1;
    }
  }
}

function kept(vars: HostVars): HostVars {
  return vars.without(
    'play-vars',
    'vars-files',
    'role-defaults',
    'role-vars',
    'block-vars',
    'task-vars',
    'include-vars',
    'role-params',
    'include-params',
    'loop',
    'magic',
  );
}

function ordered(names: readonly string[], order: Play['order']): readonly string[] {
  switch (order) {
    case 'reverse_inventory':
      return names.toReversed();
    case 'sorted':
      return names.toSorted();
    case 'reverse_sorted':
      return names.toSorted().reverse();
    case 'shuffle':
      return names
        .map((name) => [Math.random(), name] as const)
        .sort((a, b) => a[0] - b[0])
        .map(([, name]) => name);
    case 'inventory':
    case undefined:
      return names;
  }
}

/** Keywords of the play about connections, as the variables that mean the same. */
function connectionVars(play: Play): Vars {
  const { remoteUser, port, connection } = play.connection;
  return {
    ...(remoteUser === undefined ? {} : { ansible_user: remoteUser.value }),
    ...(port === undefined ? {} : { ansible_port: port.value }),
    ...(connection === undefined ? {} : { ansible_connection: connection.value }),
  };
}

function playKeywords(play: Play): Keywords {
  return {
    when: [],
    loopControl: { loopVar: 'item', extended: false },
    notify: [],
    tags: [],
    environment: [],
    vars: [],
    ...play.become,
  };
}

function controller(): string {
  return `${userInfo().username}@${hostname()}`;
}

/** An error with the errors that caused it. */
export function messageOf(error: RtprovError): string {
  const parts = [error.message];
  for (let { cause } = error; cause instanceof Error; cause = cause.cause) {
    if (!parts.some((part) => part.includes(cause.message))) parts.push(cause.message);
  }
  return parts.join(': ');
}

function hintOf(error: RtprovError): { readonly hint?: string } {
  return error.hint === undefined ? {} : { hint: error.hint };
}

/** Exit codes of design.md, section 6. */
export function exitCodeOf(
  summary: RunSummary,
  options: { readonly check: boolean; readonly detailed: boolean; readonly pending: boolean },
): number {
  if (summary.interrupted) return 130;
  const hosts = [...summary.hosts.values()];
  if (hosts.some((host) => host.failed)) return 4;
  if (hosts.some((host) => host.unreachable)) return 5;
  return options.check && options.detailed && options.pending ? 3 : 0;
}

export function pendingChanges(events: readonly RunEvent[]): boolean {
  return events.some(
    (event) => event.type === 'task_result' && (event.status === 'changed' || event.status === 'unknown'),
  );
}
