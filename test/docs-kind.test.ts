import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The blocks of code after a line that names a file, by its path. */
function filesOf(page: string): ReadonlyMap<string, string> {
  const blocks = page.matchAll(/^`([^`]+)`\n\n```\w+\n(.*?)^```$/gms);
  return new Map([...blocks].map(([, path = '', text = '']) => [path, text]));
}

/** The registry with the lines that the page gives for it. */
function registered(registry: string, page: string): string {
  const [, line] = /^```ts\n(import .*)\n```$/m.exec(page) ?? [];
  const [, entry] = /^```ts\n( *\w+: \w+,)\n```$/m.exec(page) ?? [];
  assert.ok(line !== undefined && entry !== undefined);
  const imported = registry.replace(/^(?=import )/m, `${line}\n`);
  const all = imported.replace(/^(const byName: KindMap = \{\n.*?)^\};$/ms, `$1${entry}\n};`);
  assert.ok(all.includes(`${entry}\n};`));
  return all;
}

describe('the page that shows how a resource kind is added', function () {
  // It starts a second mocha, which compiles all of src again: half a minute on a quiet machine, many times that beside other rings.
  this.timeout(900_000);

  it('gives a kind that passes its test', () => {
    const page = readFileSync('docs/development/add-a-resource-kind.md', 'utf8');
    const files = filesOf(page);
    const tests = [...files.keys()].filter((path) => path.endsWith('.test.ts'));
    assert.equal(tests.length, 1);
    const copy = mkdtempSync(join(tmpdir(), 'rtprov-kind-'));
    try {
      for (const path of ['src', 'package.json', 'tsconfig.json', 'test/resources/kind-shell.ts'])
        cpSync(path, join(copy, path), { recursive: true });
      symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
      for (const [path, text] of files) {
        mkdirSync(dirname(join(copy, path)), { recursive: true });
        writeFileSync(join(copy, path), text);
      }
      const registry = join(copy, 'src/resources/registry.ts');
      writeFileSync(registry, registered(readFileSync(registry, 'utf8'), page));
      const ran = spawnSync(
        'node_modules/.bin/mocha',
        ['--node-option', 'import=tsx', '--timeout', '600000', ...tests],
        {
          cwd: copy,
          encoding: 'utf8',
        },
      );
      assert.equal(ran.status, 0, ran.stdout + ran.stderr);
      assert.match(ran.stdout, /3 passing/);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });
});
