/** `rtprov history prune`: frees space on hosts and here. Runs that are pruned cannot be undone any more. */
import { Diagnostics, RtprovError } from '../../diagnostics/diagnostic.js';
import { targetRuns } from '../../engine/rollback/runs.js';
import type { TargetShell } from '../../engine/target/target-shell.js';
import { parseExtraVars } from '../../inventory/extra-vars.js';
import { pruneScript, runsToPrune, type PruneRule, type RunSpace } from '../../journal/prune.js';
import { knownRecords } from '../../journal/record-journals.js';
import { concerns, isElsewhere, removeRecords, type RunRecord } from '../../journal/records.js';
import { corrupt } from '../../journal/stored.js';
import { count } from '../../report/duration.js';
import { oneLine } from '../../report/printable.js';
import { chosenHosts } from '../chosen-hosts.js';
import { journalSpace, size } from './history.js';
import { eachJournal, print } from './host-journals.js';
import { placesOf, targetOpener } from '../open-target.js';
import { readInventory } from '../inventory-option.js';
import type { ConnectionOptions, InventoryOptions } from '../options.js';
import { TerminalPrompter } from '../prompter.js';

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
  /** Runs that the journal keeps. */
  readonly kept: readonly string[];
  readonly lines: readonly string[];
}

async function planned(host: string, shell: TargetShell, rule: PruneRule): Promise<Planned> {
  const all = (await journalSpace(shell, host)).runs;
  const { runs, stopped } = runsToPrune(all, rule);
  const known = new Map((await targetRuns(shell)).map((run) => [run.run, run]));
  const damaged = runs.flatMap(({ run }) => known.get(run)?.damaged ?? [])[0];
  if (damaged !== undefined) throw corrupt(damaged);
  const open = runs.filter(
    ({ run }) => known.get(run)?.undone === undefined && known.get(run)?.unchanged !== true,
  );
  const user = oneLine(shell.user ?? '');
  return {
    runs,
    kept: all.filter((one) => !runs.includes(one)).map(({ run }) => run),
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
    hint: 'Prune again once the host can be reached: pruning continues where it stopped.',
  });
}

/**
 * Records of runs that no host keeps: all of their hosts were asked, and have pruned them. Of checks and rollbacks, which no journal
 * keeps, those that the rule names. With `isNamed` (hosts were named) nothing goes that says something of another host.
 * `left`: by host that was pruned, the runs that its journals keep.
 */
export function recordsToRemove(
  records: readonly RunRecord[],
  rule: PruneRule,
  left: ReadonlyMap<string, ReadonlySet<string>>,
  isNamed: boolean,
): readonly RunRecord[] {
  const isGone = ({ run, hosts, undid = {} }: RunRecord): boolean =>
    Object.entries(hosts).every(
      ([name, { users }]) => users.length === 0 || left.get(name)?.has(run) === false,
    ) &&
    (!isNamed || [...Object.keys(hosts), ...Object.keys(undid)].every((name) => left.has(name)));
  const asked = isNamed ? records.filter((record) => concerns(record, new Set(left.keys()))) : records;
  const all = asked.map(({ run }) => ({ run, kib: 0 }));
  const wanted = new Set(runsToPrune(all, rule).runs.map(({ run }) => run));
  return asked.filter((record) => wanted.has(record.run) && isGone(record));
}

/** The records that go from here, by name, so that they can be asked about. */
function recordLines(records: readonly RunRecord[]): readonly string[] {
  return records.length === 0
    ? []
    : [
        `here: ${count(records.length, 'record')}`,
        ...records.map(
          ({ run, mode, hosts }) =>
            `  ${run}  ${oneLine(mode)} of ${oneLine(Object.keys(hosts).join(', ')) || 'no host'}`,
        ),
      ];
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
  const inventory = readInventory(options, diagnostics);
  diagnostics.throwIfErrors();
  const isNamed = options.hosts.length > 0 || options.limit !== undefined;
  const patterns = options.hosts.length === 0 ? ['all'] : options.hosts;
  const names = chosenHosts(inventory, patterns, options.limit, diagnostics);
  diagnostics.throwIfErrors();
  // A machine of the same name in another inventory keeps runs that these hosts know nothing of.
  const places = placesOf(names, inventory, extraVars);
  const records = (await knownRecords()).filter((one) => !isElsewhere(one, places));
  // Looked at without the lock first, so that nobody waits while a person reads.
  const look = await targetOpener(names, inventory, extraVars, options);
  /** What was shown, by host and user: nothing else is pruned, and nothing in a journal that could not be read. */
  const shown = new Map<string, Map<string | undefined, ReadonlySet<string>>>();
  const kept = new Map<string, ReadonlySet<string>>();
  const staying = new Map<string, Set<string>>();
  const lookAt = async (host: string, shell: TargetShell): Promise<readonly string[]> => {
    const plan = await planned(host, shell, rule);
    const ofHost = shown.get(host) ?? new Map<string | undefined, ReadonlySet<string>>();
    ofHost.set(shell.user, new Set(plan.runs.map(({ run }) => run)));
    shown.set(host, ofHost);
    staying.set(host, new Set([...(staying.get(host) ?? []), ...plan.kept]));
    return options.json ? [] : plan.lines;
  };
  const looked = await eachJournal(names, look, records, options.json, lookAt, (host) => {
    kept.set(host, staying.get(host) ?? new Set());
    return [];
  });
  const foreseen = recordsToRemove(records, rule, kept, isNamed);
  if (!options.json) print(recordLines(foreseen), false);
  if (!(await agreed(options))) {
    print(['nothing was pruned'], false);
    return usage;
  }
  const left = new Map<string, Set<string>>();
  const read = names.filter((name) => shown.has(name));
  const open = await targetOpener(read, inventory, extraVars, options, true);
  const stays = new Map<string, Set<string>>();
  /** Hosts of which all journals were shown. */
  const whole = new Set(read);
  const prune = async (host: string, shell: TargetShell): Promise<readonly string[]> => {
    const before = await journalSpace(shell, host);
    const agreedOn = shown.get(host)?.get(shell.user);
    if (agreedOn === undefined) {
      whole.delete(host);
      return [];
    }
    const runs = runsToPrune(before.runs, rule).runs.flatMap(({ run }) => (agreedOn.has(run) ? [run] : []));
    const done = await shell.underLock(pruneScript(runs)).catch(cutOff);
    if (done.status !== 0)
      throw new RtprovError(
        'PRUNE_FAILED',
        `pruning is not complete on ${host}: ${done.stderr.toString('utf8').trim()}`,
        {
          hint: 'Prune again: it continues where it stopped.',
        },
      );
    const after = await journalSpace(shell, host);
    stays.set(host, new Set([...(stays.get(host) ?? []), ...after.runs.map(({ run }) => run)]));
    const freed = Math.max(0, before.kib - after.kib);
    return [
      options.json
        ? JSON.stringify({ host, user: shell.user, pruned: runs, freedKib: freed, kib: after.kib })
        : `${oneLine(host)}: ${count(runs.length, 'run')} pruned, ${size(freed)} freed, ${size(after.kib)} left`,
    ];
  };
  const pruned = await eachJournal(read, open, records, options.json, prune, (host) => {
    if (whole.has(host)) left.set(host, stays.get(host) ?? new Set());
    return [];
  });
  // Only what was shown.
  const gone = recordsToRemove(foreseen, { keep: 0 }, left, isNamed).map(({ run }) => run);
  await removeRecords(gone);
  print(
    [options.json ? JSON.stringify({ records: gone }) : `${count(gone.length, 'record')} removed here`],
    options.json,
  );
  return Math.max(looked, pruned) === 0 ? 0 : looked === 4 || pruned === 4 ? 4 : 5;
}
