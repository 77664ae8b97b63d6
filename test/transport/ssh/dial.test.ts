import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { dialTcp } from '../../../src/transport/ssh/dial.js';

describe('transport: dialling', () => {
  it('outlives a peer that resets the connection before anyone listens to it', async () => {
    const server = createServer((peer) => peer.resetAndDestroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      // The reset may come before or after the connect; neither may end the process.
      const socket = await dialTcp({ host: '127.0.0.1', port, family: 4, at: 'here', timeoutMs: 2000 }).catch(
        () => undefined,
      );
      await sleep(50);
      assert.equal(socket?.destroyed ?? true, true);
    } finally {
      server.close();
    }
  });
});
