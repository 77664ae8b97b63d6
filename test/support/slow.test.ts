import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { processCost } from '../../scripts/process-cost.js';

const root = join(import.meta.dirname, '../..');

function fewerOf(slow: string, seed: string): string {
  const program =
    "import('./test/support/slow.ts').then(({ fewer }) => console.log(fewer(['a', 'b', 'c', 'd']).join()))";
  const env = { ...process.env, RTPROV_TEST_SLOW: slow, RTPROV_SEED: seed };
  return execFileSync(process.execPath, ['--import', 'tsx', '-e', program], {
    cwd: root,
    env,
    encoding: 'utf8',
  }).trim();
}

describe('tests on a slow machine', () => {
  it('try the first and one other of many, and all where the machine is not slow', () => {
    assert.equal(fewerOf('0', '1'), 'a,b,c,d');
    const tried = ['1', '2', '3', '4'].map((seed) => fewerOf('1', seed));
    for (const two of tried) assert.match(two, /^a,[bcd]$/);
    assert.ok(new Set(tried).size > 1, 'others each time');
  });

  it('know what a process costs, in milliseconds', () => {
    const cost = processCost();
    assert.ok(cost > 0.01 && cost < 1000, `${cost}`);
  });
});
