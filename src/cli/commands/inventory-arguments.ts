/** The arguments of `rtprov inventory`. Apart from the command itself, which is only loaded when it is called. */
import type { Argv } from 'yargs';
import { once, withInventory } from '../options.js';

export function inventoryArguments(command: Argv) {
  return withInventory(command)
    .option('list', {
      type: 'boolean',
      default: false,
      describe: 'All groups, hosts and variables as JSON',
    })
    .option('graph', { type: 'boolean', default: false, describe: 'Groups and hosts as a tree' })
    .option('host', {
      type: 'string',
      requiresArg: true,
      coerce: once('host'),
      describe: 'The variables of one host as JSON',
    })
    .option('group', {
      type: 'string',
      default: 'all',
      requiresArg: true,
      describe: 'With --graph: the group at the top',
    })
    .option('vars', { type: 'boolean', default: false, describe: 'With --graph: variables too' });
}
