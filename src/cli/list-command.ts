/** `--list-tasks`, `--list-hosts`, `--list-tags` and `--syntax-check`: nothing is contacted. */
import { readRunFiles } from './inputs.js';
import type { InventoryOptions } from './options.js';

export interface ListOptions extends InventoryOptions {
  readonly playbooks: readonly string[];
}

export function listCommand(options: ListOptions): number {
  readRunFiles(options.playbooks, options);
  return 0;
}
