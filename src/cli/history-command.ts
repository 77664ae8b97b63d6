/** `rtprov history [HOST]`: runs on record here; for a host also what its own journal says. */
import { Diagnostics } from '../diagnostics/diagnostic.js';
import { readRecords, type RunRecord } from '../journal/records.js';
import { paintFor } from '../report/paint.js';
import { targetRuns } from '../engine/rollback-runs.js';
import { loadInventory } from '../inventory/inventory.js';
import { selectHosts } from '../inventory/pattern.js';
import { openTarget } from './open-target.js';
import type { ConnectionOptions, InventoryOptions } from './options.js';

export interface HistoryOptions extends InventoryOptions, ConnectionOptions {
  readonly host?: string;
  readonly json: boolean;
}

function outcome(record: RunRecord, host?: string): string {
  const hosts = Object.entries(record.hosts).filter(([name]) => host === undefined || name === host);
  const sum = hosts.reduce((total, [, one]) => total + one.changed, 0);
  const bad = hosts.filter(([, one]) => one.failed || one.unreachable).map(([name]) => name);
  return `${hosts.length} host${hosts.length === 1 ? '' : 's'}, ${sum} changed${bad.length === 0 ? '' : `, failed: ${bad.join(', ')}`}`;
}

export async function historyCommand(options: HistoryOptions): Promise<number> {
  const paint = paintFor(process.stdout);
  const write = (line: string): void => void process.stdout.write(`${line}\n`);
  const records = (await readRecords()).filter(
    (record) => options.host === undefined || record.hosts[options.host] !== undefined,
  );
  if (options.host === undefined) {
    if (options.json) for (const record of records) write(JSON.stringify(record));
    else {
      for (const record of records)
        write(
          `${paint.bold(record.run)}  ${record.mode.padEnd(5)}  ${outcome(record)}  ${paint.dim(record.playbooks.join(' '))}`,
        );
      if (records.length === 0) write('no runs on record');
    }
    return 0;
  }
  const diagnostics = new Diagnostics();
  const inventory = loadInventory(options.inventory, diagnostics);
  const [host] = selectHosts(inventory, options.host, diagnostics);
  diagnostics.throwIfErrors();
  const name = host?.name ?? options.host;
  const { target, shell } = await openTarget(name, inventory, options);
  try {
    for (const run of await targetRuns(shell)) {
      const record = records.find((one) => one.run === run.run);
      if (options.json) write(JSON.stringify({ ...run, ...(record === undefined ? {} : { record }) }));
      else
        write(
          `${paint.bold(run.run)}  ${run.undone === undefined ? '' : paint.yellow(`rolled back ${run.undone}  `)}${run.unchanged === true ? 'changed nothing  ' : ''}by ${run.controller}  ${record === undefined ? '' : `${outcome(record, name)}  `}${paint.dim(run.playbooks.join(' '))}`,
        );
    }
  } finally {
    await target.close();
  }
  return 0;
}
