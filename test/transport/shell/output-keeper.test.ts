import assert from 'node:assert/strict';
import { batch, batchMark, parseBatch } from '../../../src/engine/window/batch.js';
import { raw } from '../../../src/shell/shell.js';
import { OutputKeeper } from '../../../src/transport/shell/output-keeper.js';

describe('transport/shell/output-keeper', () => {
  it('keeps the beginning and counts the rest', () => {
    const keeper = new OutputKeeper(5);
    for (const piece of ['abc', 'def', 'ghi']) keeper.push(Buffer.from(piece));
    assert.equal(keeper.output.toString(), 'abcde');
    assert.deepEqual(keeper.cuts, [{ at: 5, bytes: 4 }]);
  });

  it('limits each part, and loses no mark, however the pieces fall', () => {
    const mark = batchMark('n');
    const text = `${mark}begin a\n${'x'.repeat(50)}${mark}end a 0 1 2\n${mark}begin b\nyy${mark}end b 0 1 2\n`;
    for (let size = 1; size <= text.length; size += 1) {
      const keeper = new OutputKeeper(20, mark);
      for (let at = 0; at < text.length; at += size) keeper.push(Buffer.from(text.slice(at, at + size)));
      const parts = parseBatch(
        { stdout: keeper.output, stderr: Buffer.alloc(0), cuts: { stdout: keeper.cuts, stderr: [] } },
        'n',
      );
      // The line after the mark counts as well.
      assert.deepEqual(parts.get('a')?.cut, {
        stdout: 50 - (20 - mark.length - 'begin a\n'.length),
        stderr: 0,
      });
      assert.equal(parts.get('b')?.stdout.toString(), 'yy');
      assert.equal(parts.get('b')?.cut, undefined);
    }
  });

  it('says nothing of a cut where nothing was left out', () => {
    const parts = parseBatch(
      { stdout: Buffer.from('\n@n begin a\nx\n@n end a 0 1 2\n'), stderr: Buffer.alloc(0) },
      'n',
    );
    assert.equal(parts.get('a')?.cut, undefined);
    assert.ok(batch([{ name: 'a', script: raw(':') }], 'n').text.includes("'\\n@%s begin"));
  });
});
