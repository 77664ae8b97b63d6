import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { batch, parseBatch, type Part } from '../../../src/engine/window/batch.js';
import { raw, sh } from '../../../src/shell/shell.js';

const nonce = 'a1b2c3d4e5f6';

function runIn(shell: readonly string[], parts: readonly Part[]) {
  const [command = 'sh', ...args] = shell;
  const done = spawnSync(command, args, { input: batch(parts, nonce).text });
  assert.equal(done.status, 0, done.stderr.toString());
  return parseBatch(done, nonce);
}

const shells = [['dash'], ['bash'], ['busybox', 'sh']];

describe('engine/window/batch', () => {
  for (const shell of shells) {
    it(`gives each part's status and both streams in ${shell.join(' ')}`, () => {
      const answers = runIn(shell, [
        { name: 'a', script: raw('printf out; printf err >&2; exit 3') },
        { name: 'b', script: raw('cat /dev/null') },
      ]);
      assert.deepEqual(
        [answers.get('a')?.status, answers.get('a')?.stdout.toString(), answers.get('a')?.stderr.toString()],
        [3, 'out', 'err'],
      );
      assert.deepEqual([answers.get('b')?.status, answers.get('b')?.stdout.toString()], [0, '']);
    });
  }

  it('skips the rest of a failed item, runs the other items, and not the later tasks', () => {
    const part = (name: string, task: number, item: number, script: string): Part => ({
      name,
      of: { task, item },
      script: raw(script),
    });
    const answers = runIn(
      ['sh'],
      [
        part('first', 0, 0, 'exit 1'),
        part('rest', 0, 0, ':'),
        part('other', 0, 1, 'echo ran'),
        part('behind', 1, 0, ':'),
        { name: 'read', always: true, script: raw('echo read') },
      ],
    );
    assert.deepEqual([...answers.keys()], ['first', 'other', 'read']);
  });

  it('runs nothing after a critical part that failed, except what always runs', () => {
    const answers = runIn(
      ['sh'],
      [
        { name: 'journal', critical: true, script: raw('exit 1') },
        { name: 'change', of: { task: 0, item: 0 }, script: raw(':') },
        { name: 'read', always: true, script: raw(':') },
      ],
    );
    assert.deepEqual([...answers.keys()], ['journal', 'read']);
  });

  it('brings any bytes back, also ones that look like markers of another batch', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constant('\n@ffff end x 0 1 2\n'), fc.constant('\n'))),
        (texts) => {
          const text = texts.join('').replaceAll('\0', '');
          const answers = runIn(['sh'], [{ name: 'p', script: sh`printf '%s' ${text}` }]);
          assert.equal(answers.get('p')?.stdout.toString(), text);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('leaves out parts that did not end', () => {
    const cut = Buffer.from(`\n@${nonce} begin a\nhalf`);
    assert.equal(parseBatch({ stdout: cut, stderr: Buffer.alloc(0) }, nonce).size, 0);
  });
});
