import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sh } from '../../../src/shell/shell.js';
import { connect } from '../../../src/transport/connect.js';
import { forgetKnownHosts, hashName } from '../../../src/transport/ssh/known-hosts.js';
import type { HostKeyChecking } from '../../../src/transport/types.js';
import { coded } from '../support/errors.js';
import { startSshd, type TestSshd } from '../support/sshd.js';

describe('transport: host keys against a real sshd', function () {
  this.timeout(30_000);
  let sshd: TestSshd;
  let name = '';
  const other = (type: string) => {
    const file = join(sshd.directory, `other_${type}_${randomUUID()}`);
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', file]);
    return readFileSync(`${file}.pub`, 'utf8').trim().split(' ').slice(0, 2).join(' ');
  };
  const fingerprintOf = (key: string) => {
    const file = join(sshd.directory, 'fp.pub');
    writeFileSync(file, `${key}\n`);
    return execFileSync('ssh-keygen', ['-lf', file], { encoding: 'utf8' }).split(' ')[1] ?? '';
  };
  const attempt = async (known: string, hostKeyChecking: HostKeyChecking = 'strict', args?: string) => {
    writeFileSync(sshd.knownHosts, known);
    forgetKnownHosts(sshd.knownHosts);
    const connection = connect({
      hostName: 'target',
      address: '127.0.0.1',
      port: sshd.port,
      user: 'root',
      sshConfigFile: sshd.configFile,
      hostKeyChecking,
      retries: 0,
      ...(args === undefined ? {} : { sshCommonArgs: args }),
    });
    try {
      return (await connection.run(sh`echo in`)).stdout.toString();
    } finally {
      await connection.close();
    }
  };
  before(async () => {
    sshd = await startSshd({ hostKeyTypes: ['ed25519', 'ecdsa', 'rsa'] });
    name = `[127.0.0.1]:${sshd.port}`;
  });
  after(() => sshd.stop());

  it('refuses an unknown key, with its fingerprint and the files that were read', async () => {
    await assert.rejects(
      attempt(''),
      coded(
        'HOST_KEY_UNKNOWN',
        `127.0.0.1:${sshd.port} as root`,
        fingerprintOf(sshd.hostKey('ed25519')),
        sshd.knownHosts,
      ),
    );
  });

  it('takes a known key: plain, hashed, by pattern, or without the port', async () => {
    const key = sshd.hostKey('ed25519');
    for (const names of [name, hashName(name), `[127.0.0.*]:*`, '127.0.0.1']) {
      assert.equal(await attempt(`${names} ${key}\n`), 'in\n', names);
    }
  });

  it('refuses a host that a negated pattern rules out', async () => {
    await assert.rejects(
      attempt(`[127.0.0.*]:*,!${name} ${sshd.hostKey('ed25519')}\n`),
      coded('HOST_KEY_UNKNOWN'),
    );
  });

  for (const type of ['ecdsa', 'rsa']) {
    it(`asks for the ${type} key when known_hosts has that one`, async () => {
      assert.equal(await attempt(`${name} ${sshd.hostKey(type)}\n`), 'in\n');
    });
  }

  for (const checking of ['strict', 'accept-new'] as const) {
    it(`refuses a changed key (${checking}), with place, both fingerprints and the remedy`, async () => {
      const wrong = other('ed25519');
      await assert.rejects(
        attempt(`# first\n${name} ${wrong}\n`, checking),
        coded(
          'HOST_KEY_CHANGED',
          `${sshd.knownHosts}:2`,
          fingerprintOf(wrong),
          fingerprintOf(sshd.hostKey('ed25519')),
          `ssh-keygen -R '${name}' -f ${sshd.knownHosts}`,
        ),
      );
    });
  }

  it('refuses a revoked key although it is also listed', async () => {
    const key = sshd.hostKey('ed25519');
    await assert.rejects(
      attempt(`${name} ${key}\n@revoked * ${key}\n`, 'accept-new'),
      coded('HOST_KEY_REVOKED', `${sshd.knownHosts}:2`),
    );
  });

  it('refuses a host that only a certificate authority vouches for, and says so', async () => {
    for (const checking of ['strict', 'accept-new'] as const) {
      await assert.rejects(
        attempt(`@cert-authority * ${other('ed25519')}\n`, checking),
        coded('HOST_KEY_UNKNOWN', '@cert-authority', 'certificates'),
      );
    }
  });

  it('accept-new adds the key to the first user file, and strict then takes it', async () => {
    assert.equal(await attempt('# no line end', 'accept-new'), 'in\n');
    const text = readFileSync(sshd.knownHosts, 'utf8');
    assert.equal(text, `# no line end\n${name} ${sshd.hostKey('ed25519')}\n`);
    assert.equal(await attempt(text, 'strict'), 'in\n');
  });

  it('accept-new hashes the name when HashKnownHosts says so', async () => {
    assert.equal(await attempt('', 'accept-new', '-o HashKnownHosts=yes'), 'in\n');
    assert.match(readFileSync(sshd.knownHosts, 'utf8'), /^\|1\|/);
    const found = execFileSync('ssh-keygen', ['-F', name, '-f', sshd.knownHosts], { encoding: 'utf8' });
    assert.match(found, /found: line 1/);
  });

  it('looks under HostKeyAlias', async () => {
    assert.equal(
      await attempt(`the-alias ${sshd.hostKey('ed25519')}\n`, 'strict', '-o HostKeyAlias=the-alias'),
      'in\n',
    );
  });

  it('reads several files', async () => {
    const second = join(sshd.directory, 'second');
    writeFileSync(second, `${name} ${sshd.hostKey('ed25519')}\n`);
    assert.equal(await attempt('', 'strict', `-o 'UserKnownHostsFile=${sshd.knownHosts} ${second}'`), 'in\n');
    assert.equal(await attempt('', 'strict', `-o GlobalKnownHostsFile=${second}`), 'in\n');
  });

  it('does not switch the check off for StrictHostKeyChecking=no', async () => {
    await assert.rejects(attempt('', 'strict', '-o StrictHostKeyChecking=no'), coded('HOST_KEY_UNKNOWN'));
  });
});
