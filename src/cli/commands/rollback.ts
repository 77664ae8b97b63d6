/** `rtprov rollback HOST...`: puts hosts back as they were before a run. */
import pLimit, { type LimitFunction } from 'p-limit';
import { Diagnostics, RtprovError, type Diagnostic } from '../../diagnostics/diagnostic.js';
import { settingsOf } from '../../engine/host/become.js';
import { addConnectionSecrets } from '../../engine/run/connection-secrets.js';
import { Amounts } from '../../engine/run/amounts.js';
import { eventsVersion, noTotals, type HostTotals, type RunEvent } from '../../engine/run/events.js';
import { newRunId } from '../../engine/run/run-id.js';
import { rollback } from '../../engine/rollback/rollback.js';
import { partError, runsOfShells, type FoundRuns } from '../../engine/rollback/runs.js';
import { hostError, isUnreachable, messageOf } from '../../engine/host/error.js';
import { maskedSink } from '../../engine/run/masked-sink.js';
import { checkSshArguments } from '../../engine/target/ssh-arguments.js';
import type { Target } from '../../engine/target/target.js';
import type { ConnectionSettings } from '../../inventory/connection.js';
import { HostVars } from '../../inventory/host-vars.js';
import type { Inventory } from '../../inventory/inventory.js';
import type { VarLayer } from '../../inventory/precedence.js';
import { inventoryLayers } from '../../inventory/layers.js';
import { parseExtraVars } from '../../inventory/extra-vars.js';
import { knownRecords } from '../../journal/record-journals.js';
import { RecordWriter, type RunRecord } from '../../journal/records.js';
import { Templates } from '../../template/engine.js';
import { chosenHosts } from '../chosen-hosts.js';
import { commandSecrets } from '../command-secrets.js';
import { connector } from '../connect.js';
import { readInventory } from '../inventory-option.js';
import type { ConnectionOptions, InventoryOptions, OutputOptions } from '../options.js';
import { TerminalPrompter } from '../prompter.js';
import { leaveOnSignals } from '../interrupts.js';
import { askPasswords } from '../passwords.js';
import { confirmed, type RunsByShell } from './rollback-confirm.js';
import { knownOn, rollbackHost, shellsOf, type RollbackHost } from './rollback-hosts.js';
import { openView, type View } from '../view.js';

export interface RollbackCommandOptions extends InventoryOptions, ConnectionOptions, OutputOptions {
  readonly hosts: readonly string[];
  readonly to?: string;
  readonly check: boolean;
  readonly diff: boolean;
  readonly force: boolean;
  readonly yes: boolean;
  readonly forks: number;
}

/** What could not be undone, or read: the host is not as it was. */
const incompleteCodes: ReadonlySet<string> = new Set([
  'ROLLBACK_FAILED',
  'JOURNAL_CORRUPT',
  'JOURNAL_FORMAT',
  'READ_FAILED',
  'OUTPUT_TOO_LARGE',
]);

async function undoAll(
  name: string,
  target: Target,
  { runs, faults, passed = [] }: FoundRuns & { readonly runs: RunsByShell },
  options: RollbackCommandOptions,
  emit: (event: RunEvent) => void,
): Promise<HostTotals> {
  for (const { code, message, hint } of faults.map(partError))
    emit({ type: 'host_failed', host: name, code, msg: message, ...(hint === undefined ? {} : { hint }) });
  for (const { user, run } of passed)
    emit({
      type: 'warning',
      host: name,
      msg: `${run} is skipped: the user ${user}, who did a part of it, no longer exists`,
    });
  const result = await rollback({ host: name, target, runs }, options, emit);
  if (result.runs.length === 0 && faults.length === 0)
    emit({ type: 'warning', host: name, msg: 'no run to roll back' });
  return { ...noTotals, failed: result.complete && faults.length === 0 ? 0 : 1 };
}

/** A rollback is what helps when all else fails: a controller that cannot record it does not keep it from being done. */
async function openRecord(id: string, note: (text: string) => void): Promise<RecordWriter | undefined> {
  try {
    return await RecordWriter.open(id, note);
  } catch (error) {
    if (!(error instanceof RtprovError)) throw error;
    const { cause } = error;
    note(`this rollback is not recorded here: ${cause instanceof Error ? cause.message : messageOf(error)}`);
    return undefined;
  }
}

/** What the inventory and the command line say. */
interface Subject {
  readonly names: readonly string[];
  readonly inventory: Inventory;
  readonly extraVars: VarLayer;
  readonly settings: (name: string) => ConnectionSettings;
  readonly warnings: readonly Diagnostic[];
}

/** Reads it all. Throws DiagnosticError. */
function subjectOf(options: RollbackCommandOptions): Subject {
  const diagnostics = new Diagnostics();
  const extraVars = parseExtraVars(options.extraVars, diagnostics);
  const inventory = readInventory(options, diagnostics);
  diagnostics.throwIfErrors();
  const names = chosenHosts(inventory, options.hosts, options.limit, diagnostics);
  const templates = new Templates();
  const varsOf = (name: string): HostVars =>
    HostVars.of(inventoryLayers(inventory, name)).withLayer(extraVars);
  checkSshArguments(new Map(names.map((name) => [name, varsOf(name)])), templates, diagnostics);
  diagnostics.throwIfErrors();
  const settings = (name: string): ConnectionSettings => settingsOf(name, varsOf(name), templates);
  return { names, inventory, extraVars, settings, warnings: diagnostics.all };
}

/** The work on the hosts: their runs are found first, on all of them, and undone once somebody has agreed. */
class HostsRollback {
  readonly totals: Record<string, HostTotals> = {};
  roundTrips = 0;
  private readonly codes: number[] = [];
  private readonly found = new Map<string, Awaited<ReturnType<typeof runsOfShells>>>();
  private readonly limit: LimitFunction;

  constructor(
    private readonly hosts: readonly RollbackHost[],
    private readonly options: RollbackCommandOptions,
    private readonly emit: (event: RunEvent) => void,
  ) {
    this.limit = pLimit(Math.max(1, options.forks));
  }

  /** Gives the exit code. What ends a host is reported, and ends no other. */
  async work(records: readonly RunRecord[], prompter: TerminalPrompter | undefined): Promise<number> {
    const { options, emit, found } = this;
    let refused: number | undefined;
    try {
      await this.each(async (host) => {
        const shells = await shellsOf(host);
        const known = knownOn(host, shells, records);
        found.set(host.name, await runsOfShells(shells, options.to, host.name, known));
      });
      const runs = new Map([...found].map(([name, of]): [string, RunsByShell] => [name, of.runs]));
      refused = await confirmed(runs, options, emit, prompter);
      if (refused === undefined) await this.each((host) => this.undo(host));
    } finally {
      for (const { target } of this.hosts) {
        await target.finish().catch(() => undefined);
        this.roundTrips += await target.roundTrips().catch(() => 0);
        await target.close();
      }
    }
    return refused ?? [7, 4, 5].find((code) => this.codes.includes(code)) ?? 0;
  }

  private async undo({ name, target }: RollbackHost): Promise<void> {
    const mine = this.found.get(name);
    if (mine === undefined) return;
    const totals = await undoAll(name, target, mine, this.options, this.emit);
    this.totals[name] = totals;
    this.codes.push(totals.failed === 0 ? 0 : 7);
  }

  private async each(work: (host: RollbackHost) => Promise<void>): Promise<void> {
    await Promise.all(this.hosts.map((host) => this.limit(() => this.on(host, work))));
  }

  private async on(host: RollbackHost, work: (host: RollbackHost) => Promise<void>): Promise<void> {
    try {
      await work(host);
    } catch (raised) {
      const error = hostError(raised);
      const { code, hint } = error;
      const gone = isUnreachable(error);
      this.emit({
        type: gone ? 'host_unreachable' : 'host_failed',
        host: host.name,
        code,
        msg: messageOf(error),
        ...(hint === undefined ? {} : { hint }),
      });
      this.totals[host.name] = { ...noTotals, ...(gone ? { unreachable: 1 } : { failed: 1 }) };
      this.codes.push(gone ? 5 : incompleteCodes.has(code) ? 7 : 4);
    }
  }
}

/** Gives the exit code. Throws DiagnosticError before any host is contacted. */
export async function rollbackCommand(options: RollbackCommandOptions): Promise<number> {
  const { names, inventory, extraVars, settings, warnings } = subjectOf(options);
  const held: { view?: View } = {};
  leaveOnSignals(() => held.view?.end());
  const prompter = process.stdin.isTTY ? new TerminalPrompter(() => held.view) : undefined;
  const passwords = await askPasswords(options, prompter);
  const connect = connector(options, passwords, prompter);
  const view = openView(options, warnings);
  held.view = view;
  const id = newRunId(new Date());
  const record = options.check ? undefined : await openRecord(id, (text) => view.note(text));
  const amounts = new Amounts();
  const emit = maskedSink((event: RunEvent): void => {
    amounts.add(event);
    record?.event(event);
    view.event(event);
  }, commandSecrets);
  addConnectionSecrets(inventory, extraVars, commandSecrets);
  const began = performance.now();
  const started = new Date().toISOString();
  const mode = options.check ? 'check' : 'rollback';
  emit({ type: 'run_started', version: eventsVersion, run: id, mode, playbooks: [], time: started });
  const records = await knownRecords();
  const hosts = names.map((name) =>
    rollbackHost(name, settings(name), { options, id, records, passwords, connect }),
  );
  const rollbacks = new HostsRollback(hosts, options, emit);
  const exitCode = await rollbacks.work(records, prompter);
  const { totals, roundTrips } = rollbacks;
  const seconds = (performance.now() - began) / 1000;
  emit({
    type: 'run_finished',
    run: id,
    totals,
    ...amounts.all(),
    seconds,
    exitCode,
    interrupted: false,
    roundTrips,
    ...(record === undefined ? {} : { record: record.folder }),
  });
  await record?.close({
    format: 1,
    run: id,
    mode: 'rollback',
    started,
    playbooks: [],
    inventory: [...options.inventory],
    exitCode,
    seconds,
    ...amounts.all(),
    hosts: Object.fromEntries(
      hosts.flatMap(({ name, place: at }) => {
        const mine = totals[name];
        if (mine === undefined) return [];
        const { changed, failed, unreachable } = mine;
        return [[name, { at, users: [], changed, failed: failed > 0, unreachable: unreachable > 0 }]];
      }),
    ),
  });
  await view.end();
  return exitCode;
}
