/** The help of each command fits a terminal of 80 columns, and README and docs name only commands and options that there are. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import yargs from 'yargs';
import { addCommands } from '../src/cli/command-list.js';
import { badForms } from './support/wording.js';

const commands = [
  'run',
  'rollback',
  'history',
  'history show',
  'history prune',
  'facts',
  'partition',
  'template',
  'lint',
  'inventory',
  'schema',
  'init',
];

async function helpOf(command: string): Promise<string> {
  const parser = yargs().scriptName('rtprov').locale('en').wrap(80).exitProcess(false);
  addCommands(parser, () => assert.fail('help runs no command'));
  let help = '';
  await parser.parseAsync([...command.split(' '), '--help'].filter(Boolean), {}, (_error, _given, output) => {
    help = output;
  });
  return help;
}

/** `--check` and `-C`, as the help of a command lists them. */
const optionsIn = (help: string): readonly string[] =>
  help
    .split('\n')
    .filter((line) => /^ {2,6}-/.test(line))
    .flatMap(
      (line) =>
        line
          .trim()
          .split(/ {2}/)[0]
          ?.match(/-{1,2}[A-Za-z][a-z-]*/g) ?? [],
    );

interface Quoted {
  readonly at: string;
  readonly command: string;
  readonly options: readonly string[];
}

/** Each `rtprov COMMAND ...` that a page quotes: a line of a block, or a text between backticks. */
function quotedIn(file: string): readonly Quoted[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, at) =>
      [...line.matchAll(/(?:^ {4,}|`)rtprov ([a-z].*?)(?=`|#|&&|\||;| {2,}|$)/g)].map(([, text = '']) => {
        const words = text.replaceAll(/'[^']*'|"[^"]*"/g, 'X').split(/\s+/);
        const two = words.slice(0, 2).join(' ');
        return {
          at: `${file}:${at + 1}`,
          command: commands.includes(two) ? two : (words[0] ?? ''),
          options: words.flatMap((word) => /^-{1,2}[A-Za-z][a-z-]*/.exec(word)?.[0] ?? []),
        };
      }),
    );
}

const pages = execFileSync('git', ['ls-files', 'README.md', 'docs/*.md', 'docs/development/*.md'], {
  encoding: 'utf8',
})
  .split('\n')
  // The page on new commands names one that it adds.
  .filter((file) => file !== '' && !file.startsWith('docs/adr/') && !file.endsWith('/add-a-command.md'));

describe('help and quoted commands', () => {
  for (const command of ['', ...commands])
    it(`help of "rtprov ${command}" fits 80 columns, in plain words`, async () => {
      const lines = (await helpOf(command)).split('\n');
      assert.ok(lines.length > 5, 'there is help');
      assert.deepEqual(
        lines.filter((line) => line.length > 80 || badForms(line).length > 0),
        [],
      );
    });

  it('every command is in this list', async () => {
    const named = [...(await helpOf('')).matchAll(/^ {2}rtprov ([a-z]+)/gm)].map(([, name]) => name);
    assert.deepEqual(
      named.filter((name) => !commands.includes(name ?? '')),
      [],
    );
    assert.equal(named.length, commands.filter((name) => !name.includes(' ')).length);
  });

  it('pages name only commands and options that there are', async () => {
    const quoted = pages.flatMap(quotedIn);
    assert.ok(quoted.length > 50, 'command lines are found');
    const known = new Map<string, readonly string[]>();
    for (const command of commands) known.set(command, optionsIn(await helpOf(command)));
    const wrong = quoted.flatMap(({ at, command, options }) => {
      const those = known.get(command);
      if (those === undefined) return [`${at}: there is no command ${command}`];
      return options
        .filter((option) => !those.includes(option))
        .map((option) => `${at}: ${command} has no ${option}`);
    });
    assert.deepEqual(wrong, []);
  });
});
