/** The file of --trace: which one is taken, what stands in it, and what never does. */
import assert from 'node:assert/strict';
import {
  closeSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TraceFile } from '../../src/cli/trace.js';
import { Secrets } from '../../src/engine/run/secrets.js';
import { lines, raw, sh, withheld } from '../../src/shell/shell.js';
import { coded } from '../transport/support/errors.js';

describe('cli: the file of --trace', () => {
  let folder: string;
  let warnings: string[];
  const open: TraceFile[] = [];
  const at = 'h1:22 as ops';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rtprov-trace-file-'));
    warnings = [];
  });
  afterEach(() => {
    for (const { file } of open.splice(0)) closeSync(file);
    rmSync(folder, { recursive: true });
  });

  const path = (name = 'trace.jsonl'): string => join(folder, name);
  function begin(secrets = new Secrets(), name?: string): TraceFile {
    const trace = TraceFile.open(path(name), secrets, (text) => warnings.push(text));
    open.push(trace);
    return trace;
  }
  const records = (): readonly Record<string, unknown>[] =>
    readFileSync(path(), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('has a first line that says what it is, and two lines for each exchange', () => {
    const trace = begin();
    const one = trace
      .of('h1')
      .begin({ operation: 'script', at, become: 'root', script: sh`echo ${'a b'}`, defines: ['journal'] });
    const two = trace.of('h2').begin({ operation: 'download', at, path: '/etc/motd' });
    two({});
    one({ status: 3, stdoutBytes: 4, stderrBytes: 0 });
    const [first, ...others] = records();
    assert.equal(first?.['event'], 'trace');
    assert.equal(first['format'], 1);
    for (const { time } of others) assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(
      others.map((record) => {
        const { time: _time, ms, ...rest } = record;
        return { ...rest, ...(rest['event'] === 'answered' ? { ms: typeof ms } : {}) };
      }),
      [
        {
          event: 'sent',
          id: 1,
          host: 'h1',
          operation: 'script',
          at,
          become: 'root',
          defines: ['journal'],
          bytes: 10,
          sent: "echo 'a b'",
        },
        { event: 'sent', id: 2, host: 'h2', operation: 'download', at, path: '/etc/motd' },
        { event: 'answered', id: 2, host: 'h2', operation: 'download', ms: 'number' },
        {
          event: 'answered',
          id: 1,
          host: 'h1',
          operation: 'script',
          ms: 'number',
          status: 3,
          stdoutBytes: 4,
          stderrBytes: 0,
        },
      ],
    );
  });

  it('is for its owner alone, also where it was not before', () => {
    begin();
    assert.equal(statSync(path()).mode & 0o777, 0o600);
    rmSync(path());
    writeFileSync(path(), '', { mode: 0o644 });
    begin();
    assert.equal(statSync(path()).mode & 0o777, 0o600);
  });

  it('replaces an earlier trace', () => {
    begin().of('h1').begin({ operation: 'connect', at });
    assert.equal(records().length, 2);
    begin();
    assert.equal(records().length, 1);
  });

  it('leaves every other file as it is', () => {
    writeFileSync(path('play.yaml'), '- hosts: all\n');
    writeFileSync(path('target'), '');
    symlinkSync(path('target'), path('link'));
    linkSync(path('target'), path('second'));
    mkdirSync(path('folder'));
    for (const [name, why] of [
      ['play.yaml', 'is not a trace'],
      ['link', 'symbolic link'],
      ['second', 'hard links'],
      ['folder', 'is a folder'],
      ['missing/trace', 'does not exist'],
    ] as const)
      assert.throws(() => begin(undefined, name), coded('BAD_OPTION', path(name), why));
    assert.throws(
      () => TraceFile.open('/dev/null', new Secrets(), () => undefined),
      coded('BAD_OPTION', 'not a regular file'),
    );
    assert.equal(readFileSync(path('play.yaml'), 'utf8'), '- hosts: all\n');
    assert.equal(readFileSync(path('target'), 'utf8'), '');
  });

  it('holds no secret, in any of its forms', () => {
    const secrets = new Secrets();
    const secret = `it's "s3cret" $x`;
    secrets.add(secret);
    const trace = begin(secrets).of('h1');
    const base64 = Buffer.from(secret).toString('base64');
    trace.begin({
      operation: 'script',
      at: `h1:22 as ${secret}`,
      become: secret,
      script: lines([
        sh`echo ${secret} ${base64} ${JSON.stringify({ secret })}`,
        raw(Buffer.from(secret).toString('hex')),
      ]),
    })({ error: { code: 'SHELL_DIED', message: `the shell died (${secret})` } });
    trace.begin({ operation: 'upload', at, path: `/tmp/${secret}` });
    trace.begin({ operation: 'channel', at, command: `sudo -u ${secret}` });
    assert.equal(records().length, 5);
    const text = readFileSync(path(), 'utf8');
    for (const part of ['s3cret', base64.slice(2, -4), Buffer.from('s3cret').toString('hex')])
      assert.ok(!text.includes(part), `${part} in ${text}`);
    assert.match(text, /\*{8}/);
  });

  it('shows of what is withheld only how long it is', () => {
    const trace = begin().of('h1');
    trace.begin({ operation: 'script', at, script: raw('echo hidden'), withheld: 'no_log' })({
      error: { code: 'SHELL_DIED', message: 'hidden words' },
    });
    trace.begin({ operation: 'upload', at, path: '/hidden', withheld: 'secrets' });
    trace.begin({
      operation: 'script',
      at,
      script: sh`printf %s ${withheld('content', raw('hidden'))} >file`,
    });
    const [, sent, answered, upload, part] = records();
    assert.equal(sent?.['bytes'], 11);
    assert.equal(sent['withheld'], 'no_log');
    assert.deepEqual(answered?.['error'], { code: 'SHELL_DIED' });
    assert.equal(upload?.['withheld'], 'secrets');
    assert.equal(part?.['sent'], 'printf %s (content: 6 bytes) >file');
    assert.doesNotMatch(readFileSync(path(), 'utf8'), /hidden/);
  });

  it('warns once when it cannot be written any more, and stops nobody', () => {
    const trace = begin();
    closeSync(trace.file);
    open.pop();
    for (let times = 0; times < 3; times += 1) trace.of('h1').begin({ operation: 'connect', at })({});
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /^warning: the trace is not complete: /);
    assert.equal(records().length, 1);
  });
});
