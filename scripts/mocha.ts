// Usage: node --import tsx scripts/mocha.ts RING [FILE or option of mocha]...: runs one ring of tests (pure, hosts or vm), or only the files that are
// named. What a ring holds is in scripts/rings.ts, how it is run in test/mocharc.RING.json.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processCost, slowFrom } from './process-cost.js';
import { filesOf, type Ring, ringOf, rings } from './rings.js';

const root = fileURLToPath(new URL('..', import.meta.url));

function fail(text: string): never {
  console.error(text);
  process.exit(2);
}

/** A test file as it was given, below the user's folder or the repository's. */
function testFile(ring: Ring, given: string): string {
  // npm starts scripts in the folder of package.json, and reports the user's own.
  const bases = [process.env['INIT_CWD'] ?? process.cwd(), root];
  const path = bases.map((base) => resolve(base, given)).find((found) => existsSync(found));
  if (path === undefined) fail(`${given}: there is no such file`);
  const file = relative(root, path);
  const owner = ringOf(file);
  if (owner === undefined)
    fail(`${given} is not a test: tests are below test/ and their names end with .test.ts`);
  if (owner !== ring) fail(`${given} is a test of the ring ${owner}. Run: npm run test:${owner} -- ${given}`);
  return file;
}

const [wanted, ...args] = process.argv.slice(2);
const ring =
  rings.find((name) => name === wanted) ??
  fail(`usage: scripts/mocha.ts ${rings.join('|')} [FILE or option of mocha]...`);
const isFile = (arg: string): boolean => /^[^-].*\.ts$/.test(arg);
const files = args.filter(isFile).map((arg) => testFile(ring, arg));
const options = args.filter((arg) => !isFile(arg));
if (options.includes('--watch')) options.push('--watch-files=src/**/*.ts', '--watch-files=test/**/*.ts');
// Without processes of its own a file's lines appear as they come; but a watched file is loaded again only by a new process.
else if (files.length === 1) options.push('--no-parallel');

/** Whether tests try fewer cases (test/support/slow.ts), which is measured unless somebody has said it. */
function slow(): string {
  const given = process.env['RTPROV_TEST_SLOW'];
  if (given !== undefined) return given;
  if (process.env['RTPROV_THOROUGH'] !== undefined) return '0';
  const cost = processCost();
  if (cost < slowFrom) return '0';
  console.log(
    `A process takes ${cost.toFixed(1)} ms of processor time to start, so fewer cases are tried: docs/development/ci.md. RTPROV_TEST_SLOW=0 tries all.`,
  );
  return '1';
}

const child = spawn(
  process.execPath,
  [
    // An option of Node in mocha's configuration would put a process in between that hands on no signal but SIGINT.
    '--import=tsx',
    'node_modules/mocha/bin/mocha.js',
    `--config=test/mocharc.${ring}.json`,
    ...options,
    ...(files.length === 0 ? filesOf(ring) : files),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, RTPROV_TEST_SLOW: slow() } },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) =>
  process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
);
