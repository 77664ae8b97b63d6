import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockLibrary, releaseLock, takeLock } from '../../src/journal/lock.js';
import { journalLibrary } from '../../src/journal/target.js';
import { lines, raw, sh } from '../../src/shell/shell.js';
import { shells } from '../resources/kind-shell.js';

/** Nobody has this number; the folder in /var/tmp is named by it. */
const uid = 61234;
const spare = `/var/tmp/rtprov-${uid}`;

describe('journal/folder', () => {
  let folder: string;
  let home: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rtprov-folder-'));
    chmodSync(folder, 0o755);
    home = join(folder, 'home');
    rmSync(spare, { recursive: true, force: true });
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
    rmSync(spare, { recursive: true, force: true });
  });

  /** Takes the lock and gives it back as the user without a name; gives the folder, or what was said. */
  function locked(shell: string): string {
    const script = lines([
      journalLibrary,
      lockLibrary,
      sh`rtp_open ${'r1'}`,
      sh`${takeLock('r1', 'me')} || exit 1`,
      raw('printf %s "$rtp_state"'),
      releaseLock('r1'),
    ]);
    const words = ['--reuid', String(uid), '--regid', String(uid), '--clear-groups', ...shell.split(' ')];
    try {
      return execFileSync('setpriv', words, {
        input: script.text,
        encoding: 'utf8',
        cwd: '/',
        env: { PATH: process.env['PATH'], HOME: home },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
    } catch (error) {
      return `failed: ${(error as { stderr: string }).stderr}`;
    }
  }

  for (const shell of shells)
    describe(shell, () => {
      it('is in the home where there is one', () => {
        mkdirSync(home);
        chownSync(home, uid, uid);
        assert.equal(locked(shell), join(home, '.local/state/rtprov'));
        assert.ok(!existsSync(spare));
      });

      it('is below /var/tmp for a user without a home, and stays there', () => {
        assert.equal(locked(shell), spare);
        assert.equal(statSync(spare).mode & 0o7777, 0o700);
        mkdirSync(home);
        chownSync(home, uid, uid);
        assert.equal(locked(shell), spare);
      });

      it("is below /var/tmp for a user whose home is another's", () => {
        mkdirSync(home);
        assert.equal(locked(shell), spare);
      });

      for (const [what, make] of [
        ["another user's", (): void => mkdirSync(spare, 0o777)],
        [
          'a link',
          (): void => {
            mkdirSync(join(folder, 'own'), 0o700);
            chownSync(join(folder, 'own'), uid, uid);
            symlinkSync(join(folder, 'own'), spare);
          },
        ],
        [
          'open to others',
          (): void => {
            mkdirSync(spare);
            chownSync(spare, uid, uid);
            chmodSync(spare, 0o777);
          },
        ],
      ] as const)
        it(`is not there when that folder is ${what}`, () => {
          make();
          assert.match(
            locked(shell),
            /^failed: (?:.*\n)*rtprov: .*rtprov-\d+ is not a folder of this user alone$/m,
          );
          assert.ok(!existsSync(join(spare, 'lock')));
        });
    });
});
