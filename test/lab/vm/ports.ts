import { createServer } from 'node:net';
import { portRange } from './names.js';

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A port of the loopback interface that nobody listens on and that is not among `taken`. */
export async function freePort(taken: ReadonlySet<number> = new Set()): Promise<number> {
  const count = portRange.last - portRange.first + 1;
  // Not from the beginning: an image that is being built has no state that others could see.
  const from = Math.floor(Math.random() * count);
  for (let i = 0; i < count; i += 1) {
    const port = portRange.first + ((from + i) % count);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Error(`ports ${portRange.first} to ${portRange.last} are all in use`);
}
