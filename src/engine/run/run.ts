/** A run: its plays one after the other, the hosts of each batch side by side, every host by itself. */
import { maskBeforeShortening } from '../../values/masker.js';
import { breathe } from '../host/breath.js';
import { checkSshArguments } from '../target/ssh-arguments.js';
import { withScopes } from '../../planner/task-vars.js';
import pLimit from 'p-limit';
import { Diagnostics } from '../../diagnostics/diagnostic.js';
import { HostVars } from '../../inventory/host-vars.js';
import { inventoryLayers } from '../../inventory/layers.js';
import type { Play } from '../../playbook/read/model.js';
import type { RunContext } from './context.js';
import { addConnectionSecrets } from './connection-secrets.js';
import { HeldValues } from './held-values.js';
import { hostError, hostErrorEvent, isUnreachable } from '../host/error.js';
import { clearErrors, countTask, isAlive, kept, newRecord, type HostRecord } from '../host/record.js';
import { ArgsMemo } from '../../modules/args/memo.js';
import { HostRunner } from '../host/runner.js';
import { maskedSink } from './masked-sink.js';
import { flag } from '../../planner/conditions.js';
import { withFacts } from '../../planner/facts.js';
import { PlayCoordinator } from './play-coordinator.js';
import { hostsOf, ordered } from './select-hosts.js';
import { playName, playVars } from './play-vars.js';
import { startPlay, type AroundHost, type PlayEntry } from './play-start.js';
import { Reboots } from './reboots.js';
import { newRunId } from './run-id.js';
import type { RunInputs } from './run-inputs.js';
import type { HostSummary, RunSummary } from './run-summary.js';
import { batches } from './serial.js';
import { Sources } from './sources.js';
import type { Target } from '../target/target.js';
import { Targets } from '../target/targets.js';
import { askVars } from './vars-prompts.js';

export class Run {
  readonly id: string;
  private readonly records = new Map<string, HostRecord>();
  private readonly targets: Targets;
  private readonly sources: Sources;
  /** Hosts that are on their way through a play. */
  private readonly live = new Map<string, HostRunner>();
  private readonly held = new HeldValues();
  private readonly reboots = new Reboots();
  private readonly limit;

  private readonly inputs: RunInputs;

  constructor(inputs: RunInputs) {
    maskBeforeShortening(inputs.secrets);
    this.inputs = { ...inputs, emit: maskedSink(inputs.emit, inputs.secrets) };
    addConnectionSecrets(inputs.inventory, inputs.extraVars, inputs.secrets);
    this.id = newRunId(inputs.started);
    inputs.lookups.begin({
      check: inputs.options.check,
      stop: inputs.stop,
      secret: (value) => {
        inputs.secrets.add(value);
      },
      warn: (msg) => {
        inputs.emit({ type: 'warning', msg: inputs.secrets.text(msg) });
      },
    });
    this.sources = new Sources(inputs.store);
    this.targets = new Targets(this.id, this.inputs, this.sources.largeFiles);
    this.limit = pLimit(Math.max(1, inputs.options.forks));
  }

  /** Runs every play. Faults of the inputs are thrown before a host is contacted. */
  async run(): Promise<RunSummary> {
    const plays = this.inputs.playbooks.flatMap((playbook) => playbook.plays);
    const diagnostics = new Diagnostics();
    const hosts = plays.map((play) => hostsOf(play, this.inputs, diagnostics));
    for (const [index, play] of plays.entries()) {
      const vars = (hosts[index] ?? []).map(
        (name) => [name, withScopes(this.record(name).vars, play.vars)] as const,
      );
      checkSshArguments(new Map(vars), this.inputs.templates, diagnostics);
    }
    diagnostics.throwIfErrors();
    try {
      for (const [index, play] of plays.entries()) {
        await breathe();
        if (this.inputs.stop.aborted) break;
        if (!(await this.play(index, play, hosts[index] ?? []))) break;
      }
    } finally {
      await this.targets.finish();
    }
    const roundTrips = await this.targets.roundTrips();
    const summaries = [...this.records.values()]
      .filter((record) => record.played)
      .map((record): [string, HostSummary] => [
        record.name,
        {
          totals: record.count,
          failed: record.failed,
          unreachable: record.unreachable,
          ...placed(this.targets.places.get(record.name)),
          wrote: this.targets.get(record.name)?.wrote ?? false,
          ...(record.unconfirmed === undefined ? {} : { unconfirmed: record.unconfirmed }),
          ...returnedOf(this.targets.get(record.name)),
          users: this.targets.get(record.name)?.users() ?? [],
        },
      ]);
    return { run: this.id, hosts: new Map(summaries), interrupted: this.inputs.stop.aborted, roundTrips };
  }

  /** The machines that something was written on, by their names, for a rollback that follows. */
  written(): ReadonlyMap<string, Target> {
    return this.targets.written();
  }

  /** A window is being written somewhere. */
  get isWriting(): boolean {
    return this.targets.isWriting;
  }

  close(): Promise<void> {
    return this.targets.close();
  }

  /** One play over its batches; false when the run must end with it. */
  private async play(index: number, play: Play, matching: readonly string[]): Promise<boolean> {
    const { inputs } = this;
    const names = ordered(
      matching.filter((name) => inputs.limited?.has(name) !== false),
      play.order,
    );
    const alive = names.filter((name) => isAlive(this.record(name)));
    const vars = playVars(play, inputs);
    inputs.emit({ type: 'play_started', play: index, name: playName(play, inputs), hosts: alive });
    if (alive.length === 0) return true;
    const prompted = await askVars(play.varsPrompt, inputs);
    const serial = play.serial.map((value) => inputs.templates.evaluate(value.value, vars, value.range));
    for (const batch of batches(alive, serial)) {
      const coordinator = new PlayCoordinator({
        hosts: batch,
        anyErrorsFatal: (task) =>
          play.anyErrorsFatal || flag(task.keywords.anyErrorsFatal, vars, inputs.templates) === true,
        ...(inputs.confirmTask === undefined ? {} : { confirmTask: inputs.confirmTask }),
        ...(play.maxFailPercentage === undefined
          ? {}
          : {
              maxFailPercentage: Number(inputs.templates.evaluate(play.maxFailPercentage.value, vars)),
            }),
      });
      await Promise.all(
        batch.map((name) =>
          this.limit(() => this.host(name, { index, play, names, batch, prompted }, coordinator)),
        ),
      );
      if (inputs.stop.aborted) return false;
      if (coordinator.clearedAt !== undefined) this.clearErrors(coordinator.clearedAt, batch);
      // A batch that failed as a whole, or too much of it, ends the run: the next batch would fail likewise.
      const failed = batch.filter((name) => !isAlive(this.record(name)));
      if (coordinator.stopsPlay || failed.length === batch.length) return false;
    }
    return true;
  }

  private clearErrors(at: number, batch: readonly string[]): void {
    for (const record of this.records.values())
      // Its connection may be gone: it is made again.
      if (clearErrors(record, at, batch.includes(record.name))) this.targets.get(record.name)?.lost();
  }

  private async host(name: string, entry: PlayEntry, coordinator: PlayCoordinator): Promise<void> {
    const record = this.record(name);
    if (this.inputs.stop.aborted || coordinator.aborted()) return;
    record.played = true;
    const context = this.context();
    const around: AroundHost = {
      inputs: this.inputs,
      context,
      isAlive: (other) => isAlive(this.record(other)),
      varsOf: (other) => this.varsOf(other),
      target: (host, vars) => this.targets.open(host, vars),
    };
    try {
      const state = await startPlay(record, entry, around);
      const target = this.targets.open(name, state.vars);
      const { delegatedFacts } = record;
      const play = { index: entry.index, coordinator };
      const args = new ArgsMemo();
      const runner = new HostRunner({ name, delegatedFacts, context, target, play, args }, state);
      this.live.set(name, runner);
      const end = await runner.run();
      if (end.failed?.unreachable === true) record.unreachable = true;
      else if (end.failed !== undefined) record.failed = true;
      record.endedAt = end.at;
      this.inputs.emit({ type: 'host_finished', host: name, play: entry.index });
    } catch (error) {
      this.hostError(record, error);
      record.endedAt = isUnreachable(hostError(error)) ? (this.live.get(name)?.at ?? 0) : undefined;
    } finally {
      record.vars = kept(this.varsOf(name));
      this.live.delete(name);
      coordinator.left(name);
    }
  }

  private hostError(record: HostRecord, raised: unknown): void {
    const error = hostError(raised);
    if (isUnreachable(error)) {
      record.unreachable = true;
      record.count.unreachable += 1;
    } else {
      record.failed = true;
      record.count.failed += 1;
    }
    if (error.code === 'BOOT_UNCONFIRMED') record.unconfirmed = true;
    this.inputs.emit(hostErrorEvent(record.name, error));
  }

  /** As they are within the play that the host is in, or as it left the last. */
  private varsOf(name: string): HostVars {
    return this.live.get(name)?.vars ?? this.record(name).vars;
  }

  /** A host that is in no play has its name at least, which its variables may be made of. */
  private varsOfDelegate(name: string): ReturnType<RunContext['varsOf']> {
    const vars = this.varsOf(name);
    return this.live.has(name)
      ? { vars, inPlay: true }
      : { vars: vars.with('magic', { inventory_hostname: name }), inPlay: false };
  }

  private record(name: string): HostRecord {
    let record = this.records.get(name);
    if (record === undefined) {
      const vars = HostVars.of(inventoryLayers(this.inputs.inventory, name)).withLayer(this.inputs.extraVars);
      record = newRecord(name, vars);
      this.records.set(name, record);
    }
    return record;
  }

  private context(): RunContext {
    const { inputs } = this;
    return {
      run: this.id,
      options: inputs.options,
      inventory: inputs.inventory,
      templates: inputs.templates,
      lookups: inputs.lookups,
      started: inputs.started,
      store: inputs.store,
      sources: this.sources,
      secrets: inputs.secrets,
      become: inputs.become,
      backupSuffix: `${process.pid}.${inputs.started.toISOString().slice(0, 10)}@${inputs.started.toISOString().slice(11, 19)}~`,
      prompter: inputs.prompter,
      stop: inputs.stop,
      held: this.held,
      reboots: this.reboots,
      emit: inputs.emit,
      count: (host, statuses) => countTask(this.record(host), statuses),
      varsOf: (name) => this.varsOfDelegate(name),
      target: (name) => this.targets.open(name, this.varsOfDelegate(name).vars),
      delegateFacts: (name, facts) => {
        const record = this.record(name);
        record.delegatedFacts.push(facts);
        record.vars = withFacts(record.vars, [facts]);
      },
      planKey: inputs.planKey,
      ...(inputs.expected === undefined ? {} : { expected: inputs.expected.bind(inputs) }),
    };
  }
}

const placed = (at: string | undefined): Pick<HostSummary, 'at'> => (at === undefined ? {} : { at });

/** Did the host go back to its known-good entry after a trial that failed? */
function returnedOf(target: Target | undefined): Pick<HostSummary, 'returned'> {
  return target?.returned === undefined ? {} : { returned: target.returned };
}
