/** Messages, help, documents and comments are in plain English. test/support/wording.ts has the forms and better ones. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { badForms } from './support/wording.js';

/** What these files hold is not ours to write, or it is about the words themselves. */
const leftOut = [
  /^docs\/adr\//,
  /^test\/(words\.test|support\/wording)\.ts$/,
  /^test\/(twins|playbook|inventory|template)\/.*ya?ml$/,
];

const texts = execFileSync(
  'git',
  ['ls-files', 'src', 'docs', 'playbooks', 'templates', 'test', 'scripts', 'README.md', 'CONTRIBUTING.md'],
  {
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => /\.(ts|md|ya?ml|j2)$/.test(file) && !leftOut.some((pattern) => pattern.test(file)));

/** Lines that may stay, exactly as they are. */
const allowed: ReadonlySet<string> = new Set([]);

/** Sentences of before, one of each kind that was found hard to read. */
const examples = [
  'shows a plan that is the truth',
  'Both do all of their own set-up.',
  "what each module's author made of it",
  'tasks behind one that failed often fail',
  'Faults are told as in diagnostics.md',
  'Conditions add up and all must hold',
  'Undo this run and all behind it',
  'each host ends behind the step that it is writing',
  'the comma makes the difference to a path',
  'however far it has come in the play',
  'Proving who one is',
  'the clock stands still meanwhile',
  'name CPUs which the machine has not',
  'All is files, packages, units, sysctls',
  'What was wanted on one host and what came:',
  'Makes sure that a text file has a line, or has not.',
  '"whn" is no keyword of a task.',
  'Take the argument away.',
  'no faults',
  'would now change file:/etc/motd otherwise than planned',
  'No changes: 1 host is as the playbook wants.',
  'it was not reached',
  'it said nothing',
  'to what is no host',
  'keep statistics seldom',
  'a file is at rest',
  'was to be 1 and reads 2',
  'What says which words are ours is there as long as any of them is',
  "Make GRUB's menu anew",
  'the run is passed over',
  'What a module may do hangs on what is unknown',
  'a kernel that hangs before needs hands',
  'The lowest core of each package keeps house',
];

describe('words', () => {
  for (const example of examples) {
    it(`are hard to read in: ${example}`, () => {
      assert.notDeepEqual(badForms(example), []);
    });
  }

  it('are plain in what is right', () => {
    for (const line of [
      'There is no module "x".',
      'It is no longer needed.',
      'The clock is 4 minutes behind.',
      'It is not there.',
    ]) {
      assert.deepEqual(badForms(line), [], line);
    }
  });

  it('are plain in sources and documents', () => {
    assert.ok(texts.length > 500, 'the files are found');
    const found = texts.flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((line, at) =>
          allowed.has(line.trim()) ? [] : badForms(line).map((fault) => `${file}:${at + 1}: ${fault}`),
        ),
    );
    assert.deepEqual(found, [], 'each line with a better form; a line that has to stay goes into `allowed`');
  });
});
