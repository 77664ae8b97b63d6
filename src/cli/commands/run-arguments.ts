/** The arguments of `rtprov run`. Apart from the command itself, which is only loaded when it is called. */
import type { Argv } from 'yargs';
import {
  commaList,
  number,
  once,
  withConnection,
  withInventory,
  withOutput,
  withPlaybooks,
  withRolesPath,
} from '../options.js';

export function runArguments(command: Argv) {
  return withOutput(withConnection(withRolesPath(withInventory(withPlaybooks(command)))))
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
      describe: 'How many hosts at the same time',
    })
    .option('tags', { alias: 't', ...commaList, describe: 'Only tasks with these tags' })
    .option('skip-tags', { ...commaList, describe: 'Skip tasks with these tags' })
    .option('start-at-task', {
      type: 'string',
      requiresArg: true,
      coerce: once('start-at-task'),
      describe: 'Start at the task with this name',
    })
    .option('step', { type: 'boolean', default: false, describe: 'Ask before each task' })
    .option('plan', {
      type: 'string',
      requiresArg: true,
      coerce: once('plan'),
      describe: 'With --check: save the plan in this file; without it: apply exactly the plan in this file',
    })
    .option('detailed-exitcode', {
      type: 'boolean',
      default: false,
      describe: 'With --check: exit code 3 when changes are pending',
    })
    .option('rollback-on-failure', {
      type: 'boolean',
      default: false,
      describe: 'Roll back this run on each host that fails',
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
    });
}
