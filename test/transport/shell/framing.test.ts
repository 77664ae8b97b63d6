import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AnswerReader, encodeFrame, newNonce } from '../../../src/transport/shell/framing.js';

const nonceArb = fc.constant(null).map(() => newNonce());

/** Cuts bytes at the given places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  const all = [0, ...ends, bytes.length];
  return all.slice(1).map((end, index) => bytes.subarray(all[index] ?? 0, end));
}

describe('transport/framing', () => {
  it('finds any output between any noise, however it is cut', () => {
    fc.assert(
      fc.property(
        nonceArb,
        fc.uint8Array({ maxLength: 300 }),
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 0, max: 255 }),
        fc.array(fc.nat(2000), { maxLength: 40 }),
        (nonce, noise, output, status, places) => {
          const stream = Buffer.concat([
            Buffer.from(noise),
            Buffer.from(`${nonce}<`),
            Buffer.from(output),
            Buffer.from(`${nonce}>${String(status).padStart(3, '0')}late noise`),
          ]);
          const streamed: Buffer[] = [];
          const reader = new AnswerReader(nonce, (chunk) => streamed.push(Buffer.from(chunk)));
          for (const piece of cut(stream, places)) reader.push(piece);
          assert.equal(reader.isDone, true);
          assert.equal(reader.status, status);
          assert.deepEqual(reader.output, Buffer.from(output));
          assert.deepEqual(Buffer.concat(streamed), Buffer.from(output));
        },
      ),
    );
  });

  it('is not deceived by output that looks almost like the end', () => {
    const nonce = newNonce();
    const reader = new AnswerReader(nonce);
    const lookalike = `${nonce.slice(0, -1)}>000${nonce}<${nonce}`;
    reader.push(Buffer.from(`${nonce}<${lookalike}`));
    assert.equal(reader.isDone, false);
    reader.push(Buffer.from(`x${nonce}>00`));
    assert.equal(reader.isDone, false);
    assert.equal(reader.push(Buffer.from('7')), true);
    assert.equal(reader.status, 7);
    assert.equal(reader.output.toString(), `${lookalike}x`);
  });

  it('writes the length in bytes, and the nonce again after the body', () => {
    assert.equal(encodeFrame('R', 'n', 'echo ü').toString(), 'R n 7\necho ün\n');
  });

  it('refuses a script with a NUL byte and never sends an empty body', () => {
    assert.throws(() => encodeFrame('R', 'n', 'a\0b'), RangeError);
    assert.equal(encodeFrame('R', 'n', '').toString(), 'R n 1\n:n\n');
  });
});
