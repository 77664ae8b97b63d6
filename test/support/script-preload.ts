/** Loaded before the installed program (see scripts.ts): asks the tests about each script that is about to be sent to a target. */
import { readSync, writeSync } from 'node:fs';
import { Duplex, Writable } from 'node:stream';
import { isMainThread } from 'node:worker_threads';
import { encodeFrame, type FrameKind } from '../../src/transport/shell/framing.js';

const socket = 3;

function readExactly(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length;) {
    const count = readSync(socket, bytes, at, length - at, null);
    if (count === 0) throw new Error('the tests are gone');
    at += count;
  }
  return bytes;
}

function ask(text: string): string {
  const body = Buffer.from(text);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  const all = Buffer.concat([head, body]);
  for (let at = 0; at < all.length;) at += writeSync(socket, all, at);
  return readExactly(readExactly(4).readUInt32BE()).toString();
}

const frame = /^([DRU]) ([0-9a-f]{32}) (\d+)\n/;

/** The same bytes with each script (not the definitions) as the tests want it; undefined when they do not begin with a frame. */
function rewritten(chunk: Buffer): Buffer | undefined {
  const pieces: Buffer[] = [];
  let rest = chunk;
  for (;;) {
    const found = frame.exec(rest.toString('latin1', 0, 80));
    if (found === null) break;
    const [head, kind = '', nonce = '', length = ''] = found;
    const end = head.length + Number(length);
    const text = rest.toString('utf8', head.length, end);
    pieces.push(encodeFrame(kind as FrameKind, nonce, kind === 'D' ? text : ask(text)));
    rest = rest.subarray(end + nonce.length + 1);
  }
  return pieces.length === 0 ? undefined : Buffer.concat([...pieces, rest]);
}

if (isMainThread) {
  // Duplex has its own copy of the method. ssh2's channels and the pipes of child processes both come here with plain bytes.
  for (const prototype of [Writable.prototype, Duplex.prototype] as {
    write: (...args: unknown[]) => boolean;
  }[]) {
    const { write } = prototype;
    prototype.write = function (this: Writable, chunk: unknown, ...others: unknown[]): boolean {
      const instead = Buffer.isBuffer(chunk) ? rewritten(chunk) : undefined;
      return write.call(this, instead ?? chunk, ...others);
    };
  }
}
