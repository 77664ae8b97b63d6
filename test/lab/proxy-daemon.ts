// One process a lab: a delaying TCP proxy before each host's sshd. This machine's kernel may have no netem.
import { rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { delayLine } from './delay-line.js';
import type { ProxyAnswer, ProxyCommand, ProxyStats } from './proxy-protocol.js';

interface Link {
  readonly pump: () => void;
  readonly cut: () => void;
}

interface Line {
  rttMs: number;
  stalled: boolean;
  readonly links: Set<Link>;
  counts: { connections: number; bytesToHost: number; bytesFromHost: number; turns: number };
}

const zero = (): Line['counts'] => ({ connections: 0, bytesToHost: 0, bytesFromHost: 0, turns: 0 });
const lines = new Map<string, Line>();

function carry(line: Line, client: Socket, address: string, port: number): void {
  line.counts.connections += 1;
  client.setNoDelay(true);
  const server = connect({ host: address, port, noDelay: true });
  // The far end gets the connection when the handshake's third packet would reach it, one and a half round trips
  // after the client began; `connect` above has only reserved it (sshd's greeting waits in the delay line).
  const opened = performance.now() + line.rttMs;
  let hostSpokeLast = true;
  const half = (): number => line.rttMs / 2;
  const isOpen = (): boolean => !line.stalled;
  const toHost = delayLine(
    client,
    server,
    () => half() + remaining(),
    isOpen,
    (bytes) => {
      line.counts.bytesToHost += bytes;
      if (hostSpokeLast) line.counts.turns += 1;
      hostSpokeLast = false;
    },
  );
  const toClient = delayLine(
    server,
    client,
    () => half() + remaining() + handshakeHalf(),
    isOpen,
    (bytes) => {
      line.counts.bytesFromHost += bytes;
      hostSpokeLast = true;
    },
  );
  function remaining(): number {
    return Math.max(0, opened - performance.now());
  }
  function handshakeHalf(): number {
    return remaining() > 0 ? half() : 0;
  }
  const link: Link = {
    pump: () => {
      toHost.pump();
      toClient.pump();
    },
    cut: () => {
      client.resetAndDestroy();
      server.resetAndDestroy();
      done();
    },
  };
  const done = (): void => {
    toHost.close();
    toClient.close();
    line.links.delete(link);
  };
  line.links.add(link);
  // A side that fails takes the other with it; one that ends in order lets the other finish what is on its way.
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.on('error', () => {
      other.destroy();
      done();
    });
    one.on('close', () => {
      if (other.destroyed) done();
    });
  }
  link.pump();
}

function stats(line: Line): ProxyStats {
  return { rttMs: line.rttMs, stalled: line.stalled, open: line.links.size, ...line.counts };
}

function add(command: Extract<ProxyCommand, { do: 'add' }>): Promise<ProxyAnswer> {
  const line: Line = { rttMs: command.rttMs, stalled: false, links: new Set(), counts: zero() };
  const { listen, target } = command;
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) =>
    carry(line, client, target.address, target.port),
  );
  return new Promise((resolve) => {
    server.once('error', (error) => resolve({ error: error.message }));
    server.listen(listen.port, listen.address, 511, () => {
      lines.set(command.host, line);
      resolve({ ok: stats(line) });
    });
  });
}

function obey(command: ProxyCommand): Promise<ProxyAnswer> | ProxyAnswer {
  if (command.do === 'add') return add(command);
  const line = lines.get(command.host);
  if (line === undefined) return { error: `no proxy for ${command.host}` };
  switch (command.do) {
    case 'rtt':
      line.rttMs = command.rttMs;
      break;
    case 'stall':
    case 'resume':
      line.stalled = command.do === 'stall';
      for (const link of line.links) link.pump();
      break;
    case 'cut':
      for (const link of [...line.links]) link.cut();
      break;
    case 'reset-stats':
      line.counts = zero();
      break;
    case 'stats':
      break;
  }
  return { ok: stats(line) };
}

const socketPath = process.argv[2];
if (socketPath === undefined) throw new Error('usage: proxy-daemon.ts SOCKET');
rmSync(socketPath, { force: true });
createServer((control) => {
  control.on('error', () => undefined);
  createInterface({ input: control }).on('line', (text) => {
    void Promise.resolve(obey(JSON.parse(text) as ProxyCommand)).then((answer) =>
      control.write(`${JSON.stringify(answer)}\n`),
    );
  });
}).listen(socketPath);
