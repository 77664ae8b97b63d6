/** The arguments of `rtprov rollback`. Apart from the command itself, which is only loaded when it is called. */
import type { Argv } from 'yargs';
import { number, once, withConnection, withHosts, withInventory, withOutput } from '../options.js';

export function rollbackArguments(command: Argv) {
  return withOutput(withConnection(withInventory(withHosts(command))))
    .option('to', {
      type: 'string',
      requiresArg: true,
      coerce: once('to'),
      describe:
        'Undo this run and all later runs: its id, or the first characters of it (default: the last run)',
    })
    .option('yes', {
      alias: 'y',
      type: 'boolean',
      default: false,
      describe: 'Undo more than one run without asking',
    })
    .option('check', {
      alias: 'C',
      type: 'boolean',
      default: false,
      describe: 'Show only what would be undone',
    })
    .option('diff', {
      alias: 'D',
      type: 'boolean',
      default: false,
      describe: 'Show what changes in files',
    })
    .option('force', {
      type: 'boolean',
      default: false,
      describe: 'Also undo resources that something else has changed since the run',
    })
    .option('forks', {
      alias: 'f',
      type: 'number',
      default: 50,
      requiresArg: true,
      coerce: number('forks', 1),
      describe: 'How many hosts at the same time',
    });
}
