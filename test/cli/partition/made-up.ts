/** A machine and an inventory that a test writes into a folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { partitionCommand, type PartitionCommandOptions } from '../../../src/cli/commands/partition.js';
import { reportError } from '../../../src/cli/report-error.js';
import { tree, type Shape } from '../../rt/topology/tree.js';
import { noContact, written, type Written } from './written.js';

/** CPU n and n+8 are threads of one core; cores 0-3 are on node 0, cores 4-7 on node 1; 8 GiB a node. */
const server: Shape = { packages: 2, cores: 4, threads: 2, siblings: 'far' };

export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** Its folder, for `--topology`. */
export function writeMachine(folder: string, shape: Shape = server): string {
  write(join(folder, 'machine'), Object.fromEntries(tree(shape)));
  return join(folder, 'machine');
}

/** Runs `rtprov partition` as the program does, with what it reports in the end. */
export async function partition(options: Partial<PartitionCommandOptions>): Promise<Written> {
  return written(async () => {
    try {
      return await partitionCommand({
        ...noContact,
        inventory: [],
        hosts: [],
        replan: false,
        explain: false,
        json: false,
        ...options,
      });
    } catch (error) {
      return reportError(error);
    }
  });
}
