/** The pages that show how something is added are followed literally: their steps are done in a copy, which then compiles and passes their tests. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The pages in docs/development, and what their example is called in the titles of tests. */
const pages: Readonly<Record<string, string>> = {
  'add-a-module.md': 'reboot_on_panic',
  'add-a-resource-kind.md': 'sebool',
  'add-a-command.md': 'groups',
  'add-an-inventory-variable.md': 'rtprov_keepalive',
};

/** A block of code: a new file, or lines that go after a line of a file that is there. Paths begin at the repository. */
interface Step {
  readonly path: string;
  readonly after?: string;
  readonly text: string;
}

/** What mocha's reporter `json` prints. */
interface Report {
  readonly stats: { readonly tests: number; readonly passes: number };
  readonly passes: readonly { readonly fullTitle: string; readonly file: string }[];
}

/** Each block of a page is a step. */
function stepsOf(page: string): readonly Step[] {
  const text = readFileSync(join('docs/development', page), 'utf8');
  const blocks = text.matchAll(/^(?:In )?`([^`\n]+)`(?:, after `([^`\n]+)`)?\n\n```\w+\n(.*?)^```$/gms);
  const steps = [...blocks].map(([, path = '', after, lines = '']) => ({
    path,
    text: lines,
    ...(after === undefined ? {} : { after }),
  }));
  assert.equal(
    steps.length,
    (text.match(/^```\w/gm) ?? []).length,
    `${page}: a block does not say where it goes`,
  );
  return steps;
}

function follow(copy: string, { path, after, text }: Step): void {
  const file = join(copy, path);
  if (after === undefined) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: 'wx' });
    return;
  }
  const lines = readFileSync(file, 'utf8').split('\n');
  const places = lines.flatMap((line, at) => (line.trim() === after ? [at] : []));
  assert.equal(places.length, 1, `${path}: ${after}`);
  lines.splice((places[0] ?? 0) + 1, 0, text.trimEnd());
  writeFileSync(file, lines.join('\n'));
}

/** Runs a tool of node_modules in the copy to its end, and gives what makes its faults known. */
function tool(
  cwd: string,
  signal: AbortSignal,
  name: string,
  ...args: readonly string[]
): Promise<{ readonly failed: boolean; readonly stdout: string; readonly all: string }> {
  return new Promise((resolve) => {
    execFile(
      join('node_modules/.bin', name),
      args,
      { cwd, signal, maxBuffer: 2 ** 24 },
      (error, stdout, stderr) => resolve({ failed: error !== null, stdout, all: stdout + stderr }),
    );
  });
}

describe('the pages that show how something is added', function () {
  // All sources are compiled. On a slow machine that takes minutes.
  this.timeout(600_000);
  const late = new AbortController();
  let copy: string;

  before(() => {
    copy = mkdtempSync(join(tmpdir(), 'rtprov-steps-'));
    for (const path of ['src', 'test', 'package.json', 'tsconfig.json'])
      cpSync(path, join(copy, path), { recursive: true });
    symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
  });
  after(() => {
    // After a time limit the tools still run.
    late.abort();
    rmSync(copy, { recursive: true, maxRetries: 3 });
  });

  it('are all followed here', () => {
    const found = readdirSync('docs/development').filter((page) => page.startsWith('add-'));
    assert.deepEqual(found.sort(), Object.keys(pages).sort());
  });

  it('give what compiles and passes its tests', async () => {
    const steps = Object.keys(pages).map(stepsOf);
    for (const step of steps.flat()) follow(copy, step);
    const tests = steps.map((own) => own.map(({ path }) => path).filter((path) => path.endsWith('.test.ts')));
    const typed = { extends: './tsconfig.json', include: ['src', ...tests.flat()] };
    writeFileSync(join(copy, 'tsconfig.steps.json'), JSON.stringify(typed));
    // Tests of other kinds in the same files run in their own place.
    const titles = [...Object.values(pages), 'every kind'].join('|');
    const [compiled, tested] = await Promise.all([
      tool(copy, late.signal, 'tsc', '-p', 'tsconfig.steps.json'),
      tool(
        copy,
        late.signal,
        'mocha',
        '--import=tsx',
        '--timeout=300000',
        '--reporter=json',
        `--grep=${titles}`,
        ...tests.flat(),
      ),
    ]);
    assert.ok(!compiled.failed, compiled.all);
    assert.ok(!tested.failed, tested.all);
    const { stats, passes } = JSON.parse(tested.stdout) as Report;
    assert.equal(stats.passes, stats.tests);
    for (const [at, [page, example]] of Object.entries(pages).entries()) {
      assert.notEqual(tests[at]?.length, 0, page);
      for (const test of tests[at] ?? [])
        assert.ok(
          passes.some(({ file, fullTitle }) => file === join(copy, test) && fullTitle.includes(example)),
          `${page}: no test of ${example} in ${test}`,
        );
    }
  });
});
