/** `quote` against the real shells. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { quote, sh } from '../../src/shell/shell.js';

const shells: readonly (readonly [string, readonly string[]])[] = [
  ['dash', ['-s']],
  ['bash', ['-s']],
  ['bash', ['--posix', '-s']],
  ['busybox', ['sh', '-s']],
];

const special = fc.constantFrom(
  ...[
    '',
    '-',
    '--',
    '-n',
    '-e',
    '=',
    'a=b',
    '=x',
    '~',
    '~root',
    'a:~',
    '!',
    '!!',
    '{a,b}',
    '{',
    '}',
    '[',
    '*',
    '?',
    '#',
    '#x',
  ],
  ...[
    "'",
    "''",
    "\\'",
    '\\',
    '\\n',
    '"',
    '`id`',
    '$HOME',
    '$(id)',
    '${x}',
    '&',
    '&&',
    ';',
    '|',
    '<',
    '>',
    '(',
    ')',
    '2',
    '%s',
    '%',
  ],
  ...[
    '\n',
    '\n\n',
    'a\n',
    '\r\n',
    '\t',
    ' ',
    '  a  ',
    '\u00a0',
    '\u2028',
    'é',
    '日本',
    '\u{1f600}',
    '\u0001',
    '\u007f',
    '\u0085',
    'if',
    'done',
    'time',
    'in',
  ],
);
const character = fc.oneof(
  special,
  fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
  fc.string({ maxLength: 3 }),
);
/** Any text that UTF-8 and a shell word can hold. */
const word = fc
  .oneof(
    special,
    fc.array(character, { maxLength: 8 }).map((parts) => parts.join('')),
  )
  .filter((text) => !text.includes('\0') && Buffer.from(text).toString() === text);

function run(shell: readonly [string, readonly string[]], script: string, locale: string): string {
  const done = spawnSync(shell[0], shell[1], {
    input: script,
    env: { PATH: process.env['PATH'], LC_ALL: locale },
  });
  assert.equal(done.status, 0, done.stderr.toString());
  return done.stdout.toString();
}

for (const shell of shells) {
  for (const locale of ['C', 'C.UTF-8']) {
    describe(`quote in ${shell[0]} ${shell[1].join(' ')} with ${locale}`, () => {
      it('gives back every argument', () => {
        fc.assert(
          fc.property(fc.array(word, { minLength: 1, maxLength: 60 }), (words) => {
            const output = run(shell, sh`printf '%s\0' ${words}`.text, locale);
            assert.deepEqual(output.split('\0').slice(0, -1), words);
          }),
          { numRuns: 100 },
        );
      }).timeout(240_000);

      it('gives back every assigned value, case word and here-text', () => {
        fc.assert(
          fc.property(word, word, (first, second) => {
            const script = sh`set -eu
x=${first}
y="$x"${second}
case $x in ${first}) printf 'same\0' ;; *) printf 'other\0' ;; esac
printf '%s\0' "$x" "$y" ${second}
`;
            assert.deepEqual(run(shell, script.text, locale).split('\0').slice(0, -1), [
              'same',
              first,
              first + second,
              second,
            ]);
          }),
          { numRuns: 100 },
        );
      }).timeout(240_000);

      it('never lets a value run, redirect or assign', () => {
        fc.assert(
          fc.property(word, (text) => {
            const script = `f() { printf '%s\\0' "$#" "$1"; }\nPATH=/nowhere\nf ${quote(text)}>&1\n${quote(text === '' ? 'x' : text)} 2>/dev/null </dev/null || :\nprintf done`;
            // Words that are names of builtins do run in the last line; none may change what is printed.
            fc.pre(!/^[\w.:[-]+$/.test(text));
            assert.equal(run(shell, script, locale), `1\0${text}\0done`);
          }),
          { numRuns: 100 },
        );
      }).timeout(240_000);
    });
  }
}
