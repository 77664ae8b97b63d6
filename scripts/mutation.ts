/**
 * Do the pure tests notice when the core is wrong? Applies small changes to src/planner, src/journal and src/rt, one at a time, and
 * runs the nearest tests with each, in a copy and cut off from this machine (mutation/sandbox.sh; as root). docs/development/mutants.md.
 *
 *     npm run mutation -- [--sample N] [--seed S] [--tests N] [--seconds N] [--known] [PATH...]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { numbersFrom } from '../test/support/seed.js';
import { known } from './mutation/known.js';
import { mutantsOf, type Mutant } from './mutation/mutants.js';
import { Nearest } from './mutation/nearest.js';

const root = join(import.meta.dirname, '..');
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** So many of all mutants, chosen by the seed. */
    sample: { type: 'string' },
    seed: { type: 'string' },
    /** How many test files are tried for each mutant. */
    tests: { type: 'string', default: '8' },
    /** A mutant whose tests take longer counts as noticed. */
    seconds: { type: 'string', default: '240' },
    /** Only the mutants of mutation/known.ts, each with the test that is to notice it. */
    known: { type: 'boolean', default: false },
  },
});
const seconds = Number(options.seconds);

interface Trial extends Mutant {
  readonly tests: readonly string[];
}

function sourcesOf(path: string): readonly string[] {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(path, name))
    .sort();
}

function sampled(all: readonly Mutant[]): readonly Mutant[] {
  if (options.sample === undefined) return all;
  const seed = Number(options.seed ?? Date.now() % 1_000_000);
  console.log(`${options.sample} of ${all.length} mutants, --seed ${seed}`);
  const next = numbersFrom(seed);
  const chosen = all
    .map((mutant) => ({ mutant, at: next() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, Number(options.sample))
    .map(({ mutant }) => mutant);
  return all.filter((mutant) => chosen.includes(mutant));
}

function generated(): readonly Trial[] {
  const paths = positionals.length === 0 ? ['src/planner', 'src/journal', 'src/rt'] : positionals;
  const all = paths
    .flatMap(sourcesOf)
    .flatMap((file) => mutantsOf(file, readFileSync(join(root, file), 'utf8')));
  const nearest = new Nearest(root);
  return sampled(all).map((mutant) => ({ ...mutant, tests: nearest.of(mutant.file, Number(options.tests)) }));
}

function knownTrials(): readonly Trial[] {
  return known.map(({ what, file, find, put, test }) => {
    const content = readFileSync(join(root, file), 'utf8');
    const start = content.indexOf(find);
    if (start < 0 || content.includes(find, start + 1))
      throw new Error(
        `${file} does not have this once: ${find}\nWrite ${what} again in scripts/mutation/known.ts.`,
      );
    return { file, start, end: start + find.length, text: put, what, tests: [test] };
  });
}

class Copy {
  private readonly dir = mkdtempSync(join(tmpdir(), 'rtprov-mutation-'));
  private readonly tree = join(this.dir, 'tree');

  constructor() {
    for (const name of ['tree', 'box']) mkdirSync(join(this.dir, name));
    const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
    });
    const there = files
      .toString()
      .split('\0')
      .filter((file) => file !== '' && existsSync(join(root, file)));
    const archive = execFileSync('tar', ['-cf', '-', '--null', '-T', '-'], {
      cwd: root,
      input: there.join('\0'),
      maxBuffer: 2 ** 30,
    });
    execFileSync('tar', ['-xf', '-'], { cwd: this.tree, input: archive });
    mkdirSync(join(this.tree, 'node_modules'));
  }

  /** `output`: JSON of mocha. */
  private mocha(
    tests: readonly string[],
    bail: boolean,
  ): { readonly status: number | null; readonly output: string } {
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      [
        ...['--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private'],
        ...['sh', join(import.meta.dirname, 'mutation', 'sandbox.sh')],
        ...[this.tree, join(root, 'node_modules'), join(this.dir, 'box')],
        ...['node', 'node_modules/mocha/bin/mocha.js', '--node-option', 'import=tsx', '--timeout', '30000'],
        ...['--reporter', 'json', ...(bail ? ['--bail'] : []), ...tests],
      ],
      {
        encoding: 'utf8',
        timeout: (bail ? seconds : 3600) * 1000,
        killSignal: 'SIGKILL',
        maxBuffer: 2 ** 30,
      },
    );
    return { status, output: stdout.includes('{') ? stdout.slice(stdout.indexOf('{\n  "stats"')) : stderr };
  }

  /** The test files that fail without any mutant, with what they said. */
  failing(tests: readonly string[]): ReadonlyMap<string, string> {
    const { status, output } = this.mocha(tests, false);
    if (status === 0) return new Map();
    try {
      const { failures } = JSON.parse(output) as { failures: { file: string; fullTitle: string }[] };
      return new Map(failures.map(({ file, fullTitle }) => [file.replace('/mutant/', ''), fullTitle]));
    } catch {
      throw new Error(`the tests cannot be run: ${output.slice(0, 2000)}`);
    }
  }

  /** What notices the mutant: the name of a test, or that there was no end or no start; undefined when none does. */
  try({ file, start, end, text, tests }: Trial): string | undefined {
    const path = join(this.tree, file);
    const content = readFileSync(path, 'utf8');
    writeFileSync(path, content.slice(0, start) + text + content.slice(end));
    try {
      const { status, output } = this.mocha(tests, true);
      if (status === 0) return undefined;
      if (status === null) return `no end in ${seconds} s`;
      try {
        const { failures } = JSON.parse(output) as { failures: { fullTitle: string }[] };
        return failures[0]?.fullTitle ?? 'mocha itself';
      } catch {
        return `no start: ${output.split('\n').find((line) => line.includes('Error')) ?? ''}`;
      }
    } finally {
      writeFileSync(path, content);
    }
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

const trials = options.known ? knownTrials() : generated();
const copy = new Copy();
try {
  const broken = copy.failing([...new Set(trials.flatMap(({ tests }) => tests))]);
  for (const [file, title] of broken)
    console.log(`left out, as it fails without a mutant: ${file} (${title})`);
  const survivors: Trial[] = [];
  for (const trial of trials) {
    const tests = trial.tests.filter((test) => !broken.has(test));
    const by = tests.length === 0 ? undefined : copy.try({ ...trial, tests });
    if (by === undefined) survivors.push(trial);
    console.log(
      `${by === undefined ? 'SURVIVED' : 'killed  '} ${trial.file}:${trial.what}${by === undefined ? '' : `  <- ${by}`}`,
    );
  }
  const killed = trials.length - survivors.length;
  const percent = trials.length === 0 ? 100 : Math.round((1000 * killed) / trials.length) / 10;
  console.log(`\n${killed} of ${trials.length} killed, ${percent} %`);
  for (const { file, what, tests } of survivors)
    console.log(`survived: ${file}:${what}  (${tests.join(' ')})`);
  if (options.known && survivors.length > 0) process.exitCode = 1;
} finally {
  copy.remove();
}
