/** The session's shell text in every POSIX shell it promises to work with, on this machine and through sshd. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { raw, sh } from '../../src/shell/shell.js';
import { connect } from '../../src/transport/connect.js';
import type { Connection, ShellSession } from '../../src/transport/types.js';
import { startSshd, type TestSshd, toSshd } from './support/sshd.js';

const SHELLS = ['sh', 'dash', 'bash', 'busybox sh'];

/** Every byte but NUL, in an order that puts awkward neighbours together. */
const ALL_BYTES = Buffer.from(Array.from({ length: 255 }, (_, index) => ((index * 7) % 255) + 1));

for (const way of ['local', 'ssh'] as const) {
  for (const shell of SHELLS) {
    describe(`transport: ${shell} over ${way}`, function () {
      this.timeout(60_000);
      let sshd: TestSshd;
      let connection: Connection;
      let session: ShellSession;
      before(async () => {
        sshd = await startSshd();
        connection = connect({
          ...toSshd(sshd),
          connection: way,
          shell,
        });
        session = await connection.session();
      });
      after(async () => {
        await connection.close();
        sshd.stop();
      });

      it('knows who and where it is', () => {
        assert.deepEqual([session.user, session.uid, session.home], ['root', 0, '/root']);
      });

      it('gives status, both streams, and output without a line end', async () => {
        const { status, stdout, stderr } = await session.run(sh`printf out; printf err >&2; exit 7`);
        assert.deepEqual([status, stdout.toString(), stderr.toString()], [7, 'out', 'err']);
      });

      it('takes a script of a million bytes with every byte in it, unchanged', async () => {
        // The quoted here-document is the shell's own reader, so it is fed text; all bytes go through printf and cksum.
        const line = `${'x'.repeat(77)}$\`"\n`;
        const body = line.repeat(12_000);
        const { stdout } = await session.run(raw(`cat <<'E_O_F' | cksum\n${body}E_O_F\nprintf end`));
        const { stdout: expected } = await session.run(
          raw(
            `i=0; while [ $i -lt 12000 ]; do printf '%s\\n' ${"'" + line.trimEnd() + "'"}; i=$((i+1)); done | cksum`,
          ),
        );
        assert.equal(stdout.toString(), `${expected.toString()}end`);
      });

      it('gives back any bytes, NUL included', async () => {
        const octal = [0, ...ALL_BYTES].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
        const { stdout } = await session.run(raw(`printf '${octal}'`));
        assert.deepEqual(stdout, Buffer.concat([Buffer.from([0]), ALL_BYTES]));
      });

      it('hands non-ASCII text through', async () => {
        const text = 'äöü € 漢字 \u{1F600} \u0081\u0088';
        const { stdout } = await session.run(sh`printf %s ${text}`);
        assert.equal(stdout.toString(), text);
      });

      it('carries 10 MiB on stdout and on stderr', async () => {
        let seen = 0;
        const { stdout, stderr } = await session.run(
          sh`head -c 10485760 /dev/zero; head -c 10485760 /dev/zero >&2`,
          { onStderr: (chunk) => (seen += chunk.length) },
        );
        assert.deepEqual([stdout.length, stderr.length, seen], [10_485_760, 10_485_760, 10_485_760]);
      });

      it('does not wait for background children that hold its output', async () => {
        const start = Date.now();
        const { stdout } = await session.run(sh`sleep 20 & echo $!; echo done`);
        assert.match(stdout.toString(), /done/);
        assert.ok(Date.now() - start < 5000);
        const pid = stdout.toString().split('\n')[0] ?? '';
        await session.run(sh`kill ${pid}`);
      });

      it('drops what a background child prints between two scripts', async () => {
        await session.run(sh`( sleep 0.2; echo late; echo late >&2 ) & :`);
        await new Promise((resolve) => setTimeout(resolve, 500));
        const { stdout, stderr } = await session.run(sh`echo clean`);
        assert.deepEqual([stdout.toString(), stderr.toString()], ['clean\n', '']);
      });

      it('gives scripts /dev/null as stdin', async () => {
        const { stdout } = await session.run(sh`cat; readlink /proc/self/fd/0`);
        assert.equal(stdout.toString(), '/dev/null\n');
      });

      it('keeps cd, variables, options, traps and exit inside a script', async () => {
        const { stdout } = await session.run(
          sh`trap 'echo bye' EXIT; cd /tmp; A=1; export A; set -ef; umask 077; exit 0`,
        );
        assert.equal(stdout.toString(), 'bye\n');
        const second = await session.run(sh`false; echo "$PWD:$A:$(umask):$#"; return 3 2>/dev/null; exit 4`);
        assert.match(second.stdout.toString(), /^\/root::0*22:0\n$/);
        assert.ok([3, 4].includes(second.status));
      });

      it('has LC_ALL=C, a PATH with the sbin folders, and no alien settings', async () => {
        const { stdout } = await session.run(sh`echo "$LC_ALL"; echo "$PATH"; echo "[$CDPATH$ENV$BASH_ENV]"`);
        const [locale, path = '', alien] = stdout.toString().split('\n');
        assert.equal(locale, 'C');
        for (const folder of ['/usr/sbin', '/sbin', '/usr/bin', '/bin'])
          assert.ok(path.split(':').includes(folder));
        assert.equal(alien, '[]');
      });

      it('defines functions once a session, without a round trip of their own', async () => {
        const before = connection.stats.roundTrips;
        session.define('greet', sh`greet() { echo "hello $1"; }; loaded="$loaded+"`);
        session.define('greet', sh`greet() { echo wrong; }`);
        const first = await session.run(sh`greet a; echo "$loaded"`);
        const second = await session.run(sh`greet b; echo "$loaded"`);
        assert.deepEqual(
          [first.stdout.toString(), second.stdout.toString()],
          ['hello a\n+\n', 'hello b\n+\n'],
        );
        assert.equal(connection.stats.roundTrips - before, 2);
      });

      it('reports a syntax error and lives on', async () => {
        const { status, stderr } = await session.run(sh`if then`);
        assert.notEqual(status, 0);
        assert.match(stderr.toString(), /syntax error/i);
        assert.equal((await session.run(sh`echo still`)).stdout.toString(), 'still\n');
      });

      it('reports that the shell died, and opens a new one for the next script, functions included', async () => {
        session.define('answer', sh`answer() { echo 42; }`);
        await assert.rejects(
          session.run(sh`kill -9 $$; sleep 1; echo alive`),
          (error: Error & { code?: string }) => {
            assert.equal(error.code, 'SHELL_DIED');
            assert.match(error.message, /KILL/);
            return true;
          },
        );
        assert.equal((await session.run(sh`answer`)).stdout.toString(), '42\n');
      });

      it('runs queued scripts one after the other', async () => {
        const results = await Promise.all(
          [1, 2, 3].map((n) => session.run(sh`sleep 0.1; echo ${n} $(date +%s%N)`)),
        );
        const times = results.map((result) => Number(result.stdout.toString().split(' ')[1]));
        assert.deepEqual(
          times,
          [...times].sort((a, b) => a - b),
        );
        assert.ok((times[2] ?? 0) - (times[0] ?? 0) >= 200e6);
      });

      it('stops a script that misses its deadline, with its children and before its next command', async () => {
        const mark = `rtprov-test-${process.pid}-${Date.now()}`;
        await assert.rejects(
          session.run(sh`sh -c 'sleep 30; : "$0"' ${mark}; : >/tmp/${mark}`, { timeoutMs: 500 }),
          (error: Error & { code?: string }) => {
            assert.equal(error.code, 'SCRIPT_TIMEOUT');
            assert.match(error.message, /it was stopped/);
            return true;
          },
        );
        const { stdout } = await session.run(
          sh`ls /tmp/${mark} 2>/dev/null; pgrep -f ${`^sh -c sleep 30.*${mark}`}; echo end`,
        );
        assert.equal(stdout.toString(), 'end\n');
      });

      it('lets go at an abort; the script ends by itself and the next one waits for it', async () => {
        const stop = new AbortController();
        setTimeout(() => stop.abort(), 200);
        const start = Date.now();
        const running = session.run(sh`sleep 1; echo whole >/tmp/rtprov-abort`, { signal: stop.signal });
        await assert.rejects(running, { code: 'INTERRUPTED' });
        assert.ok(Date.now() - start < 800);
        const { stdout } = await session.run(sh`cat /tmp/rtprov-abort; rm -f /tmp/rtprov-abort`);
        assert.equal(stdout.toString(), 'whole\n');
        await assert.rejects(session.run(sh`echo x`, { signal: stop.signal }), { code: 'INTERRUPTED' });
      });

      it('shows neither scripts nor their values in the arguments of its processes', async () => {
        const secret = `s3cret-${Date.now()}`;
        // The search is made from outside, since any command of the script itself would show in its own arguments.
        const running = session.run(
          raw(`password='${secret}'; export password; sleep 1; printf %s "$password" | wc -c`),
        );
        await new Promise((resolve) => setTimeout(resolve, 400));
        const { readdirSync } = await import('node:fs');
        for (const pid of readdirSync('/proc').filter(
          (name) => /^\d+$/.test(name) && name !== String(process.pid),
        )) {
          let line: string;
          try {
            line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
          } catch {
            continue;
          }
          assert.ok(!line.includes(secret), line);
        }
        assert.equal((await running).stdout.toString().trim(), String(secret.length));
      });
    });
  }
}
