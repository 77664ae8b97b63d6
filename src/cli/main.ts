/** The command line. */
import yargs from 'yargs';
import { config as configureZod } from 'zod';
import { RtprovError } from '../diagnostics/diagnostic.js';
import { hideBin } from 'yargs/helpers';
import { addCommands } from './command-list.js';
import { refusalOf } from './options.js';
import { guardOutput } from './output.js';
import { reportError } from './report-error.js';
import { usageError } from './unknown-options.js';
import { packageVersion } from './version.js';

// Each schema checks a few values once: making code for it first takes longer than the checks.
configureZod({ jitless: true });

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
      throw new RtprovError('BAD_OPTION', `--${name} takes no value, but ${JSON.stringify(value)} is given`, {
        hint: 'Remove the value.',
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
      const told = error instanceof Error ? error.message : (message ?? 'wrong usage');
      throw refusalOf(told) ?? usageError(told, Object.keys(getOptions.call(parser).key), args, commands);
    });
  addCommands(parser, (code) => {
    exitCode = code;
  });
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
