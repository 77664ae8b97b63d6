/**
 * The scripts that the installed program sends to targets, shown to a test and rewritten by it on their way. The program knows nothing
 * of it: `script-preload.ts` is loaded before it and catches the frames of a session (src/transport/shell/framing.ts) where they are written
 * to a stream, and asks this process over a socket what to send instead.
 */
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { buildSync } from 'esbuild';
import { cloneDir } from '../lab/names.js';

/** Gives the script to send in the place of one. The program waits for the answer. */
export type Rewrite = (text: string) => string;

let built: string | undefined;

/** Compiles the preload, once for each process of tests; gives its path. */
export function scriptPreload(folder: string): string {
  if (built === undefined) {
    built = join(folder, 'script-preload.cjs');
    buildSync({
      entryPoints: [join(cloneDir, 'test', 'support', 'script-preload.ts')],
      outfile: built,
      bundle: true,
      format: 'cjs',
      platform: 'node',
      target: 'node20.19',
    });
  }
  return built;
}

/** A message on the socket: four bytes of length, and so many bytes of UTF-8. */
export function message(text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

/** Answers what the preload of one program asks. */
export function serveScripts(socket: Duplex, rewrite: Rewrite): void {
  let held = Buffer.alloc(0);
  // A program that was killed does not hear the answer.
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 4 && held.length >= 4 + held.readUInt32BE()) {
      const end = 4 + held.readUInt32BE();
      const text = held.toString('utf8', 4, end);
      held = held.subarray(end);
      socket.write(message(rewrite(text)));
    }
  });
}
