/** scripts/check-named-tests.mjs: CI fails unless each test that test/coverage.json names ran and passed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
// A ring of its own in which tests pass, fail and are skipped, so that the check has each of them to judge.
const suite = `describe('a suite', () => {
  it('passes', () => {});
  it('passes too', () => {});
  it('fails', () => { throw new Error('on purpose'); });
  it.skip('waits', () => {});
});
`;

describe('the check of named tests', function () {
  // Each starts node once or twice; a busy machine takes long for that.
  this.timeout(120_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rtprov-named-'));
    mkdirSync(join(folder, 'results'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Leaves what the reporter writes of a ring in which two tests pass, one fails and one is skipped. */
  function runRing(name: string): void {
    const file = join(folder, 'suite.test.cjs');
    writeFileSync(file, suite);
    const args = ['--no-config', '--reporter', join(root, 'test', 'reporter.cjs'), file];
    const results = join(folder, 'results', `${name}.json`);
    const done = spawnSync(process.execPath, [join(root, 'node_modules/mocha/bin/mocha.js'), ...args], {
      env: { ...process.env, RTPROV_TEST_RESULTS: results },
      encoding: 'utf8',
    });
    assert.equal(done.stderr, '');
  }

  function check(named: unknown): { readonly status: number | null; readonly lines: readonly string[] } {
    const file = join(folder, 'named.json');
    writeFileSync(file, JSON.stringify(named));
    const args = ['scripts/check-named-tests.mjs', join(folder, 'results'), file];
    const done = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    assert.equal(done.stderr, '');
    return { status: done.status, lines: done.stdout.trimEnd().split('\n') };
  }

  it('passes when all of them passed, in whatever ring', () => {
    runRing('one');
    writeFileSync(join(folder, 'results', 'two.json'), '{"passed":1,"failed":0,"titles":["another ring"]}');
    writeFileSync(join(folder, 'results', 'format.json'), '{"passed":1,"failed":0}');
    const named = { rules: { A: 'a suite passes', B: 'a suite passes too' }, traps: { C: 'another ring' } };
    assert.deepEqual(check(named), { status: 0, lines: ['3 of 3 named tests ran and passed'] });
  });

  it('fails for a title that no test has, for a test that failed and for one that was skipped', () => {
    runRing('one');
    const titles = { A: 'a suite passes', B: 'a suite is imagined', C: 'a suite fails', D: 'a suite waits' };
    const { status, lines } = check({ rules: titles });
    assert.equal(status, 1);
    assert.deepEqual(lines, [
      'rules, B: "a suite is imagined": no test of that title passed in this run',
      'rules, C: "a suite fails": it failed',
      'rules, D: "a suite waits": it failed',
      '1 of 4 named tests ran and passed',
    ]);
  });

  it('fails when no ring has left its titles, and when nothing is named', () => {
    writeFileSync(join(folder, 'results', 'pure.json'), '{"passed":0,"failed":1}');
    assert.equal(check({ rules: { A: 'a suite passes' } }).status, 1);
    assert.deepEqual(check({}), { status: 1, lines: ['0 of 0 named tests ran and passed'] });
  });

  it('looks in test/coverage.json, and .ci/run asks it after its rings', () => {
    const args = ['scripts/check-named-tests.mjs', join(folder, 'results')];
    const done = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    assert.equal(done.status, 1);
    assert.match(done.stdout, /partition-rules 5, CPU_OVERLAP: "/);
    const lines = readFileSync(join(root, '.ci', 'run'), 'utf8').split('\n');
    const at = lines.findIndex((line) =>
      line.startsWith('part named-tests node scripts/check-named-tests.mjs'),
    );
    assert.ok(at > lines.findIndex((line) => line.startsWith('part vm ')), 'before the rings');
  });
});
