import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepOwed, owedScript, parseOwed, settleOwed } from '../../src/journal/owed.js';
import type { Shell } from '../../src/shell/shell.js';
import { shells } from '../resources/kind-shell.js';

for (const shell of shells) {
  describe(`handlers that are owed, in ${shell}`, () => {
    let state: string;
    const run = (script: Shell, of = 'r1'): string => {
      const [command = 'sh', ...args] = shell.split(' ');
      mkdirSync(join(state, 'runs', of), { recursive: true });
      const input = `set -eu; rtp_state='${state}'; rtp_rundir='${state}/runs/${of}'\n${script.text}\n`;
      const done = spawnSync(command, args, { input, encoding: 'utf8' });
      assert.equal(done.status, 0, done.stderr);
      return done.stdout;
    };
    const file = (of: string): string => join(state, 'runs', of, 'owed');

    beforeEach(() => {
      state = mkdtempSync(join(tmpdir(), 'rtprov-owed-'));
    });
    afterEach(() => {
      rmSync(state, { recursive: true });
    });

    it('are printed once, whoever owes them', () => {
      run(keepOwed(['role : A b', "it's $x"]));
      run(keepOwed(['role : A b', 'c']), 'r2');
      assert.deepEqual(parseOwed(run(owedScript)), ['role : A b', "it's $x", 'c']);
    });

    it('are none on a target without runs', () => {
      assert.deepEqual(parseOwed(run(owedScript)), []);
    });

    it('are gone with a window that owes none', () => {
      run(keepOwed(['a']));
      run(keepOwed([]));
      assert.ok(!existsSync(file('r1')));
    });

    it('are not owed by a run that was rolled back', () => {
      run(keepOwed(['a']));
      writeFileSync(join(state, 'runs', 'r1', 'undone'), '');
      assert.deepEqual(parseOwed(run(owedScript)), []);
    });

    it('are one line each', () => {
      run(keepOwed(['a\n  b']));
      assert.equal(readFileSync(file('r1'), 'utf8'), 'a b\n');
    });

    it('are settled in all runs; a name is taken as it is and as a whole', () => {
      run(keepOwed(['a', 'b.c', 'bxc']));
      run(keepOwed(['a']), 'r2');
      run(settleOwed(['a', 'b.c']));
      assert.equal(readFileSync(file('r1'), 'utf8'), 'bxc\n');
      assert.ok(!existsSync(file('r2')));
      run(settleOwed([]));
      assert.deepEqual(parseOwed(run(owedScript)), ['bxc']);
    });
  });
}
