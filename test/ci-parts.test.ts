/** scripts/parts.sh and scripts/sum-results.mjs: what CI runs side by side is counted and shown as if it had run alone. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

describe('the parts of .ci/run', function () {
  // Each starts many processes; a busy machine takes long for them.
  this.timeout(120_000);
  let results: string;

  beforeEach(() => {
    results = mkdtempSync(join(tmpdir(), 'rtprov-parts-'));
  });
  afterEach(() => rmSync(results, { recursive: true }));

  /** What a script of parts prints and how it ends, with the sum after it. */
  function run(script: string): { readonly status: number | null; readonly lines: readonly string[] } {
    const whole = `set -uo pipefail\nresults=$1\n. scripts/parts.sh\n${script}\nend_parts\nnode scripts/sum-results.mjs "$results"`;
    const done = spawnSync('bash', ['-c', whole, 'bash', results], { cwd: root, encoding: 'utf8' });
    assert.equal(done.stderr, '');
    return { status: done.status, lines: done.stdout.trimEnd().split('\n') };
  }

  it('count as one test each, by how their commands end', () => {
    const { status, lines } = run('part good true\npart bad sh -c "echo why; exit 3"');
    assert.equal(status, 1);
    assert.equal(lines.at(-1), '1 passed, 1 failed');
    assert.deepEqual(lines.slice(0, 4), ['== good', '== bad', 'why', 'FAILED: bad']);
    assert.deepEqual(run('part other true').lines.at(-1), '2 passed, 1 failed');
  });

  it('count as many as they say', () => {
    const ring = 'ring() { echo \'{"passed":7,"failed":0,"failures":[]}\' >"$results/ring.json"; }';
    const { status, lines } = run(`${ring}\npart ring ring`);
    assert.equal(status, 0);
    assert.equal(lines.at(-1), '7 passed, 0 failed');
  });

  it('show what they printed one after the other, and their minutes', () => {
    const talk = (name: string): string => `sh -c 'echo ${name} one; sleep 0.1; echo ${name} two'`;
    const { lines } = run(`begin a ${talk('a')}\nbegin b ${talk('b')}\nawait b a`);
    assert.deepEqual(lines.slice(0, 6), ['== b', 'b one', 'b two', '== a', 'a one', 'a two']);
    assert.deepEqual(
      lines.slice(6, -1).map((line) => line.replaceAll(/ *\d+\.\d/g, ' N')),
      ['  begin  minutes  part', ' N N  a', ' N N  b', ' N N  all'],
    );
  });

  it('never pass when they were ended before their end, and leave no child', () => {
    const counted = '{"passed":7,"failed":0}';
    const child = `sh -c 'sleep 1000 & echo $! >"$1/child"; echo "$2" >"$1/ring.json"; wait' sh "$results" '${counted}'`;
    const { status, lines } = run(
      `begin ring ${child}\nuntil [ -s "$results/ring.json" ]; do sleep 0.05; done`,
    );
    assert.equal(status, 1);
    assert.equal(lines.at(-1), '0 passed, 1 failed');
    assert.match(lines.join('\n'), /FAILED: ring was ended before it had finished/);
    const pid = readFileSync(join(results, 'child'), 'utf8').trim();
    assert.equal(existsSync(`/proc/${pid}`), false);
  });
});
