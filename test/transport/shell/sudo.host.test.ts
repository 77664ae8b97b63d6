import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { sh } from '../../../src/shell/shell.js';
import { connect } from '../../../src/transport/connect.js';
import type { BecomeOptions, Connection } from '../../../src/transport/types.js';
import { coded } from '../support/errors.js';
import { startSshd, type TestSshd, toSshd } from '../support/sshd.js';
import { createUser, type TestUser } from '../support/user.js';

const NOISE = 'echo noise on stdout\necho noise on stderr >&2\nprintf "no line end"\n';

describe('transport: sudo on a real host', function () {
  this.timeout(60_000);
  let sshd: TestSshd;
  const users: Record<string, TestUser> = {};
  const connections: Connection[] = [];
  const as = (kind: string, shell = 'sh') => {
    const connection = connect({
      ...toSshd(sshd, users[kind]?.name ?? ''),
      shell,
    });
    connections.push(connection);
    return connection;
  };
  const root = (password?: string): BecomeOptions => ({
    user: 'root',
    method: 'sudo',
    ...(password === undefined ? {} : { password }),
  });
  before(async () => {
    sshd = await startSshd();
    users['free'] = createUser({ sudoers: ['USER ALL=(ALL:ALL) NOPASSWD: ALL'], bashrc: NOISE });
    users['asked'] = createUser({
      sudoers: ['Defaults:USER timestamp_timeout=0', 'USER ALL=(ALL:ALL) ALL'],
      bashrc: NOISE,
    });
    users['none'] = createUser();
    users['tty'] = createUser({ sudoers: ['Defaults:USER requiretty', 'USER ALL=(ALL:ALL) NOPASSWD: ALL'] });
  });
  after(async () => {
    for (const connection of connections) await connection.close();
    for (const user of Object.values(users)) user.remove();
    sshd.stop();
  });

  for (const shell of ['dash', 'bash', 'busybox sh']) {
    it(`becomes root without a password, behind noisy login files (${shell})`, async () => {
      const session = await as('free', shell).session(root());
      assert.deepEqual([session.user, session.uid, session.home], ['root', 0, '/root']);
      const { stdout, stderr } = await session.run(sh`id -u; pwd; umask; printf '%s\n' "$PATH" "$LC_ALL"`);
      assert.match(stdout.toString(), /^0\n\/root\n0*22\n\/usr\/local\/sbin:\S*\nC\n$/);
      assert.equal(stderr.toString(), '');
    });

    it(`becomes root with a password (${shell})`, async () => {
      const session = await as('asked', shell).session(root(users['asked']?.password));
      const { stdout } = await session.run(sh`id -un; cat`);
      assert.equal(stdout.toString(), 'root\n');
    });
  }

  it('takes a password that sudo does not ask for, and sends it nowhere', async () => {
    const connection = as('free');
    const { stdout, stderr } = await connection.run(sh`id -un; cat`, { become: root('unneeded-secret') });
    assert.deepEqual([stdout.toString(), stderr.toString()], ['root\n', '']);
  });

  it('gives the same session for the same user, and others for others, at once', async () => {
    const connection = as('free');
    const [login, first, second, third] = await Promise.all([
      connection.session(),
      connection.session(root()),
      connection.session(root()),
      connection.session({ user: users['none']?.name ?? '', method: 'sudo' }),
    ]);
    assert.equal(first, second);
    assert.notEqual(login, first);
    const names = await Promise.all(
      [login, first, third].map(async (s) => (await s.run(sh`id -un`)).stdout.toString().trim()),
    );
    assert.deepEqual(names, [users['free']?.name, 'root', users['none']?.name]);
    assert.equal(await connection.session({ user: users['free']?.name ?? '', method: 'sudo' }), login);
  });

  it('opens more users than shells may be open, one after the other', async () => {
    const connection = as('free');
    const names = ['root', 'daemon', 'bin', 'games', 'mail', 'news', users['none']?.name ?? ''];
    for (const user of [...names, ...names]) {
      const { stdout } = await connection.run(sh`id -un`, { become: { user, method: 'sudo' } });
      assert.equal(stdout.toString(), `${user}\n`);
    }
  });

  it('keeps the password out of every argument list and environment', async () => {
    const password = users['asked']?.password ?? '';
    const session = await as('asked').session(root(password));
    const running = session.run(sh`sleep 1`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const pid of readdirSync('/proc').filter(
      (name) => /^\d+$/.test(name) && name !== String(process.pid),
    )) {
      for (const file of ['cmdline', 'environ']) {
        let text: string;
        try {
          text = readFileSync(`/proc/${pid}/${file}`, 'utf8');
        } catch {
          continue;
        }
        assert.ok(!text.includes(password));
      }
    }
    await running;
  });

  it('uses no terminal', async () => {
    const { stdout } = await as('free').run(sh`test -t 0 || test -t 1 || test -t 2 || echo none`, {
      become: root(),
    });
    assert.equal(stdout.toString(), 'none\n');
  });

  it('runs a script to its end when the connection is cut, under sudo as well', async () => {
    const connection = as('free');
    const file = `/tmp/rtprov-cut-${process.pid}`;
    const session = await connection.session(root());
    const running = session.run(
      sh`echo a; sleep 1; echo b; echo c >&2; sleep 0.2; echo d; echo whole >${file}`,
    );
    const lost = assert.rejects(running, coded('CONNECTION_LOST'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await connection.reconnect();
    await lost;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const { stdout } = await session.run(sh`cat ${file}; rm -f ${file}`);
    assert.equal(stdout.toString(), 'whole\n');
  });

  it('uploads as the first thing after a password', async () => {
    const connection = as('asked');
    const become = root(users['asked']?.password);
    const session = await connection.session(become);
    await connection.reconnect();
    const file = `/tmp/rtprov-first-${process.pid}`;
    const { size } = await session.upload(Readable.from([Buffer.alloc(300_000, 'x')]), file);
    assert.equal(size, 300_000);
    const { stdout } = await session.run(sh`stat -c %U:%a:%s ${file}; rm ${file}`);
    assert.equal(stdout.toString(), 'root:600:300000\n');
  });

  it('stops a late script under sudo', async () => {
    const connection = as('free');
    const session = await connection.session(root());
    const file = `/tmp/rtprov-late-${process.pid}`;
    await assert.rejects(
      session.run(sh`sleep 2; : >${file}`, { timeoutMs: 300 }),
      coded('SCRIPT_TIMEOUT', 'it was stopped'),
    );
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const { stdout } = await session.run(sh`ls ${file} 2>/dev/null; echo gone`);
    assert.equal(stdout.toString(), 'gone\n');
  });

  it('reports a wrong password', async () => {
    const connection = as('asked');
    await assert.rejects(
      connection.session(root('wrong')),
      coded('BECOME_PASSWORD_WRONG', `127.0.0.1:${sshd.port} as ${users['asked']?.name ?? ''}`, 'root'),
    );
    const { stdout } = await connection.run(sh`id -un`, { become: root(users['asked']?.password) });
    assert.equal(stdout.toString(), 'root\n');
  });

  it('reports a missing password', async () => {
    await assert.rejects(as('asked').session(root()), coded('BECOME_PASSWORD_MISSING', 'root'));
  });

  it('reports a user that is not in sudoers', async () => {
    await assert.rejects(
      as('none').session(root(users['none']?.password)),
      coded('BECOME_FAILED', 'sudoers does not allow it'),
    );
  });

  it('reports requiretty', async () => {
    await assert.rejects(as('tty').session(root()), coded('BECOME_FAILED', 'requiretty'));
  });

  it('reports an unknown user, and refuses a name that a shell could misread', async () => {
    await assert.rejects(
      as('free').session({ user: 'nosuchuser', method: 'sudo' }),
      coded('BECOME_USER_MISSING', 'no such user'),
    );
    await assert.rejects(
      as('free').session({ user: 'x; reboot', method: 'sudo' }),
      coded('BECOME_FAILED', 'not a plain'),
    );
  });
});
