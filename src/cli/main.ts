/** The command line. Commands are loaded when they are called, so that none pays for another's start. */
import yargs from 'yargs';
import { config as configureZod } from 'zod';
import { RtprovError } from '../diagnostics/diagnostic.js';
import { hideBin } from 'yargs/helpers';
import { historyArguments, pruneArguments, showArguments } from './history-arguments.js';
import { inventoryArguments } from './inventory-arguments.js';
import { guardOutput } from './output.js';
import { once, withConnection, withInventory, withRolesPath } from './options.js';
import { reportError } from './report-error.js';
import { rollbackArguments } from './rollback-arguments.js';
import { runArguments } from './run-arguments.js';
import { usageError } from './unknown-options.js';
import { packageVersion } from './version.js';

// Each schema checks a few values once: making code for it first takes longer than the checks.
configureZod({ jitless: true });

/** Options without those that were not given: yargs sets them to undefined. */
type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function defined<T extends object>(options: T): Defined<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<T>;
}

/** What yargs' types do not have. */
interface Internals {
  getInternalMethods(): {
    getUsageInstance(): { cacheHelpMessage: () => void };
    getCommandInstance(): { getCommands(): readonly string[] };
  };
}

/** yargs writes the whole help text before each command in case that it fails; `fail` below shows none, and it takes a tenth of a run. */
function withoutHelpInAdvance(parser: object): void {
  (parser as Internals).getInternalMethods().getUsageInstance().cacheHelpMessage = () => undefined;
}

/** yargs takes every word but `true` for false: `--check=yes` would change hosts. */
function refuseFlagValues(args: readonly string[], flags: readonly string[]): void {
  const end = args.indexOf('--');
  for (const arg of end === -1 ? args : args.slice(0, end)) {
    const [, name = '', value] = /^--([a-z-]+)=(.*)$/s.exec(arg) ?? [];
    if (value !== undefined && flags.includes(name) && value !== 'true' && value !== 'false')
      throw new RtprovError('BAD_OPTION', `--${name} takes no value, and ${JSON.stringify(value)} is given`, {
        hint: 'Take the value away.',
      });
  }
}

/** Arguments for ssh begin with a dash, which yargs takes for the next option: `--ssh-common-args "-J jump"`. */
function joinSshArguments(words: readonly string[]): readonly string[] {
  const at = words.indexOf('--ssh-common-args');
  const end = words.indexOf('--');
  const value = words[at + 1];
  if (at === -1 || (end !== -1 && end < at) || value === undefined || !/^-[^-]/.test(value)) return words;
  return [...words.slice(0, at), `--ssh-common-args=${value}`, ...words.slice(at + 2)];
}

async function main(words: readonly string[]): Promise<number> {
  const args = joinSshArguments(words);
  let exitCode = 0;
  const parser = yargs(args)
    .scriptName('rtprov')
    .locale('en')
    .version(packageVersion())
    .help()
    .alias('help', 'h')
    .strict()
    .demandCommand(1, 'Name a command.')
    .parserConfiguration({ 'greedy-arrays': false, 'camel-case-expansion': true })
    .exitProcess(false)
    .fail((message: string | undefined, error: unknown) => {
      // What a coercion throws comes wrapped as yargs' own error; what a command throws comes as it is.
      if (error instanceof Error && error.name !== 'YError') throw error;
      throw usageError(
        error instanceof Error ? error.message : (message ?? 'wrong usage'),
        Object.keys(getOptions.call(parser).key),
        args,
        commands,
      );
    })
    .command(
      'run <playbooks..>',
      'Converge hosts; with --check show exactly what that would do',
      runArguments,
      async (options) => {
        if (options.listTasks || options.listHosts || options.listTags || options.syntaxCheck) {
          const { listCommand } = await import('./list-command.js');
          exitCode = listCommand(defined(options));
          return;
        }
        const { runCommand } = await import('./run-command.js');
        exitCode = await runCommand(defined(options));
      },
    )
    .command(
      'rollback <hosts..>',
      'Put hosts back as they were before a run',
      rollbackArguments,
      async (options) => {
        const { rollbackCommand } = await import('./rollback-command.js');
        exitCode = await rollbackCommand(defined(options));
      },
    )
    .command(
      'history',
      'Runs and rollbacks on record here; for hosts what their own journals say',
      (command) =>
        command
          .command('$0 [hosts..]', 'List runs and rollbacks', historyArguments, async (options) => {
            const { historyCommand } = await import('./history-command.js');
            exitCode = await historyCommand(defined(options));
          })
          .command('show <run> [host]', 'What a run changed', showArguments, async (options) => {
            const { historyShowCommand } = await import('./history-show.js');
            exitCode = await historyShowCommand(defined(options));
          })
          .command(
            'prune [hosts..]',
            'Take the oldest runs out of journals and records: they cannot be undone any more',
            pruneArguments,
            async (options) => {
              const { historyPruneCommand } = await import('./history-prune.js');
              exitCode = await historyPruneCommand(defined(options));
            },
          ),
    )
    .command(
      'facts <hosts..>',
      'Print the facts of hosts as JSON',
      (command) =>
        withConnection(withInventory(command)).positional('hosts', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'Hosts or patterns',
        }),
      async (options) => {
        const { factsCommand } = await import('./facts-command.js');
        exitCode = await factsCommand(defined(options));
      },
    )
    .command(
      'lint <playbooks..>',
      'Check playbooks, roles, variables, templates and the inventory',
      (command) =>
        withRolesPath(withInventory(command)).positional('playbooks', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'Playbook files',
        }),
      async (options) => {
        const { lintCommand } = await import('./lint-command.js');
        exitCode = lintCommand(defined(options));
      },
    )
    .command('inventory', 'Show the inventory', inventoryArguments, async (options) => {
      const { inventoryCommand } = await import('./inventory-command.js');
      exitCode = inventoryCommand(defined(options));
    })
    .command(
      'schema [name]',
      'Print a JSON Schema: playbook, tasks, inventory and others for editors, events for programs',
      (command) =>
        command.positional('name', { type: 'string', describe: 'Which schema (playbook)' }).option('out', {
          type: 'string',
          requiresArg: true,
          coerce: once('out'),
          describe: 'Write all schemas into this folder',
        }),
      async (options) => {
        const { schemaCommand } = await import('./schema-command.js');
        exitCode = schemaCommand(defined(options));
      },
    );
  // The options of the command are known then. yargs' types do not know getOptions.
  const { getOptions } = parser as unknown as {
    getOptions: () => { readonly boolean: readonly string[]; readonly key: object };
  };
  const commands = (parser as unknown as Internals).getInternalMethods().getCommandInstance().getCommands();
  parser.middleware(() => refuseFlagValues(args, getOptions.call(parser).boolean), true);
  withoutHelpInAdvance(parser);
  await parser.parseAsync();
  return exitCode;
}

guardOutput();

void main(hideBin(process.argv))
  .catch(reportError)
  .then((exitCode) => {
    process.exitCode = exitCode;
  });
