import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** CONTRIBUTING.md asks at 250 lines what second subject has crept in; at this many there is one. */
const most = 300;

/** So many files of a folder can be looked over. */
const mostInFolder = 30;

/** Longer files that hold one subject all the same, and which. */
const reasons: Readonly<Record<string, string>> = {
  'template/syntax/compiler.ts': "what each of Jinja2's statements becomes: one case a statement",
  'template/runtime/expression-operations.ts':
    'the operations of compiled expressions, which share their handling of Unknown',
  'template/syntax/expression-parser.ts': 'one recursive descent: a function for each level of precedence',
  'template/syntax/parser.ts': 'one recursive descent: a function for each statement',
  'values/python-regex-translator.ts': "one pass over a pattern: each construct of Python's syntax",
};

const src = new URL('../src', import.meta.url).pathname;

function lengthOf(file: string): number {
  return readFileSync(join(src, file), 'utf8').trimEnd().split('\n').length;
}

describe('source files', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const long = files.filter((file) => lengthOf(file) > most).sort();

  it('are there', () => assert.ok(files.length > 100));

  it(`have one subject each: none is longer than ${most} lines without a reason`, () => {
    assert.deepEqual(
      long.filter((file) => !Object.hasOwn(reasons, file)).map((file) => `${file}: ${lengthOf(file)} lines`),
      [],
    );
  });

  it(`are in folders of at most ${mostInFolder}`, () => {
    const folders = [...new Set(files.map((file) => dirname(file)))];
    const inFolder = (folder: string): number => files.filter((file) => dirname(file) === folder).length;
    assert.deepEqual(
      folders.filter((folder) => inFolder(folder) > mostInFolder),
      [],
    );
  });

  it('are excused only while they are long', () => {
    assert.deepEqual(
      Object.keys(reasons).filter((file) => !long.includes(file)),
      [],
    );
  });
});
