/** The commands and their arguments. Each is loaded when it is called, so that none pays for another's start. */
import type { Argv } from 'yargs';
import { historyArguments, pruneArguments, showArguments } from './commands/history-arguments.js';
import { initArguments } from './commands/init-arguments.js';
import { inventoryArguments } from './commands/inventory-arguments.js';
import { once, withConnection, withHosts, withInventory, withPlaybooks, withRolesPath } from './options.js';
import { partitionArguments } from './commands/partition-arguments.js';
import { rollbackArguments } from './commands/rollback-arguments.js';
import { runArguments } from './commands/run-arguments.js';
import { templateArguments } from './commands/template-arguments.js';

/** Takes the exit code of the command that was called. */
type End = (exitCode: number) => void;

/** Options without those that were not given: yargs sets them to undefined. */
type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function defined<T extends object>(options: T): Defined<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<T>;
}

/** Adds all commands to the parser. */
export function addCommands(parser: Argv, end: End): void {
  addChanges(parser, end);
  parser.command(
    'history',
    'List the recorded runs and rollbacks; for hosts, show their own journals',
    (command) => addHistory(command, end),
  );
  addViews(parser, end);
  addFileViews(parser, end);
  parser.command(
    'init [folder]',
    'Make a project: copy the example inventory and playbook into a folder',
    initArguments,
    async (options) => {
      const { initCommand } = await import('./commands/init.js');
      end(initCommand(options));
    },
  );
}

/** What changes hosts. */
function addChanges(parser: Argv, end: End): void {
  parser
    .command(
      'run <playbooks..>',
      'Apply playbooks to hosts; with --check, show exactly what would change',
      runArguments,
      async (options) => {
        if (options.listTasks || options.listHosts || options.listTags || options.syntaxCheck) {
          const { listCommand } = await import('./commands/list.js');
          end(listCommand(defined(options)));
          return;
        }
        const { runCommand } = await import('./commands/run.js');
        end(await runCommand(defined(options)));
      },
    )
    .command(
      'rollback <hosts..>',
      'Restore hosts to their state before a run',
      rollbackArguments,
      async (options) => {
        const { rollbackCommand } = await import('./commands/rollback.js');
        end(await rollbackCommand(defined(options)));
      },
    );
}

function addHistory(command: Argv, end: End): Argv {
  return command
    .command('$0 [hosts..]', 'List runs and rollbacks', historyArguments, async (options) => {
      const { historyCommand } = await import('./commands/history.js');
      end(await historyCommand(defined(options)));
    })
    .command('show <run> [host]', 'Show what a run changed', showArguments, async (options) => {
      const { historyShowCommand } = await import('./commands/history-show.js');
      end(await historyShowCommand(defined(options)));
    })
    .command(
      'prune [hosts..]',
      'Delete the oldest runs from journals and records; they can no longer be undone',
      pruneArguments,
      async (options) => {
        const { historyPruneCommand } = await import('./commands/history-prune.js');
        end(await historyPruneCommand(defined(options)));
      },
    );
}

/** What only looks at hosts. */
function addViews(parser: Argv, end: End): void {
  parser
    .command(
      'facts <hosts..>',
      'Print the facts of hosts as JSON',
      (command) =>
        withConnection(withInventory(withHosts(command))).option('topology', {
          type: 'boolean',
          default: false,
          describe: 'Print CPUs, cores, caches, NUMA nodes, devices and the CPUs of guests instead of facts',
        }),
      async (options) => {
        const { factsCommand } = await import('./commands/facts.js');
        end(await factsCommand(defined(options)));
      },
    )
    .command(
      'partition [hosts..]',
      'Draw the partition plan of hosts: which CPUs are for housekeeping, which are isolated, and for whom',
      partitionArguments,
      async (options) => {
        const { partitionCommand } = await import('./commands/partition.js');
        end(await partitionCommand(defined(options)));
      },
    )
    .command(
      'template [name]',
      "Print one of rtprov's own templates as a host would get it; nothing is changed",
      templateArguments,
      async (options) => {
        const { templateCommand } = await import('./commands/template.js');
        end(await templateCommand(defined(options)));
      },
    );
}

/** What only reads files here. */
function addFileViews(parser: Argv, end: End): void {
  parser
    .command(
      'lint <playbooks..>',
      'Check playbooks, roles, variables, templates and the inventory',
      (command) => withRolesPath(withInventory(withPlaybooks(command))),
      async (options) => {
        const { lintCommand } = await import('./commands/lint.js');
        end(lintCommand(defined(options)));
      },
    )
    .command('inventory', 'Show the inventory', inventoryArguments, async (options) => {
      const { inventoryCommand } = await import('./commands/inventory.js');
      end(inventoryCommand(defined(options)));
    })
    .command(
      'schema [name]',
      'Print a JSON Schema: playbook, tasks, inventory and others for editors, events for programs',
      (command) =>
        command
          .positional('name', { type: 'string', describe: 'Name of the schema (default: playbook)' })
          .option('out', {
            type: 'string',
            requiresArg: true,
            coerce: once('out'),
            describe: 'Write all schemas into this folder',
          }),
      async (options) => {
        const { schemaCommand } = await import('./commands/schema.js');
        end(schemaCommand(defined(options)));
      },
    );
}
