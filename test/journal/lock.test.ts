/** The lock over several shells of the same target: each script here is a shell of its own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  beat,
  checkHeld,
  holdLock,
  lendLock,
  lockLibrary,
  releaseLock,
  takeLock,
} from '../../src/journal/lock.js';
import { lines, raw, sh } from '../../src/shell/shell.js';
import { onThisMachine, type Ran, shells } from '../resources/kind-shell.js';

const [mine, other] = ['20260101T000000.000Z-aaaaaa', '20260101T000000.000Z-bbbbbb'];
const who = 'root@controller';

for (const shell of shells) {
  describe(`journal/lock with ${shell}`, () => {
    let state: string;
    beforeEach(() => (state = mkdtempSync(join(tmpdir(), 'rtprov-lock-'))));
    afterEach(() => rmSync(state, { recursive: true }));

    const run = (...scripts: readonly Parameters<typeof lines>[0][number][]): Promise<Ran> =>
      onThisMachine(lines([sh`rtp_state=${state}`, lockLibrary, ...scripts]).text, shell);
    const owner = (): string => readFileSync(join(state, 'lock/owner'), 'utf8').trim();
    const hold = (...more: readonly Parameters<typeof lines>[0][number][]): Promise<Ran> =>
      run(holdLock(mine, who, 'word'), raw('echo went on'), ...more);

    it('stays held while its holder has given up its channel, and is taken once more by the next shell of that', async () => {
      assert.equal((await run(takeLock(mine, who), lendLock(mine, who))).status, 0);
      assert.match(owner(), / 0 0 20260101T000000.000Z-aaaaaa root@controller$/);
      const refused = await run(takeLock(other, who));
      assert.deepEqual([refused.status, refused.stdout.toString().split('\n')[0]], [75, `${mine} ${who}`]);
      const again = await hold(raw('[ "$$" = "$(cut -d " " -f 2 "$rtp_state/lock/owner")" ] && echo holds'));
      assert.equal(again.stdout.toString(), 'went on\nholds\n');
      await run(releaseLock(mine));
      assert.equal((await run(takeLock(other, who))).status, 0);
    });

    it('is free when its holder ended without a word, or when nothing was heard from who lent it', async () => {
      await run(takeLock(mine, who));
      assert.equal((await run(takeLock(other, who), lendLock(other, who))).status, 0);
      const long = new Date(Date.now() - 200_000);
      utimesSync(join(state, 'lock/beat'), long, long);
      assert.equal((await run(takeLock(mine, who))).status, 0);
    });

    const makeLock = (...names: readonly (readonly [string, string])[]): void => {
      mkdirSync(join(state, 'lock'));
      for (const [name, content] of names) writeFileSync(join(state, 'lock', name), content);
    };
    const age = (name: string, seconds: number): void => {
      const then = new Date(Date.now() - seconds * 1000);
      utimesSync(join(state, 'lock', name), then, then);
    };
    /** When a process was started, as proc(5) counts. */
    const startOf = (pid: number): string =>
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[19] ?? '';
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

    it('is held while its shell lives and is heard of, and stale once that is gone, was booted away or is silent', async () => {
      const start =
        readFileSync(`/proc/${process.pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')[19] ?? '';
      for (const [ownerLine, seconds, status] of [
        [`${boot} ${process.pid} ${start} ${other} ${who}`, 5, 75],
        // A process of the same number that began later is another one.
        [`${boot} ${process.pid} ${start}9 ${other} ${who}`, 5, 0],
        [`${boot.replace(/.$/, 'x')} ${process.pid} ${start} ${other} ${who}`, 5, 0],
        [`${boot} 0 0 ${other} ${who}`, 5, 75],
        [`${boot} 0 0 ${other} ${who}`, 200, 0],
      ] as const) {
        makeLock(['owner', `${ownerLine}\n`], ['beat', '']);
        age('beat', seconds);
        const taken = await run(takeLock(mine, who));
        assert.equal(taken.status, status, ownerLine);
        assert.match(owner(), status === 0 ? /aaaaaa root@controller$/ : /bbbbbb root@controller$/);
        rmSync(join(state, 'lock'), { recursive: true });
      }
    });

    it('ends the shell that held it when it is taken from that, so that it never wakes up again', async () => {
      const holder = spawn('sleep', ['600'], { stdio: 'ignore' });
      const ended = new Promise((resolve) => holder.on('close', (_code, by) => resolve(by)));
      try {
        const start = startOf(holder.pid ?? 0);
        makeLock(['owner', `${boot} ${holder.pid} ${start} ${other} ${who}\n`], ['beat', '']);
        assert.equal((await run(takeLock(mine, who))).status, 75);
        assert.equal(startOf(holder.pid ?? 0), start);
        age('beat', 200);
        assert.equal((await run(takeLock(mine, who))).status, 0);
        assert.equal(await ended, 'SIGKILL');
      } finally {
        holder.kill();
      }
    });

    it('is stale without an owner once it is old', async () => {
      makeLock();
      age('', 15);
      assert.equal((await run(takeLock(mine, who))).status, 0);
    });

    it('is given back and kept alive by its own run only', async () => {
      makeLock(['owner', `${boot} 0 0 ${other} ${who}\n`], ['beat', '']);
      age('beat', 50);
      const heard = (): number => statSync(join(state, 'lock/beat')).mtimeMs;
      const since = heard();
      assert.notEqual((await run(beat(mine, who))).status, 0);
      await run(releaseLock(mine));
      assert.deepEqual([heard(), owner().endsWith(`${other} ${who}`)], [since, true]);
      assert.equal((await run(beat(other, who))).status, 0);
      assert.ok(heard() > since);
      await run(releaseLock(other));
      assert.equal(existsSync(join(state, 'lock')), false);
    });

    it('lets nothing go on for a run that lost it, even when nobody has it now', async () => {
      await run(takeLock(mine, who), lendLock(mine, who));
      await run(releaseLock(mine), takeLock(other, who), lendLock(other, who));
      const lost = await hold();
      assert.equal(lost.stdout.toString(), `word ${other} ${who}\n`);
      const shown = {
        code: 'HOST_LOCKED',
        message: /no longer holds the lock of h1; it is held by 2026.*bbbbbb/,
      };
      assert.throws(() => checkHeld('h1', 'word', lost), shown);
      checkHeld('h1', 'another word', lost);
      // The last words of a shell that lost it change nothing.
      await run(lendLock(mine, who));
      assert.match(owner(), /bbbbbb root@controller$/);
      await run(releaseLock(other));
      const free = await hold();
      assert.throws(() => checkHeld('h1', 'word', free), {
        message: /^this run no longer holds the lock of h1$/,
      });
    });
  });
}
