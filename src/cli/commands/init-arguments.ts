/** The arguments of `rtprov init`. Apart from the command itself, which is only loaded when it is called. */
import type { Argv } from 'yargs';

export function initArguments(command: Argv) {
  return command
    .positional('folder', {
      type: 'string',
      default: '.',
      describe: 'The folder of the project; it is created if it does not exist',
    })
    .option('roles', {
      type: 'boolean',
      default: false,
      describe: 'Copy the roles and templates too, so that you can change them',
    });
}
