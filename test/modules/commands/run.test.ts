/** Runs the scripts of commands in the shells of this machine. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { findModule } from '../../../src/modules/core/registry.js';
import type { CommandResult, RemoteCommand } from '../../../src/modules/core/module.js';
import { lines, sh } from '../../../src/shell/shell.js';
import type { Value } from '../../../src/values/value.js';
import { FakeTarget } from '../context.js';

const shells = [['dash'], ['bash', '--posix'], ['bash'], ['busybox', 'sh']].filter(
  ([program = '', ...options]) => spawnSync(program, [...options, '-c', ':']).status === 0,
);

function planned(
  module: string,
  args: Record<string, Value>,
  scripts: Record<string, string> = {},
): RemoteCommand {
  const target = new FakeTarget();
  for (const [name, text] of Object.entries(scripts)) {
    const content = Buffer.from(text);
    const sha256 = target.store.put(content);
    target.sources.set(name, {
      type: 'file',
      path: name,
      mode: '0644',
      size: content.length,
      sha256,
      content,
    });
  }
  const found = findModule(module);
  assert.ok(found !== undefined);
  const { plan } = target.plan(found, args);
  assert.ok(plan.type === 'command', JSON.stringify(plan));
  return plan.command;
}

for (const [program = '', ...options] of shells) {
  const name = [program, ...options].join(' ');
  let folder: string;
  /** As the engine does it: the script comes on standard input, and more follows it. */
  const run = (command: RemoteCommand): CommandResult => {
    const stage = sh`rtp_stage=${folder}; rtp_make_place() { mkdir -p "$rtp_stage"; }`;
    const script = lines([
      stage,
      ...(command.prepare === undefined ? [] : [command.prepare]),
      command.script,
    ]);
    const input = `${script.text}\nrtp_status=$?\necho still here >&3\nexit $rtp_status\n`;
    const done = spawnSync(program, [...options, '-s'], {
      input,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: '/home/x', SET: 'it is' },
    });
    assert.equal(done.output[3]?.toString(), 'still here\n');
    return command.result({
      status: done.status ?? 255,
      stdout: done.stdout,
      stderr: done.stderr,
      seconds: 1.25,
      endedAt: 0,
    });
  };
  const stdoutOf = (module: string, args: Record<string, Value>): unknown =>
    run(planned(module, args)).result['stdout'];

  describe(`commands in ${name}`, function () {
    this.timeout(240_000);
    before(() => {
      folder = mkdtempSync(join(tmpdir(), "rtprov run'"));
      writeFileSync(join(folder, 'a file'), 'x');
    });
    after(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    it('passes words as they are', () => {
      const word = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !text.includes('\0'));
      fc.assert(
        fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
          const args = {
            argv: ['printf', '%s\\0', ...words],
            expand_argument_vars: false,
            strip_empty_ends: false,
          };
          assert.equal(stdoutOf('command', args), words.map((text) => `${text}\0`).join(''));
        }),
        { numRuns: 30 },
      );
    });

    it('replaces variables that are set, and a tilde', () => {
      const argv = [
        'printf',
        '[%s]',
        '$SET',
        '${SET}s',
        'x$NOT_SET.',
        '${NOT_SET}',
        '~',
        '~/a b',
        'a~',
        '$',
        '$$',
        '~root/x y',
      ];
      const wanted = '[it is][it iss][x$NOT_SET.][${NOT_SET}][/home/x][/home/x/a b][a~][$][$$][/root/x y]';
      assert.equal(stdoutOf('command', { argv }), wanted);
    });

    it('starts programs and no built-ins', () => {
      assert.equal(stdoutOf('command', { cmd: 'echo a\\\\tb' }), 'a\\tb');
      assert.equal(run(planned('command', { cmd: 'rtp_nothing' })).result['rc'], 127);
    });

    it('gives no input but what it is given', () => {
      assert.equal(stdoutOf('command', { cmd: 'cat' }), '');
      assert.equal(stdoutOf('command', { cmd: 'cat', stdin: "it's\n$x" }), "it's\n$x");
      assert.equal(stdoutOf('shell', { cmd: 'cat' }), '');
      assert.equal(stdoutOf('shell', { cmd: 'read -r a; echo "<$a>"', stdin: 'x y' }), '<x y>');
      const exact = { cmd: 'cat', stdin: 'x', stdin_add_newline: false, strip_empty_ends: false };
      assert.equal(stdoutOf('command', exact), 'x');
    });

    it('runs text of several lines with quotes and here documents', () => {
      const cmd = "x='a  b'\ncat <<EOF\n$x\nRTP_SCRIPT\nEOF\nexit 3";
      const { failed, msg, result } = run(planned('shell', { cmd }));
      assert.ok(failed);
      assert.equal(msg, 'non-zero return code');
      assert.deepEqual(result['stdout_lines'], ['a  b', 'RTP_SCRIPT']);
      assert.equal(result['rc'], 3);
      assert.equal(result['delta'], '0:00:01.250000');
      assert.equal(result['start'], '1969-12-31 23:59:58.750000');
    });

    it('survives text that is not a shell', () => {
      const { failed, result } = run(planned('shell', { cmd: 'if then (' }));
      assert.ok(failed);
      assert.notEqual(result['stderr'], '');
    });

    it('runs in a folder, and fails without it', () => {
      assert.equal(stdoutOf('command', { cmd: 'ls', chdir: folder }), 'a file');
      assert.equal(run(planned('command', { cmd: 'ls', chdir: `${folder}/nope` })).result['rc'], 2);
    });

    it('runs scripts with arguments, and removes them', () => {
      const scripts = { 'probe.sh': '#!/bin/sh\necho "$#:$1:$2"; dirname "$0"; exit 4\n' };
      const { result } = run(planned('script', { cmd: "probe.sh 'a b' $SET" }, scripts));
      const [first, where = ''] = result['stdout_lines'] as string[];
      assert.equal(first, '2:a b:it is');
      assert.equal(result['rc'], 4);
      assert.equal(spawnSync('ls', [where]).status, 2);
      const other = planned('script', { cmd: 'probe.sh x', executable: 'echo run' }, scripts);
      const { stdout } = run(other).result;
      assert.match(typeof stdout === 'string' ? stdout : '', /^run .*\/probe\.sh x$/);
    });

    it('looks for patterns where it runs', () => {
      const there = run(planned('command', { cmd: 'echo ran', creates: 'a [fg]*', chdir: folder }));
      assert.deepEqual([there.changed, there.result['rc']], [false, 0]);
      assert.equal(there.result['stdout'], "skipped, since 'a [fg]*' exists");
      const missing = run(planned('command', { cmd: 'echo ran', creates: `${folder}/b*` }));
      assert.deepEqual([missing.changed, missing.result['stdout']], [true, 'ran']);
      const removed = run(planned('shell', { cmd: 'echo ran', removes: `${folder}/b*` }));
      assert.equal(removed.changed, false);
      assert.equal(removed.msg, `Did not run command since '${folder}/b*' does not exist`);
    });
  });
}
