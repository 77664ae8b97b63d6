/** A TCP proxy that delays both directions by half a round trip, and can stall or cut all its connections. */
import { connect, createServer, type Socket } from 'node:net';

export interface TestProxy {
  readonly port: number;
  /** Chunks that went through, in order of arrival, for counting round trips. */
  readonly turns: () => number;
  stall(): void;
  resume(): void;
  cut(): void;
  close(): void;
}

export async function startProxy(targetPort: number, rttMs: number): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  let stalled = false;
  const held: (() => void)[] = [];
  let turns = 0;
  let lastSide = '';
  const forward = (from: Socket, to: Socket, side: string) => {
    from.on('data', (chunk: Buffer) => {
      if (side === 'client' && lastSide === 'server') turns += 1;
      lastSide = side;
      const send = () => {
        if (!to.destroyed) to.write(chunk);
      };
      setTimeout(() => (stalled ? held.push(send) : send()), rttMs / 2);
    });
    from.on('end', () => setTimeout(() => stalled || to.end(), rttMs / 2));
    from.on('error', () => to.destroy());
    from.on('close', () => sockets.delete(from));
  };
  const server = createServer((inward) => {
    const outward = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    inward.setNoDelay(true);
    sockets.add(inward).add(outward);
    forward(inward, outward, 'client');
    forward(outward, inward, 'server');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    turns: () => turns,
    stall: () => void (stalled = true),
    resume: () => {
      stalled = false;
      for (const send of held.splice(0)) send();
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
