/** `--list-tasks`, `--list-hosts`, `--list-tags` and `--syntax-check`: nothing is contacted. */
import { visible } from '../../diagnostics/printable.js';
import { Diagnostics } from '../../diagnostics/diagnostic.js';
import { hostsOf } from '../../engine/run/select-hosts.js';
import { listHosts, listTags, listTasks } from '../../playbook/read/list.js';
import { readRunFiles, type Chosen } from '../inputs.js';
import type { InventoryOptions } from '../options.js';

export interface ListOptions extends InventoryOptions, Chosen {
  readonly playbooks: readonly string[];
  readonly listTasks: boolean;
  readonly listHosts: boolean;
  readonly listTags: boolean;
}

export function listCommand(options: ListOptions): number {
  const files = readRunFiles(options.playbooks, options, { chosen: options });
  const diagnostics = new Diagnostics();
  for (const [index, playbook] of files.playbooks.entries()) {
    const label = options.playbooks[index] ?? playbook.path;
    if (options.listHosts) {
      const hosts = listHosts(
        playbook,
        (play) => hostsOf(play, files, diagnostics).filter((name) => files.limited?.has(name) !== false),
        { label },
      );
      diagnostics.throwIfErrors();
      process.stdout.write(visible(hosts));
    }
    if (options.listTasks) process.stdout.write(visible(listTasks(playbook, { label })));
    if (options.listTags) process.stdout.write(visible(listTags(playbook, { label })));
    if (!options.listHosts && !options.listTasks && !options.listTags)
      process.stdout.write(visible(`playbook: ${label}\n`));
  }
  return 0;
}
