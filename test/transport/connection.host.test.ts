import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { sh } from '../../src/shell/shell.js';
import { connect } from '../../src/transport/connect.js';
import type { ConnectOptions, Connection } from '../../src/transport/types.js';
import { coded } from './support/errors.js';
import { startProxy, type TestProxy } from './support/proxy.js';
import { freePort, startSshd, type TestSshd, toSshd } from './support/sshd.js';

describe('transport: connections, good and bad', function () {
  this.timeout(60_000);
  let sshd: TestSshd;
  const open: { close(): unknown }[] = [];
  const to = (options: Partial<ConnectOptions> = {}): Connection => {
    const connection = connect({
      ...toSshd(sshd),
      ...options,
    });
    open.push(connection);
    return connection;
  };
  const proxied = async (rttMs: number): Promise<TestProxy> => {
    const proxy = await startProxy(sshd.port, rttMs);
    open.push(proxy);
    writeFileSync(sshd.knownHosts, `[127.0.0.1]:* ${sshd.hostKey('ed25519')}\n`);
    return proxy;
  };
  before(async () => {
    sshd = await startSshd();
    writeFileSync(sshd.knownHosts, `[127.0.0.1]:* ${sshd.hostKey('ed25519')}\n`);
  });
  afterEach(async () => {
    for (const thing of open.splice(0)) await thing.close();
  });
  after(() => sshd.stop());

  it('does nothing before it is used', async () => {
    const connection = to({ port: 1 });
    assert.deepEqual(connection.stats, { roundTrips: 0, connects: 0, bytesSent: 0, bytesReceived: 0 });
    await connection.close();
  });

  it('counts round trips, connects and bytes', async () => {
    const connection = to();
    const session = await connection.session();
    assert.deepEqual([connection.stats.roundTrips, connection.stats.connects], [0, 2]);
    await session.run(sh`head -c 100000 /dev/urandom`);
    await session.run(sh`:`);
    const { roundTrips, bytesReceived, bytesSent } = connection.stats;
    assert.equal(roundTrips, 2);
    assert.ok(bytesReceived > 100_000 && bytesReceived < 120_000, String(bytesReceived));
    assert.ok(bytesSent > 500 && bytesSent < 10_000, String(bytesSent));
    await connection.reconnect();
    assert.ok(connection.stats.bytesReceived >= bytesReceived);
  });

  it('reaches the first answer in six round trips, and each further one in one', async () => {
    await import('ssh2');
    // Counted, not timed. A slow line distinguishes what crosses on the way from what was waited for; where the machine itself is slow,
    // chunks that belong together come apart and count as more: the least of some is what the protocol takes.
    const firsts: number[] = [];
    const seconds: number[] = [];
    for (let tries = 0; tries < 3 || (Math.min(...firsts) > 5 && tries < 10); tries += 1) {
      const proxy = await proxied(200);
      const connection = to({ port: proxy.port });
      await connection.run(sh`echo first`);
      firsts.push(proxy.turns());
      await connection.run(sh`echo second`);
      seconds.push(proxy.turns() - (firsts.at(-1) ?? 0));
      await connection.close();
    }
    // Beside TCP's own: banners and key offers; key exchange; authentication; channel; program.
    const first = Math.min(...firsts);
    assert.ok(first >= 1 && first <= 5, `${firsts.join(', ')} turns of the line`);
    assert.equal(Math.min(...seconds), 1, `${seconds.join(', ')} turns of the line`);
  });

  it('is given up when a frozen peer misses its keepalives, and made again', async () => {
    const proxy = await proxied(0);
    const connection = to({ port: proxy.port, keepaliveIntervalMs: 300 });
    const session = await connection.session();
    const start = Date.now();
    const running = session.run(sh`sleep 20`);
    setTimeout(() => proxy.stall(), 100);
    await assert.rejects(running, (error: Error) => {
      coded('CONNECTION_LOST', `127.0.0.1:${proxy.port} as root`, 'eepalive')(error);
      assert.match((error.cause as Error).message, /Keepalive/);
      return true;
    });
    assert.ok(Date.now() - start < 15_000, 'the script itself would have ended');
    proxy.close();
    open.pop();
  });

  it('does not take a long silent script for a dead peer', async () => {
    const connection = to({ keepaliveIntervalMs: 200 });
    const { stdout } = await connection.run(sh`sleep 2; echo alive`);
    assert.equal(stdout.toString(), 'alive\n');
  });

  it('rejects what runs when the line is cut, and connects again at the next use, definitions included', async () => {
    const proxy = await proxied(0);
    const connection = to({ port: proxy.port });
    const session = await connection.session();
    session.define('f', sh`f() { echo defined; }`);
    const file = join(sshd.directory, 'cut');
    const running = session.run(sh`echo a; sleep 0.6; echo b; echo c >&2; echo d; : >${file}`);
    const queued = session.run(sh`echo queued`);
    setTimeout(() => proxy.cut(), 200);
    await assert.rejects(running, coded('CONNECTION_LOST'));
    // What was queued had not been sent: it runs on the new connection.
    assert.equal((await queued).stdout.toString(), 'queued\n');
    assert.equal((await session.run(sh`f`)).stdout.toString(), 'defined\n');
    await new Promise((resolve) => setTimeout(resolve, 800));
    assert.equal(existsSync(file), true, 'the script ran to its end');
  });

  it('makes a new connection after reconnect, with the same session handle', async () => {
    const connection = to();
    const session = await connection.session();
    const first = (await session.run(sh`echo $PPID`)).stdout.toString();
    await connection.reconnect();
    const second = (await session.run(sh`echo $PPID`)).stdout.toString();
    assert.notEqual(first, second);
    assert.equal(await connection.session(), session);
    assert.equal(connection.stats.connects, 4);
  });

  it('ends for good with close', async () => {
    const connection = to();
    const session = await connection.session();
    await connection.close();
    await assert.rejects(session.run(sh`:`), coded('CONNECTION_LOST', 'closed'));
  });

  it('reports a refused connection after its retries, with a pause between them', async () => {
    const port = await freePort();
    const start = Date.now();
    await assert.rejects(
      to({ port, retries: 1 }).session(),
      coded('UNREACHABLE', `127.0.0.1:${port} as root`, 'refused'),
    );
    assert.ok(Date.now() - start >= 200);
  });

  it('connects when the host comes up during the retries', async () => {
    const port = await freePort();
    const proxy = createServer((inward) => {
      void import('node:net').then(({ connect: dial }) => {
        const outward = dial(sshd.port, '127.0.0.1');
        inward.pipe(outward).pipe(inward);
        inward.on('error', () => outward.destroy());
        outward.on('error', () => inward.destroy());
      });
    });
    setTimeout(() => proxy.listen(port, '127.0.0.1'), 150);
    open.push({ close: () => proxy.close() });
    assert.equal((await to({ port, retries: 4 }).run(sh`echo up`)).stdout.toString(), 'up\n');
    for (const thing of open.splice(0).reverse()) await thing.close();
  });

  it('reports an unknown name', async () => {
    await assert.rejects(
      to({ address: 'no-such-host.invalid', retries: 0 }).session(),
      coded('UNREACHABLE', 'no-such-host.invalid'),
    );
  });

  it('keeps the deadline when nobody answers: no TCP, no banner, not SSH', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    const http = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(
      0,
      '127.0.0.1',
    );
    open.push(silent, http);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const start = Date.now();
    await assert.rejects(
      to({ port: (silent.address() as AddressInfo).port, connectTimeoutMs: 400, retries: 0 }).session(),
      coded('UNREACHABLE', '400 ms'),
    );
    assert.ok(Date.now() - start < 20_000, 'it waited for an answer');
    await assert.rejects(
      to({ port: (http.address() as AddressInfo).port, retries: 0 }).session(),
      coded('UNREACHABLE', 'handshake'),
    );
    await assert.rejects(
      to({ address: '192.0.2.1', connectTimeoutMs: 300, retries: 3 }).session(),
      coded('UNREACHABLE'),
    );
  });

  it('probes ports from the target', async () => {
    const connection = to();
    const closed = await freePort();
    assert.equal(await connection.probePort('127.0.0.1', sshd.port, 3000), true);
    assert.equal(await connection.probePort('127.0.0.1', closed, 3000), false);
    const local = to({ connection: 'local' });
    assert.equal(await local.probePort('127.0.0.1', sshd.port, 3000), true);
    assert.equal(await local.probePort('127.0.0.1', closed, 3000), false);
  });

  it('reports a login shell that lets nobody in', async () => {
    const { createUser } = await import('./support/user.js');
    const user = createUser({ shell: '/usr/sbin/nologin' });
    try {
      await assert.rejects(
        to({ user: user.name }).session(),
        coded('SHELL_DIED', 'not available', 'login shell'),
      );
    } finally {
      user.remove();
    }
  });

  it('works for two users and downloads where sshd allows one channel', async () => {
    const narrow = await startSshd({ config: ['MaxSessions 1'] });
    const connection = connect(toSshd(narrow));
    try {
      const become = { user: 'nobody', method: 'sudo' } as const;
      const file = join(narrow.directory, 'f');
      writeFileSync(file, 'x'.repeat(1000));
      for (let round = 0; round < 2; round += 1) {
        const both = await Promise.all([
          connection.run(sh`sleep 0.2; id -un`),
          connection.run(sh`id -un`, { become }),
        ]);
        assert.deepEqual(
          both.map(({ stdout }) => stdout.toString().trim()),
          ['root', 'nobody'],
        );
        let size = 0;
        const stream = await (await connection.session()).download(file);
        for await (const chunk of stream as AsyncIterable<Buffer>) size += chunk.length;
        assert.equal(size, 1000);
      }
    } finally {
      await connection.close();
      narrow.stop();
    }
  });

  it('lets a shell say its last words before it gives up its channel', async () => {
    const narrow = await startSshd({ config: ['MaxSessions 1'] });
    const connection = connect(toSshd(narrow));
    try {
      const file = join(narrow.directory, 'words');
      const session = await connection.session();
      const { stdout } = await session.run(sh`echo $$`);
      session.beforeGivingWay(sh`echo $$ >${file}`);
      await connection.run(sh`:`, { become: { user: 'nobody', method: 'sudo' } });
      assert.equal(readFileSync(file, 'utf8'), stdout.toString());
    } finally {
      await connection.close();
      narrow.stop();
    }
  });

  it('works where sshd allows two channels only, and says so when it allows none', async () => {
    for (const [sessions, works] of [
      [2, true],
      [0, false],
    ] as const) {
      const narrow = await startSshd({ config: [`MaxSessions ${sessions}`] });
      const connection = connect(toSshd(narrow));
      try {
        if (works) {
          const session = await connection.session();
          const file = join(narrow.directory, 'f');
          writeFileSync(file, 'x'.repeat(100_000));
          for (let round = 0; round < 8; round += 1) {
            const stream = await session.download(file);
            let size = 0;
            for await (const chunk of stream as AsyncIterable<Buffer>) size += chunk.length;
            assert.equal(size, 100_000);
          }
        } else {
          await assert.rejects(connection.session(), coded('CHANNEL_FAILED', 'MaxSessions'));
        }
      } finally {
        await connection.close();
        narrow.stop();
      }
    }
  });

  it('leaves no process on the target after close', async () => {
    const connection = to();
    const { stdout } = await connection.run(sh`echo $$`);
    await connection.close();
    await new Promise((resolve) => setTimeout(resolve, 300));
    // Where nothing reaps orphans (a container without init) a zombie stays; it has no command line.
    const left = `/proc/${stdout.toString().trim()}/cmdline`;
    assert.equal(existsSync(left) ? readFileSync(left, 'utf8') : '', '');
  });

  it('goes through a ProxyCommand', async () => {
    const script = join(sshd.directory, 'pipe.mjs');
    writeFileSync(
      script,
      `import {connect} from 'node:net'; const s=connect(+process.argv[3],process.argv[2]); process.stdin.pipe(s).pipe(process.stdout);`,
    );
    const sshCommonArgs = `-o ProxyCommand='"${process.execPath}" ${script} %h %p'`;
    assert.equal((await to({ sshCommonArgs }).run(sh`echo through`)).stdout.toString(), 'through\n');
  });

  it('lets the program end at once after close', () => {
    const options = JSON.stringify(toSshd(sshd));
    const file = join(sshd.directory, 'exit.mts');
    writeFileSync(
      file,
      `import { connect } from ${JSON.stringify(new URL('../../src/transport/connect.ts', import.meta.url).href)};
       import { raw } from ${JSON.stringify(new URL('../../src/shell/shell.ts', import.meta.url).href)};
       const c = connect(${options}); await c.run(raw('true')); await c.close();
       const t = Date.now(); process.on('exit', () => console.log(Date.now() - t));`,
    );
    const waited = Number(execFileSync(process.execPath, ['--import', 'tsx', file], { encoding: 'utf8' }));
    assert.ok(waited < 150, `${waited} ms`);
  });

  it('does not load ssh2 for a local connection', () => {
    const code = `
      const { connect } = await import(${JSON.stringify(new URL('../../src/transport/connect.ts', import.meta.url).href)});
      const { raw } = await import(${JSON.stringify(new URL('../../src/shell/shell.ts', import.meta.url).href)});
      const c = connect({ hostName: 'x', connection: 'local', hostKeyChecking: 'strict' });
      await c.run(raw('true')); await c.close();
      const { createRequire } = await import('node:module');
      console.log(Object.keys(createRequire(import.meta.url).cache).filter((f) => f.includes('ssh2')).length);`;
    const file = join(sshd.directory, 'lazy.mts');
    writeFileSync(file, code);
    const said = execFileSync(process.execPath, ['--import', 'tsx', file], { encoding: 'utf8' });
    assert.equal(said.trim(), '0');
  });
});
