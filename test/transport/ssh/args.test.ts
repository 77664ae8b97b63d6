import assert from 'node:assert/strict';
import { parseSshArgs } from '../../../src/transport/ssh/args.js';

describe('transport/ssh/args', () => {
  it('splits like a shell, without expansions', () => {
    assert.deepEqual(parseSshArgs(`-o ProxyCommand="ssh -W %h:%p b" -i 'my key' -F a\\ b`), [
      ...['-o', 'ProxyCommand=ssh -W %h:%p b', '-i', 'my key', '-F', 'a b'],
    ]);
    assert.throws(() => parseSshArgs("-i 'a"), /a quote is not closed/);
    assert.throws(() => parseSshArgs('-i a\\'), /they end with a backslash/);
  });

  it('reads joined and separate values, and drops what means nothing here', () => {
    assert.deepEqual(parseSshArgs('-oUser=me -p 2200 -J a,b -F cfg -i key -C -q -4'), [
      ...['-o', 'User=me', '-p', '2200', '-J', 'a,b', '-F', 'cfg', '-i', 'key', '-4'],
    ]);
  });

  for (const refused of [
    '-b ::1',
    '-I/lib/p11.so',
    '-c aes128-ctr',
    '-m hmac-md5',
    '-B eth0',
    '-L 1:a:1',
    '-R 1:a:1',
    '-D 1',
    '-w 0',
    '-W a:1',
    '-o Ciphers=aes128-ctr',
    "-o 'MACs hmac-md5'",
    '-oBindAddress=::1',
    '-o PKCS11Provider=/lib/p11.so',
    '-o KexAlgorithms=x',
    '-o RemoteCommand=x',
    `-o '"Ciphers" aes128-ctr'`,
    '-o Ciphers=none',
    '-o PubkeyAcceptedKeyTypes=ssh-rsa',
    '-o RevokedHostKeys=/etc/revoked',
    '-o Nonsense=1',
    '-Cc aes128-ctr',
    '-4b::1',
  ]) {
    it(`does not drop ${refused} in silence`, () =>
      assert.throws(() => parseSshArgs(refused), { code: 'SSH_CONFIG', message: /not supported by rtprov/ }));
  }

  it('takes options that ask for nothing', () => {
    for (const text of [
      '-o GSSAPIAuthentication=no',
      '-o PKCS11Provider=none',
      '-o ControlMaster=auto',
      '-o ServerAliveInterval=5',
    ])
      assert.equal(parseSshArgs(text).length, 2);
  });

  it('reads several flags in one word', () =>
    assert.deepEqual(parseSshArgs('-vvv -tt -4Cp2200'), ['-4', '-p', '2200']));

  for (const bad of [
    ...['-Z', 'host', '-o', `-o 'x`, '-E /tmp/log', '-qZ', `-J ''`, `-o ''`, '-o =Ciphers=x', '-o #x'],
    ...['-p abc', '-p0', '-p 65536', '-o Port=x'],
  ]) {
    it(`refuses ${bad}`, () => assert.throws(() => parseSshArgs(bad), { code: 'SSH_CONFIG' }));
  }
});
