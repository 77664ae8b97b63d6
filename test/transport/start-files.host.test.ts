/** Start files of the login shell that read the standard input which the program comes by. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sh } from '../../src/shell/shell.js';
import { connect } from '../../src/transport/connect.js';
import { startSshd, type TestSshd, toSshd } from './support/sshd.js';
import { createUser, type TestUser } from './support/user.js';

describe('transport: start files that read standard input', function () {
  this.timeout(60_000);
  let sshd: TestSshd;
  before(async () => (sshd = await startSshd()));
  after(() => sshd.stop());

  const reading: Readonly<Record<string, string>> = {
    'a line': 'read x',
    'three lines': 'read x; read x; read x',
    'a few bytes': 'head -c 10 >/dev/null',
    'nearly all of it': 'dd bs=1 count=1300 of=/dev/null 2>/dev/null',
    'what is there': 'timeout 1 cat >/dev/null',
  };
  for (const [what, bashrc] of Object.entries(reading))
    for (const opened of [false, true])
      it(`${what}, ${opened ? 'before the first script' : 'with the first script'}`, async () => {
        const user: TestUser = createUser({ bashrc: `${bashrc}\n` });
        const connection = connect({
          ...toSshd(sshd, user.name),
          privateKeyFile: sshd.keyFile,
        });
        try {
          if (opened) await connection.session();
          const file = join(user.home, 'once');
          const script = sh`[ ! -e ${file} ] && : >${file} && id -un`;
          assert.equal((await connection.run(script)).stdout.toString().trim(), user.name);
          assert.equal(existsSync(file), true);
          assert.equal((await connection.run(sh`echo again`)).stdout.toString(), 'again\n');
        } finally {
          await connection.close();
          user.remove();
        }
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
