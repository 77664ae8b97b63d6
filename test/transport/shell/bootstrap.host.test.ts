/** A script is read whole before its first command runs: a cut stream never runs half of one. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argvProgram, programInput, sessionProgram } from '../../../src/transport/shell/bootstrap.js';
import { AnswerReader, encodeFrame, newNonce } from '../../../src/transport/shell/framing.js';

const SHELLS = [['dash'], ['bash'], ['busybox', 'sh']];

for (const [command = '', ...words] of SHELLS) {
  describe(`transport/bootstrap in ${[command, ...words].join(' ')}`, () => {
    let directory = '';
    let shell: ChildProcessWithoutNullStreams;
    before(() => (directory = mkdtempSync(join(tmpdir(), 'rtprov-boot-'))));
    after(() => rmSync(directory, { recursive: true, force: true }));
    const start = (program = sessionProgram()) => {
      shell = spawn(command, [...words, '-c', argvProgram('MARK')]);
      shell.stdin.write(programInput('MARK', program));
      shell.stderr.resume();
      return shell;
    };
    const exited = () => new Promise<void>((resolve) => shell.on('close', () => resolve()));

    it('needs no character in argv that some login shell would change', () => {
      assert.doesNotMatch(argvProgram('MARK'), /['\\!\n`*?~{}]/);
    });

    it('runs nothing of a frame that was cut, wherever it was cut', async () => {
      const file = join(directory, 'touched');
      const frame = encodeFrame('R', newNonce(), `: >${file}\n${'# filler\n'.repeat(4000)}`);
      for (const length of [frame.length - 1, frame.length - 2, frame.length - 40, frame.length >> 1, 60]) {
        const { stdin, stdout } = start();
        stdout.resume();
        stdin.end(frame.subarray(0, length));
        await exited();
        assert.equal(existsSync(file), false, `cut at ${length}`);
      }
      const { stdin, stdout } = start();
      stdout.resume();
      stdin.end(frame);
      await exited();
      assert.equal(existsSync(file), true);
    });

    it('runs nothing of what another reader of stdin leaves, wherever it stops', async function () {
      this.timeout(120_000);
      const file = join(directory, 'eaten');
      const program = `: >${file}; : >${file}; : >${file}`;
      const frame = encodeFrame('R', newNonce(), `: >${file}`).toString('latin1');
      const input = programInput('MARK', program) + frame;
      const whole = await endOf(input);
      assert.equal(whole, 0);
      assert.equal(existsSync(file), true);
      rmSync(file);
      const begin = input.indexOf('MARK+');
      const end = input.indexOf('MARK-\n') + 'MARK-\n'.length;
      assert.equal(await endOf(input.slice(begin, end)), 0, 'without what other shells exit by');
      rmSync(file);
      for (let from = begin + 1; from <= input.length; from += 1) {
        assert.equal(await endOf(input.slice(from)), 96, `from byte ${from}`);
        assert.equal(existsSync(file), false, `from byte ${from}`);
      }
      for (let to = 0; to < end; to += 1) {
        assert.equal(await endOf(input.slice(0, to)), 96, `to byte ${to}`);
        assert.equal(existsSync(file), false, `to byte ${to}`);
      }
    });

    it('is not a program for a shell that start files begin', async function () {
      this.timeout(120_000);
      const file = join(directory, 'alien');
      const frame = encodeFrame('R', newNonce(), `: >${file}`).toString('latin1');
      const input = programInput('MARK', sessionProgram()) + frame;
      const end = input.indexOf('MARK-\n');
      for (let from = 0; from <= end; from += 31) {
        assert.notEqual(await endOf(input.slice(from), words), 0, `from byte ${from}`);
        assert.equal(existsSync(file), false, `from byte ${from}`);
      }
    });

    const endOf = (
      input: string,
      args: readonly string[] = [...words, '-c', argvProgram('MARK')],
    ): Promise<number | null> => {
      const process = spawn(command, args, { stdio: ['pipe', 'ignore', 'ignore'] });
      process.stdin.on('error', () => undefined);
      process.stdin.end(input);
      return new Promise((resolve) => process.on('close', resolve));
    };

    it('runs nothing when its own program was cut', async () => {
      const { stdin, stdout } = spawn(command, [...words, '-c', argvProgram('MARK')]);
      let out = '';
      stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      stdin.end(`: >${join(directory, 'cut')}`);
      await new Promise<void>((resolve) => stdout.on('close', () => resolve()));
      assert.equal(out, 'MARK\n');
      assert.equal(existsSync(join(directory, 'cut')), false);
    });

    it('reads exactly where dd has no fullblock', async () => {
      const bin = mkdtempSync(join(directory, 'bin'));
      writeFileSync(
        join(bin, 'dd'),
        '#!/bin/sh\ncase "$*" in *fullblock*) echo "dd: unknown operand" >&2; exit 1;; esac\nexec /bin/dd "$@"\n',
      );
      chmodSync(join(bin, 'dd'), 0o755);
      const { stdin, stdout } = start(sessionProgram().replace('PATH=', `PATH=${bin}:`));
      const nonces = [newNonce(), newNonce()] as const;
      const readers = nonces.map((nonce) => new AnswerReader(nonce));
      stdout.on('data', (chunk: Buffer) => readers.forEach((reader) => reader.push(chunk)));
      stdin.write(encodeFrame('R', nonces[0], `echo one\n${'# filler\n'.repeat(500)}`));
      stdin.end(encodeFrame('R', nonces[1], 'echo two'));
      await exited();
      assert.deepEqual(
        readers.map((reader) => reader.output.toString()),
        ['one\n', 'two\n'],
      );
    });

    it('lets a script run to its end when nobody reads its output any more', async () => {
      const file = join(directory, 'end');
      const { stdin, stdout, stderr } = start();
      const nonce = newNonce();
      const seen = new Promise<void>((resolve) => {
        stdout.on('data', (chunk: Buffer) => {
          if (chunk.includes('begun')) resolve();
        });
      });
      stdin.write(
        encodeFrame(
          'R',
          nonce,
          `echo begun; sleep 0.3; head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2; echo x; echo y >&2 && : >${file}`,
        ),
      );
      await seen;
      stdout.destroy();
      stderr.destroy();
      stdin.destroy();
      await new Promise<void>((resolve) => shell.on('exit', () => resolve()));
      assert.equal(existsSync(file), true);
    });
  });
}
