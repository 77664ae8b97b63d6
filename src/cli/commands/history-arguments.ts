/** The arguments of `rtprov history`. Apart from the commands themselves, which are only loaded when they are called. */
import type { Argv } from 'yargs';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { number, once, refusing, withConnection, withInventory, withSomeHosts } from '../options.js';

function common<T>(command: Argv<T>) {
  return withConnection(withInventory(command)).option('json', {
    type: 'boolean',
    default: false,
    describe: 'Print JSON lines (docs/plan-and-undo.md)',
  });
}

export function historyArguments(command: Argv) {
  return common(withSomeHosts(command, 'Hosts or patterns'));
}

export function showArguments(command: Argv) {
  return common(
    command
      .positional('run', {
        type: 'string',
        demandOption: true,
        describe: 'Id of a run, or its first characters',
      })
      .positional('host', { type: 'string', describe: 'Read the journal of this host instead' }),
  );
}

export function pruneArguments(command: Argv) {
  return common(withSomeHosts(command, 'Hosts or patterns (default: all)'))
    .option('keep', {
      type: 'number',
      requiresArg: true,
      coerce: number('keep', 0),
      describe: 'Keep the newest N runs',
    })
    .option('older-than', {
      type: 'string',
      requiresArg: true,
      coerce: refusing(olderThan),
      describe: 'Prune runs that began longer ago than this: 12h, 30d, 8w',
    })
    .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'Do not ask' })
    .check(({ keep, olderThan: age }) => {
      if ((keep === undefined) === (age === undefined))
        throw new RtprovError('BAD_OPTION', 'give either --keep N or --older-than D', {
          hint: 'Write for instance --keep 20, or --older-than 30d.',
        });
      return true;
    });
}

/** Milliseconds. */
function olderThan(value: string | readonly string[]): number {
  const text = once('older-than')(value);
  const [, count, unit] = /^(\d+)\s*([hdw])$/.exec(text) ?? [];
  const hours = { h: 1, d: 24, w: 168 }[unit ?? ''];
  if (hours === undefined)
    throw new RtprovError('BAD_OPTION', `--older-than has to be a time, not ${text}`, {
      hint: 'Write for instance 12h, 30d or 8w.',
    });
  return Number(count) * hours * 3_600_000;
}
