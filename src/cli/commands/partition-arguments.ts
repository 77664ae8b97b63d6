/** The arguments of `rtprov partition`. Apart from the command itself, which is only loaded when it is called. */
import type { Argv } from 'yargs';
import { once, withConnection, withInventory, withSomeHosts } from '../options.js';

export function partitionArguments(command: Argv) {
  return withConnection(withInventory(withSomeHosts(command, 'Hosts or patterns (default: all of rt_hosts)')))
    .option('topology', {
      type: 'string',
      requiresArg: true,
      coerce: once('topology'),
      describe: 'Plan for a recorded machine, and contact none: a folder or .tar.bz2 with sys and proc',
    })
    .option('former', {
      type: 'string',
      requiresArg: true,
      coerce: once('former'),
      describe: 'With --topology: the former plan, a file that --json printed',
    })
    .option('replan', {
      type: 'boolean',
      default: false,
      describe: 'Plan from the beginning: ignore the former plan',
    })
    .option('explain', { type: 'boolean', default: false, describe: 'Say why each CPU is where it is' })
    .option('json', { type: 'boolean', default: false, describe: 'Print the plan as JSON' })
    .option('svg', {
      type: 'string',
      requiresArg: true,
      coerce: once('svg'),
      describe: 'Write the drawing into this file',
    });
}
