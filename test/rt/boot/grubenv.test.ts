import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  GrubenvFault,
  grubenvSize,
  newGrubenv,
  parseGrubenv,
  setGrubenv,
  unsetGrubenv,
} from '../../../src/rt/boot/grubenv.js';
import { grubTool } from '../grub-tools.js';

function good<T>(result: T | GrubenvFault): T {
  if (result instanceof GrubenvFault) assert.fail(result.message);
  return result;
}

describe("GRUB's environment block", () => {
  it('gives back what was set', () => {
    let block = newGrubenv();
    block = good(setGrubenv(block, 'saved_entry', 'gnulinux-advanced-u>gnulinux-v-advanced-u'));
    block = good(setGrubenv(block, 'next_entry', 'a\\b\nc=d#'));
    block = good(setGrubenv(block, 'saved_entry', 'é'));
    assert.deepEqual(
      [...good(parseGrubenv(block))],
      [
        ['saved_entry', 'é'],
        ['next_entry', 'a\\b\nc=d#'],
      ],
    );
    block = good(unsetGrubenv(block, 'saved_entry'));
    block = good(unsetGrubenv(block, 'next_entry'));
    assert.deepEqual(block, newGrubenv());
  });

  it('keeps its size, and reports when it is full', () => {
    const free = newGrubenv().toString('latin1').match(/#+$/)?.[0].length ?? 0;
    const fits = 'x'.repeat(free - 'a=\n'.length);
    const block = good(setGrubenv(newGrubenv(), 'a', fits));
    assert.equal(block.length, grubenvSize);
    assert.equal(good(parseGrubenv(block)).get('a'), fits);
    const fault = setGrubenv(newGrubenv(), 'a', `${fits}x`);
    assert.ok(fault instanceof GrubenvFault);
    assert.match(fault.message, /does not fit/);
  });

  for (const [what, bytes] of [
    ['an empty file', Buffer.alloc(0)],
    ['text', Buffer.from('saved_entry=0\n')],
    ['a short block', newGrubenv().subarray(0, 1000)],
    ['a block with a torn line', Buffer.from('# GRUB Environment Block\na=b'.padEnd(1024, '#'))],
  ] as const) {
    it(`is not ${what}`, () => {
      assert.ok(parseGrubenv(bytes) instanceof GrubenvFault);
      assert.ok(setGrubenv(bytes, 'a', 'b') instanceof GrubenvFault);
      assert.ok(unsetGrubenv(bytes, 'a') instanceof GrubenvFault);
    });
  }

  it('has no other names', () => {
    assert.ok(setGrubenv(newGrubenv(), 'a=b', 'c') instanceof GrubenvFault);
    assert.ok(setGrubenv(newGrubenv(), '#', 'c') instanceof GrubenvFault);
  });

  describe('against grub-editenv', () => {
    let folder: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), 'rtprov-grubenv-'));
    });
    after(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    it('has the same bytes after any changes', function () {
      this.timeout(120_000);
      const file = join(folder, 'grubenv');
      grubTool('grub-editenv', [file, 'create']);
      assert.deepEqual(newGrubenv(), readFileSync(file));
      const name = fc.constantFrom('saved_entry', 'next_entry', 'a', 'ab', '_b');
      const value = fc.oneof(
        fc.string({ unit: fc.constantFrom(...Array.from('ab=\\\n# >é')), maxLength: 12 }),
        fc.integer({ min: 200, max: 500 }).map((length) => 'y'.repeat(length)),
      );
      const change = fc.oneof(fc.record({ name, value: fc.constant(undefined) }), fc.record({ name, value }));
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
          let block = newGrubenv();
          writeFileSync(file, block);
          for (const { name: variable, value: text } of changes) {
            const next =
              text === undefined ? unsetGrubenv(block, variable) : setGrubenv(block, variable, text);
            const run = (): string =>
              grubTool(
                'grub-editenv',
                text === undefined ? [file, 'unset', variable] : [file, 'set', `${variable}=${text}`],
              );
            if (next instanceof GrubenvFault) assert.throws(run, /environment block too small/);
            else {
              run();
              block = next;
            }
            assert.deepEqual(readFileSync(file), block);
          }
        }),
        { numRuns: 60 },
      );
    });
  });
});
