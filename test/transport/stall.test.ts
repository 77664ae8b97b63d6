import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { raw, sh } from '../../src/shell/shell.js';
import { connect } from '../../src/transport/connect.js';
import { download } from '../../src/transport/download.js';
import type { RemoteProcess } from '../../src/transport/process.js';
import { coded } from './support/errors.js';

/** A program that prints its marker, and what it is given, and then nothing more. */
function silent(text: string): (command: string) => Promise<RemoteProcess> {
  return (command) => {
    const [marker = ''] = /rtprov-[0-9a-f]{24}/.exec(command) ?? [];
    const stdout = new PassThrough();
    stdout.write(`${marker}\n${text}`);
    const stderr = new PassThrough();
    stderr.write(`${marker}\n`);
    return Promise.resolve({
      stdin: new PassThrough(),
      stdout,
      stderr,
      ended: new Promise(() => undefined),
      close: () => stdout.destroy(),
    });
  };
}

const start = (text: string): Promise<Readable> =>
  download(
    { spawn: silent(text), shell: 'sh', at: 'h1', deadlineMs: 5000 },
    '/srv/file',
    () => undefined,
    100,
  );

const nothingCame = coded('DOWNLOAD_FAILED', 'no data for 0.1 s');

describe('transport: what pauses', function () {
  this.timeout(30_000);

  it('a file that does not begin to come fails', async () => {
    await assert.rejects(start(''), nothingCame);
  });

  it('a file that stops coming fails', async () => {
    const stream = await start('ok\nsome bytes');
    await assert.rejects(async () => {
      for await (const piece of stream) assert.equal(String(piece), 'some bytes');
    }, nothingCame);
  });

  it('a file that nobody reads here is not a fault of the target', async () => {
    const stream = await start('ok\nsome bytes');
    await new Promise((done) => setTimeout(done, 300));
    assert.equal(stream.errored, null);
    stream.destroy();
  });

  for (const [what, size] of [
    ['that takes nothing of a file', 8 << 20],
    ['that does not answer behind a small one', 10],
  ] as const)
    it(`a shell ${what} fails, and the next one works`, async () => {
      const connection = connect({
        hostName: 'here',
        connection: 'local',
        hostKeyChecking: 'strict',
        readTimeoutMs: 300,
      });
      try {
        const session = await connection.session();
        // The parent of the subshell that a script runs in.
        const pid = (await session.run(raw('read -r a b c p d </proc/self/stat; echo "$p"'))).stdout
          .toString()
          .trim();
        process.kill(Number(pid), 'SIGSTOP');
        await assert.rejects(
          session.upload(Readable.from([Buffer.alloc(size)]), '/tmp/rtprov-never'),
          coded('UPLOAD_FAILED', 'no data was accepted for 0.3 s'),
        );
        process.kill(Number(pid), 'SIGKILL');
        assert.equal((await session.run(sh`echo on`)).stdout.toString(), 'on\n');
      } finally {
        await connection.close();
      }
    });
});
