/** Each test is in one ring. The rings of hosts, virtual machines and twins test the installed program, which no pure test does. This holds them to it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { filesOf, ringOf, rings, slowest } from '../scripts/rings.js';

const root = new URL('..', import.meta.url).pathname;
const starter = 'test/support/program.ts';

/** What runs a command of the program within the process that imports it. */
const inProcess = /^src\/(cli\/|engine\/(run\/run|rollback\/rollback)\.ts$)/;

/** A path to the program's start, in the sources or in a build: only the installed one counts. */
const otherProgram = /src\/cli\/main|dist\/cli/;

interface Source {
  readonly text: string;
  /** Files of this repository that it loads; imports of types alone load nothing. */
  readonly imports: readonly string[];
}

function read(file: string): Source {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(/^(?:import|export) (?!type )(?:[^'";]*? from )?'(\.[^']+)\.js';/gms);
  const imports = [...found].map(
    ([, path = '']) => `${relative(root, resolve(root, dirname(file), path))}.ts`,
  );
  return { text, imports };
}

/** All files that a test loads from this repository, each with the file that loads it. */
function loadedBy(test: string): ReadonlyMap<string, string> {
  const all = new Map([[test, '']]);
  for (const [file] of all) {
    if (file.startsWith('src/')) continue;
    for (const path of read(file).imports) if (!all.has(path)) all.set(path, file);
  }
  return all;
}

describe('the rings of tests', () => {
  const named = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\btest\.[a-z]+$/.test(file))
    .map((file) => join('test', file));

  it('hold each test once', () => {
    assert.deepEqual(rings.flatMap((ring) => [...filesOf(ring)]).sort(), named.sort());
  });

  it('hold what is said to be slow, and begin with it', () => {
    for (const ring of rings) {
      assert.deepEqual(
        slowest[ring].map((file) => ringOf(file)),
        slowest[ring].map(() => ring),
      );
      assert.deepEqual(filesOf(ring).slice(0, slowest[ring].length), slowest[ring]);
    }
  });

  it('are what npm runs under their names', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    for (const ring of rings) assert.match(scripts[`test:${ring}`] ?? '', new RegExp(` ${ring}$`));
  });
});

describe('the rings of hosts and virtual machines', () => {
  const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(host|vm)\.test\.ts$/.test(file))
    .map((file) => join('test', file));

  it('are there', () => assert.ok(tests.length > 30, `${tests.length} files`));

  it('run no command of the program within the process of the tests', () => {
    const faults = tests.flatMap((test) =>
      [...loadedBy(test)]
        .filter(([file]) => inProcess.test(file))
        .map(([file, by]) => `${by} imports ${file} (for ${test})`),
    );
    assert.deepEqual([...new Set(faults)], [], `start the program with ${starter}`);
  });

  it('start the program that is installed, and no other', () => {
    const files = new Set(tests.flatMap((test) => [...loadedBy(test).keys()]));
    const faults = [...files].filter(
      (file) => file.startsWith('test/') && otherProgram.test(read(file).text),
    );
    assert.deepEqual(faults, [], `start the program with ${starter}`);
  });
});
