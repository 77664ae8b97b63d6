import assert from 'node:assert/strict';
import { parseJumps } from '../../../src/transport/ssh/jump.js';

describe('transport/jump', () => {
  it('reads every form of ProxyJump', () => {
    assert.deepEqual(parseJumps('a,me@b:2200,[2001:db8::1]:22,ssh://you@c:1,2001:db8::2'), [
      { host: 'a' },
      { host: 'b', user: 'me', port: 2200 },
      { host: '2001:db8::1', port: 22 },
      { host: 'c', user: 'you', port: 1 },
      { host: '2001:db8::2' },
    ]);
  });

  it('refuses what is not a host', () => assert.throws(() => parseJumps('a,,b'), { code: 'SSH_CONFIG' }));
});
