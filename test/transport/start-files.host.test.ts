/** Start files of the login shell that read the standard input which the program comes by, or leave the shell in an odd state. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sh } from '../../src/shell/shell.js';
import { connect } from '../../src/transport/connect.js';
import { startSshd, type TestSshd, toSshd } from './support/sshd.js';
import { createUser, type TestUser } from './support/user.js';
import { patiently } from '../support/patience.js';

describe('transport: start files that read standard input', function () {
  this.timeout(60_000);
  let sshd: TestSshd;
  before(async () => (sshd = await startSshd({ config: ['MaxStartups 100'] })));
  after(() => sshd.stop());

  const reading: Readonly<Record<string, string>> = {
    'a line': 'read x',
    'three lines': 'read x; read x; read x',
    'a few bytes': 'head -c 10 >/dev/null',
    'nearly all of it': 'dd bs=1 count=1300 of=/dev/null 2>/dev/null',
    'what is there': 'timeout 1 cat >/dev/null',
  };
  it('what they leave runs, and only once', async () => {
    const users = Object.entries(reading).flatMap(([what, bashrc]) =>
      [false, true].map((opened) => ({ what, opened, user: createUser({ bashrc: `${bashrc}\n` }) })),
    );
    // Side by side, for they wait.
    await Promise.all(
      users.map(async ({ what, opened, user }) => {
        const said = `${what}, ${opened ? 'before the first script' : 'with the first script'}`;
        const connection = connect({ ...toSshd(sshd, user.name), privateKeyFile: sshd.keyFile });
        try {
          if (opened) await connection.session();
          const file = join(user.home, 'once');
          const script = sh`[ ! -e ${file} ] && : >${file} && id -un`;
          assert.equal((await connection.run(script)).stdout.toString().trim(), user.name, said);
          assert.equal(existsSync(file), true, said);
          assert.equal((await connection.run(sh`echo again`)).stdout.toString(), 'again\n', said);
        } finally {
          await connection.close();
        }
      }),
    ).finally(() => {
      for (const { user } of users) user.remove();
    });
  });

  it('a shell that takes it for commands: nothing is run, and it is said', async () => {
    const user: TestUser = createUser({ bashrc: 'exec sh\n' });
    const connection = connect({ ...toSshd(sshd, user.name), privateKeyFile: sshd.keyFile });
    try {
      const file = join(user.home, 'once');
      await assert.rejects(connection.run(sh`: >${file}`), { code: 'INPUT_EATEN' });
      assert.equal(existsSync(file), false);
    } finally {
      await connection.close();
      user.remove();
    }
  });
});

describe('transport: start files that leave an odd shell', function () {
  this.timeout(60_000);
  let sshd: TestSshd;
  before(async () => (sshd = await startSshd({ config: ['MaxStartups 100'] })));
  after(() => sshd.stop());

  /** Undefined: all works, also where the session's shell is a bash, which takes more over. */
  const cases: Readonly<Record<string, RegExp | undefined>> = {
    'exec 2>/dev/null': /its standard error does not arrive/,
    'exec >/dev/null': /its standard output does not arrive/,
    'exec 2>&1': /its standard error does not arrive/,
    'exec 1>&2': /its standard output does not arrive/,
    'exec 2>&-': /its standard error does not arrive/,
    'exec </dev/null': /read from standard input and took the program; nothing was run/,
    'exec cat': /what was sent came back/,
    'exec python3': /no shell began on .* SyntaxError/,
    'cd /nonexistent; umask 777; trap "" TERM HUP PIPE CHLD; trap "echo bye" EXIT': undefined,
    'set -e -u -f -C -x; export SHELLOPTS': undefined,
    'set -e; false': /it ended with status 1/,
    'set -n': /it ended with status 0/,
    'IFS=abc0123; export IFS HOME=/nonexistent BASH_ENV=/etc/passwd ENV=/etc/passwd': undefined,
    'for f in mv cat printf dd id echo test read eval; do eval "$f() { false; }; export -f $f"; done':
      undefined,
    'PATH=': /sh: No such file or directory/,
    'exit 3': /it ended with status 3/,
    'kill $$': /it was killed by SIGTERM/,
    'ulimit -n 4': /\(.*(?:oo many open files|Invalid argument)/,
    'head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2; stty -echo': undefined,
  };
  it('run all of a script, or nothing and say why', async () => {
    const faults: string[] = [];
    const users = Object.keys(cases).flatMap((bashrc) =>
      (cases[bashrc] === undefined ? ['sh', 'bash'] : ['sh']).map((shell) => ({
        bashrc,
        shell,
        user: createUser({ bashrc: `${bashrc}\n` }),
      })),
    );
    await Promise.all(
      users.map(async ({ bashrc, shell, user }) => {
        const connection = connect({ ...toSshd(sshd, user.name), privateKeyFile: sshd.keyFile, shell });
        const file = join(user.home, 'once');
        const script = sh`: >${file}; false; cat ${file}; printf '%s,' "$nosuch" *; umask >&2`;
        const said = await connection
          .run(script, { timeoutMs: patiently(20_000) })
          .then(
            ({ stdout, stderr }) => `${stdout.toString()}:${stderr.toString()}`,
            (error: unknown) => String(error),
          )
          .finally(() => connection.close());
        const wanted = cases[bashrc];
        const isRight =
          wanted === undefined
            ? /^,[^:]*,:0022\n$/.test(said)
            : wanted.test(said) && (!existsSync(file) || /does not arrive/.test(said));
        if (!isRight) faults.push(`${bashrc} (${shell}): ${said}`);
      }),
    );
    for (const { user } of users) user.remove();
    assert.deepEqual(faults, []);
  });
});
