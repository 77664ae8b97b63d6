import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { accountLibrary } from '../../../src/resources/account/library.js';
import { sh } from '../../../src/shell/shell.js';
import { shells } from '../kind-shell.js';

const base = mkdtempSync(join(tmpdir(), 'rtprov-merge-'));

function merge(
  kept: readonly string[],
  now: readonly string[],
  mode: 'line' | 'member',
  name: string,
  shell = 'dash',
): string[] {
  const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
  writeFileSync(join(base, 'kept'), text(kept));
  writeFileSync(join(base, 'now'), text(now));
  const [command = 'sh', ...args] = shell.split(' ');
  const done = spawnSync(command, args, {
    input: `${accountLibrary.text}\n${sh`rtp_account_merge ${join(base, 'kept')} ${join(base, 'now')} ${mode} ${name}`.text}\n`,
    encoding: 'utf8',
  });
  assert.equal(done.status, 0, done.stderr);
  return done.stdout.split('\n').slice(0, -1);
}

const user = (name: string, rest = 'x:1:1::/:/bin/sh'): string => `${name}:${rest}`;

describe('lines of the account files', () => {
  after(() => {
    rmSync(base, { recursive: true });
  });

  for (const shell of shells) {
    it(`come back to their places in ${shell}`, () => {
      const kept = [user('root'), user('ops'), user('daemon'), user('bin')];
      assert.deepEqual(merge(kept, [user('root'), user('daemon'), user('bin')], 'line', 'ops', shell), kept);
      assert.deepEqual(
        merge(kept, [user('root'), user('daemon'), user('bin'), user('ops', 'x:2')], 'line', 'ops', shell),
        kept,
      );
    });
  }

  it('are put first when they were first', () => {
    const kept = [user('ops'), user('root')];
    assert.deepEqual(merge(kept, [user('root')], 'line', 'ops'), kept);
  });

  it('come back into a file that is empty now', () => {
    assert.deepEqual(merge([user('ops')], [], 'line', 'ops'), [user('ops')]);
    assert.deepEqual(merge([], [user('ops')], 'line', 'ops'), []);
  });

  it('go when they were not there, and leave what others did', () => {
    assert.deepEqual(merge([user('root')], [user('root'), user('ops'), user('new')], 'line', 'ops'), [
      user('root'),
      user('new'),
    ]);
  });

  it('are put last when the line before them is gone', () => {
    const kept = [user('root'), user('a'), user('ops')];
    assert.deepEqual(merge(kept, [user('root'), user('b')], 'line', 'ops'), [
      user('root'),
      user('b'),
      user('ops'),
    ]);
  });

  it('take membership back and keep the order of the members', () => {
    const kept = ['sudo:x:27:ops,eve', 'adm:x:4:eve'];
    assert.deepEqual(merge(kept, ['sudo:x:27:eve', 'adm:x:4:eve,ops'], 'member', 'ops'), kept);
  });

  it('take membership back in a group that someone else has changed', () => {
    const now = ['sudo:x:27:eve,max,ops', 'new:x:99:ops'];
    assert.deepEqual(merge(['sudo:x:27:eve'], now, 'member', 'ops'), ['sudo:x:27:eve,max', 'new:x:99:']);
    assert.deepEqual(merge(['sudo:x:27:ops'], ['sudo:x:27:max'], 'member', 'ops'), ['sudo:x:27:max,ops']);
  });

  it('are byte for byte as they were when only this user changed', () => {
    const names = fc.uniqueArray(fc.constantFrom('root', 'bin', 'eve', 'ops', 'opsx', 'xops'), {
      minLength: 1,
    });
    const rest = fc.constantFrom('x:1:1::/:/bin/sh', '!:2:::', '', 'x:27:a,b');
    fc.assert(
      fc.property(names, rest, rest, fc.nat(), fc.boolean(), (kept, old, fresh, place, isGone) => {
        const before = kept.map((name) => user(name, name === 'ops' ? old : 'x:0'));
        const now = before.filter((line) => !line.startsWith('ops:'));
        if (!isGone) now.splice(place % (now.length + 1), 0, user('ops', fresh));
        assert.deepEqual(merge(before, now, 'line', 'ops'), before);
      }),
      { numRuns: 60 },
    );
  });
});
