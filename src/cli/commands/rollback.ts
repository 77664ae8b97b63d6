/** `rtprov rollback HOST...`: puts hosts back as they were before a run. */
import pLimit from 'p-limit';
import { Diagnostics, RtprovError } from '../../diagnostics/diagnostic.js';
import { settingsOf } from '../../engine/host/become.js';
import { addConnectionSecrets } from '../../engine/run/connection-secrets.js';
import { Amounts } from '../../engine/run/amounts.js';
import { eventsVersion, type HostTotals, type RunEvent } from '../../engine/run/events.js';
import { newRunId } from '../../engine/run/run-id.js';
import { rollback } from '../../engine/rollback/rollback.js';
import { partError, runsOfShells, type IsKnown, type PartFault } from '../../engine/rollback/runs.js';
import { hostError, isUnreachable, messageOf } from '../../engine/host/error.js';
import { maskedSink } from '../../engine/run/masked-sink.js';
import { checkSshArguments } from '../../engine/target/ssh-arguments.js';
import { Target } from '../../engine/target/target.js';
import type { TargetShell } from '../../engine/target/target-shell.js';
import { placeOf } from '../../inventory/connection.js';
import { HostVars } from '../../inventory/host-vars.js';
import { inventoryLayers } from '../../inventory/layers.js';
import { parseExtraVars } from '../../inventory/extra-vars.js';
import { readRecords, RecordWriter, type RunRecord } from '../../journal/records.js';
import { MemoryContentStore } from '../../resources/lib/content-store.js';
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

interface RollbackHost {
  readonly name: string;
  readonly target: Target;
  readonly users: ReadonlySet<string>;
  /** Whom the options or variables of the host become. */
  readonly own?: string;
  readonly password?: string;
}

/** What could not be undone, or read: the host is not as it was. */
const incompleteCodes: ReadonlySet<string> = new Set([
  'ROLLBACK_FAILED',
  'JOURNAL_CORRUPT',
  'JOURNAL_FORMAT',
  'READ_FAILED',
  'OUTPUT_TOO_LARGE',
]);

const zero: HostTotals = {
  ok: 0,
  changed: 0,
  unreachable: 0,
  failed: 0,
  skipped: 0,
  rescued: 0,
  ignored: 0,
  unknown: 0,
};

/** Users whose journals the records of this host's runs name; the last run counts when no record is here. */
function usersOf(host: string, records: readonly RunRecord[], to: string | undefined): ReadonlySet<string> {
  const relevant = records.filter(
    (record) => record.mode !== 'rollback' && (to === undefined || record.run >= to),
  );
  return new Set(relevant.flatMap((record) => record.hosts[host]?.users ?? []));
}

/** Shells of the users whose journals are looked at, with their names; the login user's when nobody knows better. */
async function shellsOf({
  target,
  users,
  password,
}: RollbackHost): Promise<ReadonlyMap<TargetShell, string>> {
  const login = target.shell();
  await login.targetFacts(false);
  const shells = new Map<TargetShell, string>(
    [...users].map((user) => [
      target.shell({ user, method: 'sudo', ...(password === undefined ? {} : { password }) }),
      user,
    ]),
  );
  return shells.size === 0 ? new Map([[login, login.user ?? '']]) : shells;
}

/**
 * A user may write what he likes into his own journal: of users whom only the records name, those runs count as the last one that the
 * records here know, and know of no rollback.
 */
function knownOn(
  { name, target, own }: RollbackHost,
  shells: ReadonlyMap<TargetShell, string>,
  records: readonly RunRecord[],
): IsKnown {
  const undone = new Set(
    records.flatMap(({ undid }) => {
      const parts = undid?.[name] ?? [];
      return parts.flatMap(({ run }) =>
        parts.every((part) => part.run !== run || part.complete) ? [run] : [],
      );
    }),
  );
  const runs = new Set(
    records.flatMap(({ mode, run }) => (mode === 'rollback' || undone.has(run) ? [] : [run])),
  );
  return (shell, run) =>
    shell === target.rootShell() || shell === target.shell() || shells.get(shell) === own || runs.has(run);
}

async function undoAll(
  name: string,
  target: Target,
  { runs, faults }: { readonly runs: RunsByShell; readonly faults: readonly PartFault[] },
  options: RollbackCommandOptions,
  emit: (event: RunEvent) => void,
): Promise<HostTotals> {
  for (const { code, message, hint } of faults.map(partError))
    emit({ type: 'host_failed', host: name, code, msg: message, ...(hint === undefined ? {} : { hint }) });
  const result = await rollback({ host: name, target, runs }, options, emit);
  if (result.runs.length === 0 && faults.length === 0)
    emit({ type: 'warning', host: name, msg: 'no run to roll back' });
  return { ...zero, failed: result.complete && faults.length === 0 ? 0 : 1 };
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

export async function rollbackCommand(options: RollbackCommandOptions): Promise<number> {
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
  const held: { view?: View } = {};
  leaveOnSignals(() => held.view?.end());
  const prompter = process.stdin.isTTY ? new TerminalPrompter(() => held.view) : undefined;
  const passwords = await askPasswords(options, prompter);
  const view = openView(options, diagnostics.all);
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
  emit({
    type: 'run_started',
    version: eventsVersion,
    run: id,
    mode: options.check ? 'check' : 'rollback',
    playbooks: [],
    time: started,
  });
  const records = await readRecords();
  const connect = connector(options, passwords, prompter);
  const totals: Record<string, HostTotals> = {};
  const codes: number[] = [];
  let roundTrips = 0;
  const places = new Map<string, string>();
  const hosts: RollbackHost[] = names.map((name) => {
    const vars = varsOf(name);
    const settings = settingsOf(name, vars, templates);
    places.set(name, placeOf(settings));
    const target = new Target({
      name,
      run: id,
      who: 'rollback',
      runJson: '',
      store: new MemoryContentStore(),
      largeFiles: new Map(),
      use: options.check ? 'check' : 'change',
      connect: () => connect(name, settings),
    });
    const password = settings.becomePassword ?? passwords.become;
    const users = new Set(usersOf(name, records, options.to));
    const becomeUser = settings.becomeUser ?? options.becomeUser ?? 'root';
    if (settings.become ?? options.become) users.add(becomeUser);
    const own = (settings.become ?? options.become) ? becomeUser : undefined;
    return {
      name,
      target,
      users,
      ...(own === undefined ? {} : { own }),
      ...(password === undefined ? {} : { password }),
    };
  });
  /** Does one thing on a host; what ends the host is told. */
  const on = async (host: RollbackHost, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (raised) {
      const error = hostError(raised);
      const { code } = error;
      const gone = isUnreachable(error);
      emit({
        type: gone ? 'host_unreachable' : 'host_failed',
        host: host.name,
        code,
        msg: messageOf(error),
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      });
      totals[host.name] = { ...zero, ...(gone ? { unreachable: 1 } : { failed: 1 }) };
      codes.push(gone ? 5 : incompleteCodes.has(code) ? 7 : 4);
    }
  };
  const limit = pLimit(Math.max(1, options.forks));
  const each = async (work: (host: RollbackHost) => Promise<void>): Promise<void> => {
    await Promise.all(hosts.map((host) => limit(() => on(host, () => work(host)))));
  };
  const found = new Map<string, Awaited<ReturnType<typeof runsOfShells>>>();
  let refused: number | undefined;
  try {
    await each(async (host) => {
      const shells = await shellsOf(host);
      found.set(host.name, await runsOfShells(shells, options.to, host.name, knownOn(host, shells, records)));
    });
    const runs = new Map([...found].map(([name, of]): [string, RunsByShell] => [name, of.runs]));
    refused = await confirmed(runs, options, emit, prompter);
    if (refused === undefined)
      await each(async ({ name, target }) => {
        const mine = found.get(name);
        if (mine === undefined) return;
        totals[name] = await undoAll(name, target, mine, options, emit);
        codes.push(totals[name].failed === 0 ? 0 : 7);
      });
  } finally {
    for (const { target } of hosts) {
      await target.finish().catch(() => undefined);
      roundTrips += await target.roundTrips().catch(() => 0);
      await target.close();
    }
  }
  const exitCode = refused ?? [7, 4, 5].find((code) => codes.includes(code)) ?? 0;
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
      Object.entries(totals).map(([name, { changed, failed, unreachable }]) => [
        name,
        { at: places.get(name), users: [], changed, failed: failed > 0, unreachable: unreachable > 0 },
      ]),
    ),
  });
  await view.end();
  return exitCode;
}
