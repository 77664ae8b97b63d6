import { execFileSync } from 'node:child_process';
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { sh } from '../../src/shell/shell.js';
import { connect } from '../../src/transport/connect.js';
import type { BecomeOptions, Connection } from '../../src/transport/types.js';
import { coded } from './support/errors.js';
import { startSshd, type TestSshd, toSshd } from './support/sshd.js';
import { createUser, type TestUser } from './support/user.js';

const MIB = 1024 * 1024;
const become: BecomeOptions = { user: 'root', method: 'sudo' };

/** Bytes that differ at every place, made as they are read. */
function source(
  mebibytes: number,
  onChunk?: (index: number) => void,
): { readonly stream: Readable; sha256(): string } {
  const hash = createHash('sha256');
  const block = randomBytes(64 * 1024);
  const generate = function* () {
    for (let index = 0; index < mebibytes * 16; index += 1) {
      block.writeUInt32BE(index, 0);
      onChunk?.(index);
      const chunk = Buffer.from(block);
      hash.update(chunk);
      yield chunk;
    }
  };
  return { stream: Readable.from(generate()), sha256: () => hash.digest('hex') };
}

async function collect(stream: Readable): Promise<{ readonly sha256: string; readonly size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { sha256: hash.digest('hex'), size };
}

for (const [way, shell] of [
  ['ssh', 'dash'],
  ['ssh', 'bash'],
  ['ssh', 'busybox sh'],
  ['local', 'sh'],
] as const) {
  describe(`transport: files over ${way} with ${shell}`, function () {
    this.timeout(60_000);
    let sshd: TestSshd;
    let user: TestUser;
    let connection: Connection;
    let directory = '';
    before(async () => {
      sshd = await startSshd();
      user = createUser({ sudoers: ['USER ALL=(ALL:ALL) NOPASSWD: ALL'] });
      directory = mkdtempSync(join(tmpdir(), 'rtprov-files-'));
      connection = connect({
        ...toSshd(sshd, user.name),
        connection: way,
        shell,
      });
    });
    after(async () => {
      await connection.close();
      rmSync(directory, { recursive: true, force: true });
      user.remove();
      sshd.stop();
    });
    const session = () => connection.session(become);
    const leftovers = () => readdirSync(directory).filter((name) => name.startsWith('.rtprov'));

    it('uploads through sudo: bytes, checksum, mode 0600, nothing left over, one round trip', async () => {
      const path = join(directory, `it's "a" $file`);
      const target = await session();
      const before = connection.stats.roundTrips;
      const sent = source(3);
      const result = await target.upload(sent.stream, path);
      assert.deepEqual(result, { sha256: sent.sha256(), size: 3 * MIB });
      assert.equal(createHash('sha256').update(readFileSync(path)).digest('hex'), result.sha256);
      assert.equal(statSync(path).mode & 0o7777, 0o600);
      assert.equal(statSync(path).uid, 0);
      assert.deepEqual(leftovers(), []);
      assert.equal(connection.stats.roundTrips - before, 1);
      assert.equal((await target.run(sh`echo in step`)).stdout.toString(), 'in step\n');
    });

    it('uploads nothing, and text, and replaces a file in one step', async () => {
      const path = join(directory, 'small');
      const target = await session();
      assert.equal((await target.upload(Readable.from([]), path)).size, 0);
      const inode = statSync(path).ino;
      assert.equal((await target.upload(Readable.from(['tä', 'xt']), path)).size, 5);
      assert.notEqual(statSync(path).ino, inode);
      assert.equal(readFileSync(path, 'utf8'), 'täxt');
    });

    it('downloads what it uploaded, while scripts run beside it', async () => {
      const path = join(directory, 'both ways');
      const target = await session();
      const { stream } = source(8);
      const sent = await target.upload(stream, path);
      const down = await target.download(path);
      assert.equal((await target.run(sh`echo beside`)).stdout.toString(), 'beside\n');
      assert.deepEqual(await collect(down), sent);
    });

    it('reports why an upload failed, removes the temp file, and stays in step', async () => {
      const target = await session();
      mkdirSync(join(directory, 'folder'), { recursive: true });
      const fails = [
        [join(directory, 'folder'), 'directory'],
        [join(directory, 'absent', 'file'), 'absent'],
        ['relative', 'not absolute'],
      ] as const;
      for (const [path, why] of fails) {
        await assert.rejects(target.upload(source(2).stream, path), coded('UPLOAD_FAILED', path, why));
        assert.equal((await target.run(sh`echo in step`)).stdout.toString(), 'in step\n');
      }
      assert.deepEqual(leftovers(), []);
    });

    it('reports a full file system and stays in step', async () => {
      const target = await session();
      await target.run(sh`mkdir -p ${directory}/full && mount -t tmpfs -o size=1m tmpfs ${directory}/full`);
      try {
        await assert.rejects(
          target.upload(source(5).stream, join(directory, 'full', 'file')),
          coded('UPLOAD_FAILED', 'full'),
        );
        assert.equal(
          (await target.run(sh`ls -A ${directory}/full; echo in step`)).stdout.toString(),
          'in step\n',
        );
      } finally {
        await target.run(sh`umount ${directory}/full`);
      }
    });

    it('leaves the old file and no temp file when the source breaks or is interrupted', async () => {
      const path = join(directory, 'old');
      writeFileSync(path, 'old');
      const target = await session();
      const broken = source(5, (index) => {
        if (index === 50) throw new Error('the disk is on fire');
      });
      await assert.rejects(target.upload(broken.stream, path), coded('UPLOAD_FAILED', 'the disk is on fire'));
      const stalled = new Readable({ read: () => undefined });
      const giveUp = new AbortController();
      setTimeout(() => giveUp.abort(), 100);
      await assert.rejects(target.upload(stalled, path, { signal: giveUp.signal }), coded('INTERRUPTED'));
      const stop = new AbortController();
      const slow = source(5, (index) => index === 50 && stop.abort());
      await assert.rejects(target.upload(slow.stream, path, { signal: stop.signal }), coded('INTERRUPTED'));
      assert.equal((await target.run(sh`cat ${path}`)).stdout.toString(), 'old');
      assert.deepEqual(leftovers(), []);
    });

    it('does not wait for a fifo that is to be downloaded', async () => {
      const fifo = join(directory, 'fifo');
      execFileSync('mkfifo', [fifo]);
      await assert.rejects((await session()).download(fifo), /it is not a regular file/);
    });

    it('reports a download of what is not there', async () => {
      await assert.rejects(
        (await session()).download('/nonexistent/x'),
        coded('DOWNLOAD_FAILED', '/nonexistent/x', /no(nexistent| such file)/i),
      );
    });

    it('frees the channel of a download that is not read to its end', async () => {
      const path = join(directory, 'unread');
      const target = await session();
      await target.upload(source(6).stream, path);
      for (let round = 0; round < 12; round += 1) {
        const stream = await target.download(path);
        stream.destroy();
      }
      assert.equal((await collect(await target.download(path))).size, 6 * MIB);
    });

    it('refuses what the login user may not write, and writes it as root', async () => {
      if (way === 'local') return;
      chmodSync(directory, 0o755);
      const own = await connection.session();
      await assert.rejects(
        own.upload(Readable.from(['x']), join(directory, 'denied')),
        coded('UPLOAD_FAILED', 'denied'),
      );
      assert.equal(existsSync(join(directory, 'denied')), false);
    });
  });
}

describe('transport: large files', function () {
  this.timeout(120_000);
  it('streams 100 MiB up and down in bounded memory', async () => {
    const sshd = await startSshd();
    const connection = connect(toSshd(sshd));
    const path = join(sshd.directory, 'large');
    try {
      const session = await connection.session();
      const start = process.memoryUsage().rss;
      let most = 0;
      const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
      const began = Date.now();
      const sent = await session.upload(source(100).stream, path);
      const uploaded = Date.now();
      const received = await collect(await session.download(path));
      clearInterval(watch);
      assert.deepEqual(received, sent);
      const grown = Math.round((most - start) / MIB);
      const took = `up ${uploaded - began} ms, down ${Date.now() - uploaded} ms, ${grown} MiB more memory`;
      if (process.env['RTPROV_MEASURE'] !== undefined) process.stdout.write(`      ${took}\n`);
      assert.ok(grown < 90, took);
    } finally {
      await connection.close();
      sshd.stop();
    }
  });
});
