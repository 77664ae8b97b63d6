import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { RtprovError } from '../../src/diagnostics/diagnostic.js';
import { raw } from '../../src/shell/shell.js';
import { connect } from '../../src/transport/connect.js';
import { coded } from './support/errors.js';

describe('transport: limits of what a target prints', function () {
  this.timeout(240_000);
  const make = () =>
    connect({
      hostName: 'here',
      connection: 'local',
      hostKeyChecking: 'strict',
      maxOutputBytes: 100_000,
      readTimeoutMs: 1500,
    });

  for (const shell of ['yes rtprov-endless', 'yes rtprov-endless >&2'])
    it(`stops what only reads and prints for ever: ${shell}`, async () => {
      const connection = make();
      try {
        await assert.rejects(
          connection.run(raw(shell), { isRead: true }),
          coded('OUTPUT_TOO_LARGE', '100000 bytes'),
        );
        assert.equal((await connection.run(raw('echo on'))).stdout.toString(), 'on\n');
        const running = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
        assert.doesNotMatch(running, /^yes rtprov-endless/m);
      } finally {
        await connection.close();
      }
    });

  it('stops what only reads and never answers', async () => {
    const connection = make();
    try {
      await assert.rejects(connection.run(raw('sleep 600'), { isRead: true }), (error) => {
        assert.ok(error instanceof RtprovError);
        assert.equal(error.code, 'SCRIPT_TIMEOUT');
        assert.match(error.hint ?? '', /rtprov_read_timeout/);
        return true;
      });
      assert.equal((await connection.run(raw('echo on'))).stdout.toString(), 'on\n');
    } finally {
      await connection.close();
    }
  });

  it('keeps the beginning of what a command prints, and counts the rest', async () => {
    const connection = make();
    try {
      const { status, stdout, cuts } = await connection.run(raw('head -c 3000000 /dev/zero; exit 7'));
      assert.equal(status, 7);
      assert.equal(stdout.length, 100_000);
      assert.deepEqual(cuts?.stdout, [{ at: 100_000, bytes: 2_900_000 }]);
    } finally {
      await connection.close();
    }
  });
});
