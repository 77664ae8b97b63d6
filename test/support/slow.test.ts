import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { processCost } from '../../scripts/process-cost.js';

const root = join(import.meta.dirname, '../..');

function triedOf(slow: string, seed: string): string {
  const program =
    "const list = [...'abcd']; import('./test/support/slow.ts').then(({ fewer, oneOf }) => console.log(fewer(list).join(), oneOf(list).join()))";
  const env = { ...process.env, RTPROV_TEST_SLOW: slow, RTPROV_SEED: seed };
  return execFileSync(process.execPath, ['--import', 'tsx', '-e', program], {
    cwd: root,
    env,
    encoding: 'utf8',
  }).trim();
}

describe('tests on a slow machine', () => {
  it('try the first and one other of many, and all where the machine is not slow', () => {
    assert.equal(triedOf('0', '1'), 'a,b,c,d a,b,c,d');
    const tried = ['1', '2', '3', '4'].map((seed) => triedOf('1', seed));
    for (const two of tried) assert.match(two, /^a,[bcd] [abcd]$/);
    assert.ok(new Set(tried).size > 1, 'others each time');
  });

  it('know what a process costs, in milliseconds', () => {
    const cost = processCost();
    assert.ok(cost > 0.01 && cost < 1000, `${cost}`);
  });
});
