/** The arguments of `rtprov template`. Apart from the command itself, which is only loaded when it is called. */
import type { Argv } from 'yargs';
import { once, withConnection, withInventory } from '../options.js';

export function templateArguments(command: Argv) {
  return withConnection(
    withInventory(
      command.positional('name', {
        type: 'string',
        describe:
          'The template as playbooks name it, such as tuned/rtprov-realtime.conf.j2; without it, all names are listed',
      }),
    ),
  )
    .option('host', {
      type: 'string',
      requiresArg: true,
      coerce: once('host'),
      describe: 'The host of the inventory whose variables, facts and plan are used',
    })
    .option('topology', {
      type: 'string',
      requiresArg: true,
      coerce: once('topology'),
      describe: 'Plan for a recorded machine, without facts, and contact none: a folder or .tar.bz2',
    });
}
