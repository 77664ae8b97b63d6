/** `rtprov history prune`: frees space on hosts and here. Runs that are pruned cannot be undone any more. */
import { Diagnostics, RtprovError } from '../diagnostics/diagnostic.js';
import { targetRuns } from '../engine/rollback-runs.js';
import type { TargetShell } from '../engine/target-shell.js';
import { parseExtraVars } from '../inventory/extra-vars.js';
import { loadInventory } from '../inventory/inventory.js';
import { selectHosts } from '../inventory/pattern.js';
import { pruneScript, runsToPrune, type PruneRule, type RunSpace } from '../journal/prune.js';
import { readRecords, removeRecords, type RunRecord } from '../journal/records.js';
import { count } from '../report/duration.js';
import { oneLine } from '../report/printable.js';
import { journalSpace, size } from './history-command.js';
import { eachJournal, print } from './host-journals.js';
import { targetOpener } from './open-target.js';
import type { ConnectionOptions, InventoryOptions } from './options.js';
import { TerminalPrompter } from './prompter.js';

export interface PruneOptions extends InventoryOptions, ConnectionOptions {
  readonly hosts: readonly string[];
  readonly keep?: number;
  readonly olderThan?: number;
  readonly yes: boolean;
  readonly json: boolean;
}

const usage = 2;

/** What is to go from one user's journal on a host. */
interface Planned {
  readonly runs: readonly RunSpace[];
  readonly lines: readonly string[];
}

async function planned(host: string, shell: TargetShell, rule: PruneRule): Promise<Planned> {
  const { runs, stopped } = runsToPrune((await journalSpace(shell, host)).runs, rule);
  const known = new Map((await targetRuns(shell)).map((run) => [run.run, run]));
  const open = runs.filter(
    ({ run }) => known.get(run)?.undone === undefined && known.get(run)?.unchanged !== true,
  );
  const user = oneLine(shell.user ?? '');
  return {
    runs,
    lines: [
      `${oneLine(host)}: ${count(runs.length, 'run')} in the journal of ${user}`,
      ...open.map(({ run }) => `  ${oneLine(run)} can no longer be undone`),
      ...(stopped === undefined
        ? []
        : [`  ${oneLine(stopped.run)} stays, and so do all later runs: ${oneLine(stopped.busy ?? '')}`]),
    ],
  };
}

/** A prune that was cut off is not taken back, as a window of a run is: it goes on. */
function cutOff(error: unknown): never {
  if (!(error instanceof RtprovError)) throw error;
  throw new RtprovError(error.code, error.message, {
    cause: error,
    hint: 'Prune again once the host can be reached: it goes on where it ended.',
  });
}

/** Records of runs that no host keeps: all of their hosts were asked, and have pruned them. Of checks and rollbacks, those before the oldest that is left. */
export function recordsToRemove(
  records: readonly RunRecord[],
  rule: PruneRule,
  left: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] {
  const isGone = ({ run, hosts }: RunRecord): boolean =>
    Object.entries(hosts).every(
      ([name, { users }]) => users.length === 0 || left.get(name)?.has(run) === false,
    );
  const all = records.map(({ run }) => ({ run, kib: 0 }));
  const wanted = new Set(runsToPrune(all, rule).runs.map(({ run }) => run));
  return records.filter((record) => wanted.has(record.run) && isGone(record)).map(({ run }) => run);
}

async function agreed(options: PruneOptions): Promise<boolean> {
  if (options.yes) return true;
  if (!process.stdin.isTTY)
    throw new RtprovError(
      'BAD_OPTION',
      'nothing was pruned: this needs a confirmation, and there is no terminal to ask at',
      {
        hint: 'Give --yes.',
      },
    );
  const prompter = new TerminalPrompter(() => undefined);
  return /^\s*y(es)?\s*$/i.test(await prompter.ask('prune these? (yes/no)', { echo: true }));
}

export async function historyPruneCommand(options: PruneOptions): Promise<number> {
  const rule: PruneRule =
    options.keep === undefined
      ? { before: new Date(Date.now() - (options.olderThan ?? 0)) }
      : { keep: options.keep };
  const diagnostics = new Diagnostics();
  const extraVars = parseExtraVars(options.extraVars, diagnostics);
  const inventory = loadInventory(options.inventory, diagnostics);
  const pattern = options.hosts.length === 0 ? 'all' : options.hosts.join(',');
  const names = selectHosts(inventory, pattern, diagnostics).map(({ name }) => name);
  diagnostics.throwIfErrors();
  const records = await readRecords();
  // Looked at without the lock first, so that nobody waits while a person reads.
  const look = await targetOpener(names, inventory, extraVars, options);
  /** What was shown, by host and user: nothing else is pruned, and nothing on a host whose journal could not be read. */
  const shown = new Map<string, Map<string | undefined, ReadonlySet<string>>>();
  const looked = await eachJournal(names, look, records, options.json, async (host, shells) => {
    const lines: string[] = [];
    const ofHost = new Map<string | undefined, ReadonlySet<string>>();
    for (const shell of shells) {
      const { runs, lines: told } = await planned(host, shell, rule);
      ofHost.set(shell.user, new Set(runs.map(({ run }) => run)));
      lines.push(...told);
    }
    shown.set(host, ofHost);
    return options.json ? [] : lines;
  });
  if (!(await agreed(options))) {
    print(['nothing was pruned'], false);
    return usage;
  }
  const left = new Map<string, Set<string>>();
  const read = names.filter((name) => shown.has(name));
  const open = await targetOpener(read, inventory, extraVars, options, true);
  const pruned = await eachJournal(read, open, records, options.json, async (host, shells) => {
    const kept = new Set<string>();
    const lines: string[] = [];
    for (const shell of shells) {
      const before = await journalSpace(shell, host);
      const agreedOn = shown.get(host)?.get(shell.user);
      const runs = runsToPrune(before.runs, rule).runs.flatMap(({ run }) =>
        agreedOn?.has(run) ? [run] : [],
      );
      const done = await shell.underLock(pruneScript(runs)).catch(cutOff);
      if (done.status !== 0)
        throw new RtprovError(
          'PRUNE_FAILED',
          `not all was pruned on ${host}: ${done.stderr.toString('utf8').trim()}`,
          {
            hint: 'Prune again: it goes on where it ended.',
          },
        );
      const after = await journalSpace(shell, host);
      for (const { run } of after.runs) kept.add(run);
      const freed = Math.max(0, before.kib - after.kib);
      lines.push(
        options.json
          ? JSON.stringify({ host, user: shell.user, pruned: runs, freedKib: freed, kib: after.kib })
          : `${oneLine(host)}: ${count(runs.length, 'run')} pruned, ${size(freed)} freed, ${size(after.kib)} left`,
      );
    }
    left.set(host, kept);
    return lines;
  });
  const gone = recordsToRemove(records, rule, left);
  await removeRecords(gone);
  if (!options.json) print([`${count(gone.length, 'record')} removed here`], false);
  return Math.max(looked, pruned) === 0 ? 0 : looked === 4 || pruned === 4 ? 4 : 5;
}
