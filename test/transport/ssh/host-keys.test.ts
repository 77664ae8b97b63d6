/** Host keys by files alone: which are taken, which are refused, and what is written. No server takes part. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkHostKey, type HostKeyPolicy } from '../../../src/transport/ssh/host-keys.js';
import { forgetKnownHosts } from '../../../src/transport/ssh/known-hosts.js';
import { coded } from '../support/errors.js';

/** A key as the protocol writes it (RFC 4253, 6.6): type and data, each after its length. */
function key(type: string, data: string): Buffer {
  return Buffer.concat(
    [type, data].flatMap((part) => [Buffer.from([0, 0, 0, part.length]), Buffer.from(part)]),
  );
}
const [known, other] = [key('ssh-ed25519', 'A'.repeat(32)), key('ssh-ed25519', 'B'.repeat(32))];
const otherType = key('ssh-rsa', 'C'.repeat(32));
const line = (name: string, of: Buffer, marker = ''): string =>
  `${marker}${name} ${of.toString('latin1', 4, 4 + of.readUInt32BE(0))} ${of.toString('base64')}\n`;

describe('transport/ssh/host-keys', () => {
  let folder = '';
  const file = (): string => join(folder, 'known_hosts');
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'rtprov-host-keys-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function check(text: string, shown: Buffer, more: Partial<HostKeyPolicy> = {}): Promise<void> {
    writeFileSync(file(), text);
    forgetKnownHosts(file());
    return checkHostKey(
      {
        host: 'h',
        port: 22,
        userFiles: [file()],
        globalFiles: [],
        checking: 'strict',
        hashNames: false,
        at: 'h:22 as root',
        ...more,
      },
      shown,
    );
  }
  const added = (): string => readFileSync(file(), 'utf8');

  it('takes a key that is known, whatever else is known', async () => {
    await check(line('h', known), known);
    await check(line('h', other) + line('h', known), known);
  });

  it('refuses a key that has changed, also where new keys are taken, and writes nothing', async () => {
    for (const checking of ['strict', 'accept-new'] as const)
      for (const [shown, what] of [
        [other, 'has changed'],
        [otherType, 'is of another type than the known one'],
      ] as const) {
        const text = line('h', known);
        await assert.rejects(
          check(text, shown, { checking }),
          coded('HOST_KEY_CHANGED', `h:22 as root ${what}`, `${file()}:1`, `ssh-keygen -R 'h' -f ${file()}`),
        );
        assert.equal(added(), text);
      }
  });

  it('refuses a key that nobody knows, unless new keys are taken, and then writes it', async () => {
    await assert.rejects(check(line('other', known), known), coded('HOST_KEY_UNKNOWN', file()));
    await check(line('other', known).trimEnd(), known, { checking: 'accept-new' });
    assert.equal(added(), line('other', known) + line('h', known));
    await check('', known, { checking: 'accept-new', hashNames: true, port: 2222 });
    assert.match(added(), /^\|1\|/);
    await check(added(), known, { port: 2222 });
    await check('', known, { checking: 'accept-new', userFiles: [] });
    assert.equal(added(), '');
  });

  it('refuses a revoked key, though it is known too', async () => {
    const text = line('h', known) + line('h', known, '@revoked ');
    await assert.rejects(check(text, known), coded('HOST_KEY_REVOKED'));
    await assert.rejects(
      check(line('h', known, '@revoked '), known, { port: 2222 }),
      coded('HOST_KEY_REVOKED'),
    );
  });

  it('takes the key that is known without a port, and asks no other port', async () => {
    await check(line('h', known), known, { port: 2222 });
    await assert.rejects(check(line('h', known), other, { port: 2222 }), coded('HOST_KEY_UNKNOWN'));
    await assert.rejects(check(line('[h]:2222', known), known), coded('HOST_KEY_UNKNOWN'));
    // With an alias, the alias alone counts.
    await assert.rejects(check(line('h', known), known, { alias: 'a' }), coded('HOST_KEY_UNKNOWN'));
    await check(line('a', known), known, { alias: 'A', port: 2222 });
  });

  it('refuses a host that is only known by an authority, and writes nothing', async () => {
    const text = line('h', known, '@cert-authority ');
    await assert.rejects(check(text, other, { checking: 'accept-new' }), coded('HOST_KEY_UNKNOWN'));
    assert.equal(added(), text);
  });
});
