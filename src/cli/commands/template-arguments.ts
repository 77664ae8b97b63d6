/** The arguments of `rtprov template`. Apart from the command itself, which is only loaded when it is called. */
import type { Argv } from 'yargs';
import { once, withConnection, withInventory } from '../options.js';

export function templateArguments(command: Argv) {
  return withConnection(withInventory(command))
    .positional('name', {
      type: 'string',
      describe: 'As playbooks name it: tuned/rtprov-realtime.conf.j2; without it the names are listed',
    })
    .option('host', {
      type: 'string',
      requiresArg: true,
      coerce: once('host'),
      describe: 'The host of the inventory whose variables, facts and plan it is made from',
    })
    .option('topology', {
      type: 'string',
      requiresArg: true,
      coerce: once('topology'),
      describe: 'Plan for a recorded machine, without contact and facts: a folder or .tar.bz2',
    });
}
