/** Command line options that several commands share, with Ansible's names and letters. */
import { homedir } from 'node:os';
import type { Argv } from 'yargs';
import { RtprovError } from '../diagnostics/diagnostic.js';
import { parseSshArgs } from '../transport/ssh/args.js';
import { nearFileHint } from '../yaml/near-file.js';
import { statOf } from '../yaml/text-file.js';

/** The inventory without -i. */
export const defaultInventory = 'inventory';

export interface InventoryOptions {
  readonly inventory: readonly string[];
  readonly limit?: string;
  readonly extraVars: readonly string[];
  readonly rolesPath?: string;
}

export interface ConnectionOptions {
  readonly user?: string;
  readonly privateKey?: string;
  readonly sshCommonArgs?: string;
  readonly timeout?: number;
  readonly acceptNew: boolean;
  readonly become: boolean;
  readonly becomeUser?: string;
  readonly askBecomePass: boolean;
  readonly askPass: boolean;
  readonly trace?: string;
}

export interface OutputOptions {
  readonly json: boolean;
  readonly verbose: number;
}

const refusals = new Map<string, RtprovError>();

/** What a coercion has refused with this message. */
export function refusalOf(message: string): RtprovError | undefined {
  return refusals.get(message);
}

/** For coercions: yargs makes an error of its own of the message alone, so that the hint would be lost. */
export function refusing<Given, Read>(coerce: (value: Given) => Read): (value: Given) => Read {
  return (value) => {
    try {
      return coerce(value);
    } catch (error) {
      if (error instanceof RtprovError) refusals.set(error.message, error);
      throw error;
    }
  };
}

/** A number in a range, or one clear error: yargs itself lets `abc` pass as NaN. */
export function number(name: string, least: number) {
  return refusing((value: unknown): number => {
    const parsed = typeof value === 'number' ? value : Number(value);
    if (Array.isArray(value) || !Number.isSafeInteger(parsed) || parsed < least) {
      throw new RtprovError('BAD_OPTION', `--${name} has to be one whole number of at least ${least}`, {
        hint: `Write for instance --${name} ${least}.`,
      });
    }
    return parsed;
  });
}

/** A text that may be given once. */
export function once(name: string) {
  return refusing((value: string | readonly string[]): string => {
    if (typeof value !== 'string') {
      throw new RtprovError('BAD_OPTION', `--${name} was given more than once`, { hint: 'Give it once.' });
    }
    if (value.trim() === '') {
      throw new RtprovError('BAD_OPTION', `--${name} is empty`, {
        hint: 'Give it a value, or omit it.',
      });
    }
    return value;
  });
}

/** Arguments as for ssh; what would not be honoured is refused before anything else is done. */
const sshArguments = refusing((value: string | readonly string[]): string => {
  const text = once('ssh-common-args')(value);
  parseSshArgs(text);
  return text;
});

/** A file that is there. `~` is the home folder, also where no shell has put it in. */
function keyFile(name: string) {
  return refusing((value: string | readonly string[]): string => {
    const path = once(name)(value).replace(/^~(?=\/)/, homedir());
    if (statOf(path)?.isFile() === true) return path;
    throw new RtprovError('BAD_OPTION', `--${name} (--key-file) is not the path of a file: ${path}`, {
      hint: nearFileHint(path) ?? 'Correct the path.',
    });
  });
}

/** Folders with colons between them; one that is not there is skipped as long as another is. */
function folders(name: string) {
  return refusing((value: string | readonly string[]): string => {
    const text = once(name)(value);
    const paths = text.split(':').map((path) => path.trim().replace(/^~(?=\/|$)/, homedir()));
    if (paths.some((path) => path.includes('$') || statOf(path)?.isDirectory() === true)) return text;
    throw new RtprovError('BAD_OPTION', `--${name} is not a folder: ${text}`, { hint: 'Correct the path.' });
  });
}

const list = (values: readonly string[]): readonly string[] =>
  values.flatMap((value) => value.split(',')).filter((value) => value !== '');

export const commaList = {
  type: 'array',
  string: true,
  default: [] as string[],
  requiresArg: true,
  coerce: list,
} as const;

/** The hosts that a command is for. */
export function withHosts<T>(command: Argv<T>) {
  return command.positional('hosts', {
    type: 'string',
    array: true,
    demandOption: true,
    describe: 'Hosts or patterns',
  });
}

/** The same for commands that have hosts of their own where none is named. */
export function withSomeHosts<T>(command: Argv<T>, describe: string) {
  return command.positional('hosts', { type: 'string', array: true, default: [] as string[], describe });
}

/** The playbooks that a command reads. */
export function withPlaybooks<T>(command: Argv<T>) {
  return command.positional('playbooks', {
    type: 'string',
    array: true,
    demandOption: true,
    describe: 'Playbook files',
  });
}

export function withInventory<T>(yargs: Argv<T>) {
  return yargs
    .option('inventory', {
      alias: 'i',
      type: 'array',
      string: true,
      default: [defaultInventory],
      requiresArg: true,
      coerce: (sources: readonly string[]) => sources.map(once('inventory')),
      describe: 'Inventory file or folder, or hosts with a comma: host1,',
    })
    .option('limit', {
      alias: 'l',
      type: 'string',
      requiresArg: true,
      coerce: once('limit'),
      describe: 'Only these hosts: a pattern, or @FILE',
    })
    .option('extra-vars', {
      alias: 'e',
      type: 'array',
      string: true,
      default: [] as string[],
      requiresArg: true,
      describe: 'Variables that override all others: name=value, @FILE, JSON or YAML',
    })
    .group(['inventory', 'limit', 'extra-vars'], 'Hosts and variables:');
}

/** For commands that read playbooks. */
export function withRolesPath<T>(yargs: Argv<T>) {
  return yargs.option('roles-path', {
    type: 'string',
    requiresArg: true,
    coerce: folders('roles-path'),
    describe: 'Role folders to search after roles/ beside the playbook, separated by colons',
  });
}

/** As the help lists them. */
const connectionNames = [
  'user',
  'private-key',
  'ssh-common-args',
  'timeout',
  'accept-new',
  'become',
  'become-user',
  'ask-become-pass',
  'ask-pass',
  'trace',
];

export function withConnection<T>(yargs: Argv<T>) {
  return yargs
    .option('user', {
      alias: 'u',
      type: 'string',
      requiresArg: true,
      coerce: once('user'),
      describe: 'User to log in as, unless a variable names one',
    })
    .option('private-key', {
      alias: 'key-file',
      type: 'string',
      requiresArg: true,
      coerce: keyFile('private-key'),
      describe: 'Private key file',
    })
    .option('ssh-common-args', {
      type: 'string',
      requiresArg: true,
      coerce: sshArguments,
      describe: 'Arguments for ssh, for instance "-J jump"',
    })
    .option('timeout', {
      alias: 'T',
      type: 'number',
      requiresArg: true,
      coerce: number('timeout', 1),
      describe: 'Seconds to wait for a connection (default: 10)',
    })
    .option('accept-new', {
      type: 'boolean',
      default: false,
      describe: 'Trust and remember the keys of new hosts; changed keys are still refused',
    })
    .option('become', {
      alias: 'b',
      type: 'boolean',
      default: false,
      describe: 'Run everything through sudo',
    })
    .option('become-user', {
      type: 'string',
      requiresArg: true,
      coerce: once('become-user'),
      describe: 'User to become (default: root)',
    })
    .option('ask-become-pass', {
      alias: 'K',
      type: 'boolean',
      default: false,
      describe: 'Ask for the sudo password',
    })
    .option('ask-pass', {
      alias: 'k',
      type: 'boolean',
      default: false,
      describe: 'Ask for the login password',
    })
    .option('trace', {
      type: 'string',
      requiresArg: true,
      coerce: once('trace'),
      describe: 'Write what is sent to hosts into this file, as JSON lines without secrets',
    })
    .group(connectionNames, 'Connection:');
}

export function withOutput<T>(yargs: Argv<T>) {
  return yargs
    .option('json', {
      type: 'boolean',
      default: false,
      describe: 'Print events as JSON lines (docs/events.md)',
    })
    .option('verbose', { alias: 'v', type: 'count', describe: 'More output; up to -vvv' });
}
