import assert from 'node:assert/strict';
import { parseSshArgs, splitWords } from '../../src/transport/ssh-args.js';

describe('transport/ssh-args', () => {
  it('splits like a shell, without expansions', () => {
    assert.deepEqual(splitWords(`-o ProxyCommand="ssh -W %h:%p b" -i 'my key' a\\ b ''`), [
      '-o',
      'ProxyCommand=ssh -W %h:%p b',
      '-i',
      'my key',
      'a b',
      '',
    ]);
  });

  it('reads joined and separate values, and drops what means nothing here', () => {
    assert.deepEqual(parseSshArgs('-oUser=me -p 2200 -J a,b -F cfg -i key -C -q -4'), [
      ...['-o', 'User=me', '-p', '2200', '-J', 'a,b', '-F', 'cfg', '-i', 'key', '-4'],
    ]);
  });

  for (const bad of ['-Z', 'host', '-o', `-o 'x`]) {
    it(`refuses ${bad}`, () => assert.throws(() => parseSshArgs(bad), { code: 'SSH_CONFIG' }));
  }
});
