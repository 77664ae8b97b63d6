/** What a trace is given about each exchange, over the connection to this machine. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { raw, sh } from '../../src/shell/shell.js';
import { connect } from '../../src/transport/connect.js';
import type { Exchange, ExchangeEnd, Trace } from '../../src/transport/trace.js';
import type { Connection } from '../../src/transport/types.js';
import { coded } from './support/errors.js';

interface Recorded {
  readonly exchange: Exchange;
  end?: ExchangeEnd;
}

/** Keeps what it is given. An exchange that ends twice is a fault. */
class Recorder implements Trace {
  readonly all: Recorded[] = [];

  begin(exchange: Exchange): (end: ExchangeEnd) => void {
    const recorded: Recorded = { exchange };
    this.all.push(recorded);
    return (end) => {
      assert.equal(recorded.end, undefined);
      recorded.end = end;
    };
  }

  of(...operations: readonly Exchange['operation'][]): readonly Recorded[] {
    return this.all.filter(({ exchange }) => operations.includes(exchange.operation));
  }
}

describe('transport: what a trace is given', function () {
  this.timeout(240_000);
  let folder: string;
  let trace: Recorder;
  let connection: Connection;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rtprov-trace-'));
    trace = new Recorder();
    connection = connect({ hostName: 'here', connection: 'local', hostKeyChecking: 'strict', trace });
  });
  afterEach(async () => {
    await connection.close();
    rmSync(folder, { recursive: true });
  });

  it('one script or upload for each round trip, with its end', async () => {
    const session = await connection.session();
    session.define('greeting', raw('greet() { echo hello; }'));
    await session.run(sh`greet; echo ${"it's"} >&2; exit 3`);
    await session.run(raw('greet'));
    await session.upload(Readable.from([Buffer.from('bytes')]), join(folder, 'file'));
    const trips = trace.of('script', 'upload');
    assert.equal(trips.length, connection.stats.roundTrips);
    assert.deepEqual(
      trips.map(({ exchange }) => [exchange.operation, exchange.script?.text, exchange.defines]),
      [
        ['script', "greet; echo 'it'\\''s' >&2; exit 3", ['greeting']],
        ['script', 'greet', []],
        ['upload', undefined, undefined],
      ],
    );
    assert.deepEqual(
      trips.map(({ end }) => end),
      [
        { status: 3, stdoutBytes: 6, stderrBytes: 5 },
        { status: 0, stdoutBytes: 6, stderrBytes: 0 },
        { status: 0, bytes: 5, sha256: createHash('sha256').update('bytes').digest('hex') },
      ],
    );
    assert.equal(trips[2]?.exchange.path, join(folder, 'file'));
    for (const { exchange } of trace.all) assert.match(exchange.at, /^this machine as /);
  });

  it('the command line of each shell', async () => {
    await connection.run(raw(':'));
    await connection.reconnect();
    await connection.run(raw(':'));
    const channels = trace.of('channel');
    assert.equal(channels.length, 2);
    for (const { exchange, end } of channels) {
      assert.match(exchange.command ?? '', /^exec sh -c '/);
      assert.deepEqual(end, {});
    }
  });

  it('files that are fetched, and ports that are looked at', async () => {
    const session = await connection.session();
    await session.upload(Readable.from([Buffer.from('there and back')]), join(folder, 'file'));
    assert.equal((await buffer(await session.download(join(folder, 'file')))).toString(), 'there and back');
    assert.deepEqual(
      trace.of('download').map(({ exchange, end }) => [exchange.path, end]),
      [[join(folder, 'file'), {}]],
    );
    const server = createServer((socket) => void socket.end());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as { port: number };
    assert.equal(await connection.probePort('127.0.0.1', port, 5000), true);
    await new Promise((done) => server.close(done));
    assert.equal(await connection.probePort('127.0.0.1', port, 5000), false);
    assert.deepEqual(
      trace.of('probe').map(({ exchange, end }) => [exchange.path, end]),
      [
        [`127.0.0.1:${port}`, { accepted: true }],
        [`127.0.0.1:${port}`, { accepted: false }],
      ],
    );
  });

  it('a script that is stopped, with what stopped it', async () => {
    await assert.rejects(connection.run(raw('sleep 600'), { timeoutMs: 200 }), coded('SCRIPT_TIMEOUT'));
    const [late] = trace.of('script');
    assert.equal(late?.end?.error?.code, 'SCRIPT_TIMEOUT');
    const [stop] = trace.of('stop');
    assert.match(stop?.exchange.script?.text ?? '', /kill -KILL/);
    assert.equal(stop?.end?.status, 0);
  });

  it('why something is withheld; then an upload has no checksum', async () => {
    const session = await connection.session();
    await session.run(raw('echo no'), { withheld: 'no_log' });
    const source = Readable.from([Buffer.from('x')]);
    await session.upload(source, join(folder, 'file'), { withheld: 'secrets' });
    assert.deepEqual(
      trace.of('script', 'upload').map(({ exchange, end }) => [exchange.withheld, end]),
      [
        ['no_log', { status: 0, stdoutBytes: 3, stderrBytes: 0 }],
        ['secrets', { status: 0, bytes: 1 }],
      ],
    );
  });

  it('a program that cannot be started, and the scripts that it keeps from being sent', async () => {
    const other = connect({
      hostName: 'here',
      connection: 'local',
      hostKeyChecking: 'strict',
      shell: '/no/such/shell',
      trace,
    });
    await assert.rejects(other.run(raw(':')), coded('SHELL_DIED'));
    await other.close();
    assert.equal(trace.of('script')[0]?.end?.error?.code, 'SHELL_DIED');
  });
});
