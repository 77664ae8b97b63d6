/** `rtprov history [HOST...]`: runs and rollbacks on record here; for hosts what their own journals say. */
import { Diagnostics, RtprovError } from '../../diagnostics/diagnostic.js';
import { didYouMean } from '../../diagnostics/nearest.js';
import { sumOf } from '../../engine/run/amounts.js';
import { targetRuns } from '../../engine/rollback/runs.js';
import type { TargetShell } from '../../engine/target/target-shell.js';
import type { Inventory } from '../../inventory/inventory.js';
import { parseExtraVars } from '../../inventory/extra-vars.js';
import { parseSpace, spaceScript, type JournalSpace } from '../../journal/prune.js';
import type { TargetRun } from '../../journal/read-journal.js';
import { knownRecords } from '../../journal/record-journals.js';
import { concerns, isElsewhere, listRecords, readRecords, type RunRecord } from '../../journal/records.js';
import { amountText } from '../../report/amount-text.js';
import { count } from '../../report/duration.js';
import { paintFor, type Paint } from '../../report/paint.js';
import { oneLine } from '../../report/printable.js';
import { chosenHosts } from '../chosen-hosts.js';
import { eachJournal, print } from './host-journals.js';
import { placesOf, targetOpener } from '../open-target.js';
import { readInventory } from '../inventory-option.js';
import type { ConnectionOptions, InventoryOptions } from '../options.js';

export interface HistoryOptions extends InventoryOptions, ConnectionOptions {
  readonly hosts: readonly string[];
  readonly json: boolean;
}

/** `2 hosts, 5 tasks changed: 7 resources and 1 other action, failed: h1`; of one host only its own. */
export function outcome(record: RunRecord, host?: string): string {
  const hosts = Object.entries(record.hosts).filter(([name]) => host === undefined || name === host);
  const bad = hosts.filter(([, one]) => one.failed || one.unreachable).map(([name]) => name);
  return `${count(hosts.length, 'host')}, ${amountsOf(record, host)}${bad.length === 0 ? '' : `, failed: ${oneLine(bad.join(', '))}`}`;
}

/** How much, in tasks and resources. */
function amountsOf(record: RunRecord, host: string | undefined): string {
  const of = <T>(all: Readonly<Record<string, T>> = {}): readonly T[] =>
    Object.entries(all).flatMap(([name, one]) => (host === undefined || name === host ? [one] : []));
  const changed = of(record.hosts).reduce((total, one) => total + one.changed, 0);
  if (record.mode === 'rollback') {
    const undone = sumOf(of(record.undone).flatMap((one) => (one.undone === undefined ? [] : [one.undone])));
    return record.undone === undefined
      ? `${count(changed, 'change')} undone`
      : `${amountText(undone, 'command')} undone`;
  }
  const changes = sumOf(of(record.changes));
  const what = changes.resources + changes.actions === 0 ? '' : `: ${amountText(changes, 'other action')}`;
  const unknown = of(record.hosts).reduce((total, { tasks }) => total + (tasks?.unknown ?? 0), 0);
  const would = record.mode === 'check' ? 'would change' : 'changed';
  return `${count(changed, 'task')} ${would}${what}${unknown === 0 ? '' : `, ${count(unknown, 'task')} unknown`}`;
}

/** What a rollback took back, and where: `undid RUN on h1, h2 (not all of it)`. */
function undidText({ undid = {} }: RunRecord): string {
  const byRun = new Map<string, string[]>();
  for (const [host, runs] of Object.entries(undid))
    for (const { run, complete } of runs)
      byRun.set(run, [...(byRun.get(run) ?? []), complete ? host : `${host} (not all of it)`]);
  return [...byRun].map(([run, hosts]) => `${run} on ${hosts.join(', ')}`).join('; ');
}

function recordLine(record: RunRecord, paint: Paint): string {
  const undid = undidText(record);
  return [
    paint.bold(record.run),
    record.mode.padEnd(8),
    outcome(record),
    ...(undid === '' ? [] : [paint.yellow(`undid ${oneLine(undid)}`)]),
    ...(record.by === undefined ? [] : [`by ${oneLine(record.by)}`]),
    paint.dim(oneLine(record.playbooks.join(' '))),
  ].join('  ');
}

function runLine(
  run: TargetRun,
  space: JournalSpace,
  record: RunRecord | undefined,
  host: string,
  paint: Paint,
): string {
  const kib = space.runs.find((one) => one.run === run.run)?.kib;
  return [
    `  ${paint.bold(oneLine(run.run))}`,
    ...(run.undone === undefined ? [] : [paint.yellow(`rolled back ${oneLine(run.undone)}`)]),
    ...(run.unchanged === true ? ['nothing to undo'] : []),
    ...(run.damaged === undefined
      ? [`by ${oneLine(run.controller)}`]
      : [paint.red(`damaged: ${oneLine(run.damaged)}`)]),
    ...(record === undefined ? [] : [outcome(record, host)]),
    ...(kib === undefined ? [] : [size(kib)]),
    paint.dim(oneLine(run.playbooks.join(' '))),
  ].join('  ');
}

/** `12 KiB`, `3.4 MiB`. */
export function size(kib: number): string {
  if (kib < 1024) return `${kib} KiB`;
  const mib = kib / 1024;
  return mib < 1024 ? `${mib.toFixed(1)} MiB` : `${(mib / 1024).toFixed(1)} GiB`;
}

export async function journalSpace(shell: TargetShell, host: string): Promise<JournalSpace> {
  return parseSpace((await shell.script(spaceScript)).stdout.toString('utf8'), host);
}

/** Names of the hosts that --limit leaves; undefined: it is not given. Throws DiagnosticError. */
function limitedHosts(options: HistoryOptions): ReadonlySet<string> | undefined {
  if (options.limit === undefined) return undefined;
  const diagnostics = new Diagnostics();
  const inventory = readInventory(options, diagnostics);
  diagnostics.throwIfErrors();
  const hosts = chosenHosts(inventory, ['all'], options.limit, diagnostics);
  diagnostics.throwIfErrors();
  return new Set(hosts);
}

/** A command of `history` that is mistyped would be taken for a host. */
function refuseMistyped(word: string, inventory: Inventory): void {
  const commands = ['show', 'prune'];
  const isKnown = [...inventory.hosts, ...inventory.groups].some(({ name }) => name === word);
  const hint = isKnown ? undefined : didYouMean(word, commands);
  if (hint === undefined) return;
  throw new RtprovError('BAD_OPTION', `there is no command "history ${word}", and no host of this name`, {
    hint,
  });
}

export async function historyCommand(options: HistoryOptions): Promise<number> {
  const paint = paintFor(process.stdout);
  const records = await (options.hosts.length === 0 ? listRecords() : readRecords());
  if (options.hosts.length === 0) {
    const limited = limitedHosts(options);
    const shown = records.filter((record) => limited === undefined || concerns(record, limited));
    const lines = shown.map((record) => (options.json ? JSON.stringify(record) : recordLine(record, paint)));
    print(lines.length === 0 && !options.json ? ['no runs on record'] : lines, options.json);
    return 0;
  }
  const diagnostics = new Diagnostics();
  const extraVars = parseExtraVars(options.extraVars, diagnostics);
  const inventory = readInventory(options, diagnostics);
  refuseMistyped(options.hosts[0] ?? '', inventory);
  diagnostics.throwIfErrors();
  const names = chosenHosts(inventory, options.hosts, options.limit, diagnostics);
  diagnostics.throwIfErrors();
  const open = await targetOpener(names, inventory, extraVars, options);
  const ofShell = async (host: string, shell: TargetShell): Promise<readonly string[]> => {
    const runs = await targetRuns(shell);
    const space = await journalSpace(shell, host);
    const user = shell.user ?? '';
    const recordOf = (run: TargetRun): RunRecord | undefined => records.find((one) => one.run === run.run);
    if (options.json)
      return runs.map((run) => {
        const record = recordOf(run);
        const kib = space.runs.find((one) => one.run === run.run)?.kib;
        return JSON.stringify({ host, user, ...run, kib, ...(record === undefined ? {} : { record }) });
      });
    return [
      `${paint.bold(oneLine(host))}: ${count(runs.length, 'run')} in the journal of ${oneLine(user)}, ${size(space.kib)}`,
      ...runs.map((run) => runLine(run, space, recordOf(run), host, paint)),
    ];
  };
  /** Rollbacks of this host that were called from here. */
  const places = placesOf(names, inventory, extraVars);
  const rollbacks = (host: string): readonly string[] =>
    options.json
      ? []
      : records.flatMap((record) =>
          record.mode === 'rollback' && record.undid?.[host] !== undefined && !isElsewhere(record, places)
            ? [`  ${recordLine(record, paint)}`]
            : [],
        );
  return eachJournal(names, open, await knownRecords(), options.json, ofShell, rollbacks);
}
