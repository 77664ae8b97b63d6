#!/usr/bin/env node
/** The command line. Commands are loaded when they are called, so that none pays for another's start. */
import yargs from 'yargs';
import { config as configureZod } from 'zod';
import { hideBin } from 'yargs/helpers';
import { DiagnosticError, RtprovError } from '../diagnostics/diagnostic.js';
import { commaList, number, once, withConnection, withInventory, withOutput } from './options.js';
import { packageVersion } from './version.js';

// Each schema checks a few values once: making code for it first takes longer than the checks.
configureZod({ jitless: true });

/** Exit codes: see docs/plan-and-undo.md. */
const usage = 2;
const ownFault = 1;

/** Codes of errors that are the user's input, found before any host was contacted. */
const inputCodes: ReadonlySet<string> = new Set([
  'BAD_INPUT',
  'BAD_OPTION',
  'BAD_PLAN',
  'NO_PROMPT',
  'NO_ANSWER',
  'BECOME_METHOD',
]);

async function report(error: unknown): Promise<number> {
  const { paintFor } = await import('../report/paint.js');
  const paint = paintFor(process.stderr);
  if (error instanceof DiagnosticError) {
    const { formatDiagnostics } = await import('../diagnostics/format.js');
    process.stderr.write(`${formatDiagnostics(error.diagnostics, { paint, baseDir: process.cwd() })}\n`);
    return usage;
  }
  if (error instanceof RtprovError) {
    process.stderr.write(
      `${paint.red(`error ${error.code}:`)} ${error.message}\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`,
    );
    return inputCodes.has(error.code) ? usage : error.code === 'PLAN_DRIFT' ? 4 : ownFault;
  }
  process.stderr.write(
    `${paint.red('This is a fault in rtprov:')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return ownFault;
}

/** Options without those that were not given: yargs sets them to undefined. */
type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function defined<T extends object>(options: T): Defined<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<T>;
}

class UsageError extends RtprovError {
  constructor(message: string) {
    super('BAD_OPTION', message, { hint: 'See `rtprov --help` and `rtprov COMMAND --help`.' });
  }
}

async function main(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const parser = yargs(args)
    .scriptName('rtprov')
    .locale('en')
    .version(packageVersion())
    .help()
    .alias('help', 'h')
    .strict()
    .demandCommand(1, 'Name a command.')
    .recommendCommands()
    .parserConfiguration({ 'greedy-arrays': false, 'camel-case-expansion': true })
    .exitProcess(false)
    .fail((message: string | undefined, error: unknown) => {
      // What a coercion throws comes wrapped as yargs' own error; what a command throws comes as it is.
      if (error instanceof Error && error.name !== 'YError') throw error;
      throw new UsageError(error instanceof Error ? error.message : (message ?? 'wrong usage'));
    })
    .command(
      'run <playbooks..>',
      'Converge hosts; with --check show exactly what that would do',
      (command) =>
        withOutput(withConnection(withInventory(command)))
          .positional('playbooks', {
            type: 'string',
            array: true,
            demandOption: true,
            describe: 'Playbook files',
          })
          .option('check', {
            alias: 'C',
            type: 'boolean',
            default: false,
            describe: 'Plan only: nothing is changed',
          })
          .option('diff', {
            alias: 'D',
            type: 'boolean',
            default: false,
            describe: 'Show what changes in files',
          })
          .option('forks', {
            alias: 'f',
            type: 'number',
            default: 50,
            requiresArg: true,
            coerce: number('forks', 1),
            describe: 'Hosts at once',
          })
          .option('tags', { alias: 't', ...commaList, describe: 'Only tasks with these tags' })
          .option('skip-tags', { ...commaList, describe: 'No tasks with these tags' })
          .option('start-at-task', {
            type: 'string',
            requiresArg: true,
            coerce: once('start-at-task'),
            describe: 'Begin at the task of this name',
          })
          .option('step', { type: 'boolean', default: false, describe: 'Ask before each task' })
          .option('plan', {
            type: 'string',
            requiresArg: true,
            coerce: once('plan'),
            describe: 'With --check: save the plan; without: apply exactly this plan',
          })
          .option('detailed-exitcode', {
            type: 'boolean',
            default: false,
            describe: 'With --check: exit code 3 when changes are pending',
          })
          .option('rollback-on-failure', {
            type: 'boolean',
            default: false,
            describe: 'Put a host that fails back as it was before this run',
          })
          .option('list-tasks', {
            type: 'boolean',
            default: false,
            describe: 'List the tasks and do nothing',
          })
          .option('list-hosts', {
            type: 'boolean',
            default: false,
            describe: 'List the hosts and do nothing',
          })
          .option('list-tags', { type: 'boolean', default: false, describe: 'List the tags and do nothing' })
          .option('syntax-check', {
            type: 'boolean',
            default: false,
            describe: 'Check all files and do nothing',
          }),
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
      (command) =>
        withOutput(withConnection(withInventory(command)))
          .positional('hosts', {
            type: 'string',
            array: true,
            demandOption: true,
            describe: 'Hosts or patterns',
          })
          .option('to', {
            type: 'string',
            requiresArg: true,
            coerce: once('to'),
            describe: 'Undo this run and all behind it (the last run)',
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
            describe: 'Also undo what was changed since by something else',
          })
          .option('forks', {
            alias: 'f',
            type: 'number',
            default: 50,
            requiresArg: true,
            coerce: number('forks', 1),
            describe: 'Hosts at once',
          }),
      async (options) => {
        const { rollbackCommand } = await import('./rollback-command.js');
        exitCode = await rollbackCommand(defined(options));
      },
    )
    .command(
      'history [host]',
      'Runs on record here; for a host also what its own journal says',
      (command) =>
        withOutput(withConnection(withInventory(command))).positional('host', {
          type: 'string',
          describe: 'A host',
        }),
      async (options) => {
        const { historyCommand } = await import('./history-command.js');
        exitCode = await historyCommand(defined(options));
      },
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
        withInventory(command).positional('playbooks', {
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
    .command(
      'inventory',
      'Show the inventory',
      (command) =>
        withInventory(command)
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
          .option('vars', { type: 'boolean', default: false, describe: 'With --graph: variables too' }),
      async (options) => {
        const { inventoryCommand } = await import('./inventory-command.js');
        exitCode = inventoryCommand(defined(options));
      },
    )
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
  await parser.parseAsync();
  return exitCode;
}

// A reader that goes away (`| head`) must not end a run between two changes.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  process.exitCode = await main(hideBin(process.argv));
} catch (error) {
  process.exitCode = await report(error);
}
