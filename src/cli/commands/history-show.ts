/** `rtprov history show RUN [HOST]`: the tasks of a run that changed something, their resources, and whether they were undone. */
import * as z from 'zod';
import { Diagnostics, RtprovError } from '../../diagnostics/diagnostic.js';
import type { HostTotals } from '../../engine/run/events.js';
import { journalAmounts } from '../../engine/run/journal-amounts.js';
import { readJournal } from '../../engine/rollback/rollback.js';
import { targetRuns } from '../../engine/rollback/runs.js';
import type { TargetShell } from '../../engine/target/target-shell.js';
import { parseExtraVars } from '../../inventory/extra-vars.js';
import type { StoredEntry } from '../../journal/entry.js';
import { knownRecords } from '../../journal/record-journals.js';
import { listRecords, readEvents, type RunRecord } from '../../journal/records.js';
import { runNamed } from '../../journal/run-prefix.js';
import { keyOf } from '../../resources/resource.js';
import { changeText } from '../../report/amount-text.js';
import { count } from '../../report/duration.js';
import { noPaint } from '../../report/paint.js';
import { oneLine } from '../../report/printable.js';
import { recapLines } from '../../report/recap.js';
import { chosenHosts } from '../chosen-hosts.js';
import { outcome } from './history.js';
import { eachJournal, print } from './host-journals.js';
import { targetOpener } from '../open-target.js';
import { readInventory } from '../inventory-option.js';
import type { ConnectionOptions, InventoryOptions } from '../options.js';

export interface ShowOptions extends InventoryOptions, ConnectionOptions {
  readonly run: string;
  readonly host?: string;
  readonly json: boolean;
}

/** What is read back of a record's events. */
const resultSchema = z.object({
  type: z.literal('task_result'),
  host: z.string(),
  task: z.object({ name: z.string() }),
  item: z.string().optional(),
  status: z.string(),
  diffs: z.array(z.object({ resource: z.string() })),
  actions: z.array(z.string()),
});
const undoneSchema = z.object({
  type: z.literal('rollback_entry'),
  host: z.string(),
  run: z.string(),
  task: z.string(),
  resource: z.string(),
  verdict: z.string(),
});

/** Lines of what a record says that was done. */
function recordedLines(event: unknown): readonly string[] {
  const result = resultSchema.safeParse(event);
  if (result.success && (result.data.diffs.length > 0 || result.data.status === 'changed')) {
    const { host, task, item, status, diffs, actions } = result.data;
    return [
      `  ${oneLine(host)}  ${status}  ${oneLine(task.name)}${item === undefined ? '' : ` (${oneLine(item)})`}`,
      ...[...diffs.map(({ resource }) => resource), ...actions].map((text) => `    ${oneLine(text)}`),
    ];
  }
  const undone = undoneSchema.safeParse(event);
  if (!undone.success || undone.data.verdict === 'same') return [];
  const { host, run, task, resource, verdict } = undone.data;
  return [`  ${oneLine(host)}  ${verdict}  ${oneLine(resource)}  (${oneLine(task)}, run ${oneLine(run)})`];
}

/** Tasks as in the recap, and what they changed, by host. */
function totalLines({ hosts, changes = {}, mode }: RunRecord): readonly string[] {
  const tasks = Object.entries(hosts).flatMap(([name, one]): [string, HostTotals][] =>
    one.tasks === undefined ? [] : [[name, one.tasks]],
  );
  const verbs = mode === 'check' ? { change: 'would change', act: 'do' } : { change: 'changed', act: 'did' };
  // In the recap's order: the record has them in the order of their first changes.
  const rows = tasks.map(([name]) => name);
  const inOrder = Object.entries(changes).sort(([one], [other]) => rows.indexOf(one) - rows.indexOf(other));
  return [
    ...recapLines(Object.fromEntries(tasks), noPaint),
    ...inOrder.map(([name, one]) => `${oneLine(name)} ${changeText(one, verbs)}`),
  ].map((line) => `  ${line}`);
}

async function showRecord(options: ShowOptions): Promise<number> {
  const records = await listRecords();
  const record = runNamed(records, options.run, 'this controller', 'its records');
  const events = await readEvents(record.run);
  if (options.json) {
    print(
      [record, ...events].map((line) => JSON.stringify(line)),
      true,
    );
    return 0;
  }
  const rolledBack = records.flatMap((other) =>
    Object.entries(other.undid ?? {}).flatMap(([host, runs]) =>
      runs
        .filter(({ run }) => run === record.run)
        .map(
          ({ complete }) =>
            `  rolled back on ${oneLine(host)} by ${other.run}${complete ? '' : ', not all of it'}`,
        ),
    ),
  );
  print(
    [
      `${record.run}  ${record.mode}  ${outcome(record)}  exit code ${record.exitCode ?? 'unknown'}${record.by === undefined ? '' : `  by ${oneLine(record.by)}`}`,
      ...record.playbooks.map((path) => `  ${oneLine(path)}`),
      ...rolledBack,
      ...events.flatMap(recordedLines),
      ...totalLines(record),
    ],
    false,
  );
  return 0;
}

function resourcesOf(entry: StoredEntry): readonly string[] {
  if (entry.type === 'change') return (entry.changes ?? []).map(({ id }) => keyOf(id));
  return [`${entry.type}: ${entry.shown ?? ''}`];
}

async function journalLines(
  shell: TargetShell,
  name: string,
  host: string,
  json: boolean,
): Promise<readonly string[]> {
  const run = runNamed(await targetRuns(shell), name, host);
  const journal = await readJournal(shell, run.run);
  const entries = journal.entries.map((entry) => ({
    task: entry.taskName,
    resources: resourcesOf(entry),
    state:
      run.unchanged === true && run.undone === undefined
        ? 'nothing to undo'
        : run.undone !== undefined || journal.marks.undone.has(`${entry.seq}.${entry.index}`)
          ? 'undone'
          : journal.marks.untouched.has(`${entry.seq}.${entry.index}`)
            ? 'not begun'
            : entry.notUndoable !== undefined ||
                (entry.type === 'command' && entry.undo !== true && entry.touches !== true)
              ? 'cannot be undone'
              : 'not undone',
  }));
  const amounts = journalAmounts(journal);
  if (json) return [JSON.stringify({ host, user: shell.user, ...run, ...amounts, entries })];
  const lines = [
    `${oneLine(host)}: ${oneLine(run.run)} by ${oneLine(run.controller)}, ${run.undone === undefined ? (run.unchanged === true ? 'nothing to undo' : 'not rolled back') : `rolled back ${oneLine(run.undone)}`}: ${count(amounts.resources, 'resource')}, ${count(amounts.commands, 'command')}`,
  ];
  let last: string | undefined;
  for (const { task, resources, state } of entries) {
    if (task !== last) lines.push(`  ${oneLine(task)}`);
    last = task;
    for (const resource of resources) lines.push(`    ${oneLine(resource)}  ${state}`);
  }
  return lines;
}

export async function historyShowCommand(options: ShowOptions): Promise<number> {
  if (options.host === undefined) return showRecord(options);
  const diagnostics = new Diagnostics();
  const extraVars = parseExtraVars(options.extraVars, diagnostics);
  const inventory = readInventory(options, diagnostics);
  const names = chosenHosts(inventory, [options.host], options.limit, diagnostics);
  diagnostics.throwIfErrors();
  const open = await targetOpener(names, inventory, extraVars, options);
  const records = await knownRecords();
  // A run need not be in the journal of every user.
  const missing = new Map<string, RtprovError>();
  const found = new Set<string>();
  const ofShell = async (host: string, shell: TargetShell): Promise<readonly string[]> => {
    try {
      const lines = await journalLines(shell, options.run, host, options.json);
      found.add(host);
      return lines;
    } catch (error) {
      if (!(error instanceof RtprovError && error.code === 'NO_SUCH_RUN')) throw error;
      missing.set(host, error);
      return [];
    }
  };
  return eachJournal(names, open, records, options.json, ofShell, (host) => {
    const error = missing.get(host);
    if (error !== undefined && !found.has(host)) throw error;
    return [];
  });
}
