import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settingsFrom, sshSettings } from '../../../src/transport/ssh/config.js';
import { hasOnlyDefaults } from '../../../src/transport/ssh/config-files.js';

describe('transport/ssh/config', () => {
  let directory = '';
  const write = (name: string, text: string) => {
    const file = join(directory, name);
    writeFileSync(file, text);
    return file;
  };
  before(() => (directory = mkdtempSync(join(tmpdir(), 'rtprov-config-'))));
  after(() => rmSync(directory, { recursive: true, force: true }));

  it('honours Host, Include, HostName, User, Port, keys, jumps, known_hosts, alias and timeouts', async () => {
    const included = write('included', 'Host web*\n  Port 2200\n  IdentityFile ~/k_%h\n');
    const file = write(
      'config',
      `Include ${included}\nHost web1\n  HostName 10.0.0.1\n  User deploy\n  ProxyJump me@j1:22,j2\n  UserKnownHostsFile ${directory}/a ${directory}/b\n  GlobalKnownHostsFile ${directory}/g\n  HostKeyAlias alias1\n  ConnectTimeout 7\n  ServerAliveInterval 9\n  ServerAliveCountMax 4\n  IdentitiesOnly yes\n  IdentityAgent none\n  HashKnownHosts yes\n  StrictHostKeyChecking accept-new\n  BatchMode yes\n`,
    );
    const settings = await sshSettings({ host: 'web1', args: [], configFile: file });
    assert.equal(settings.host, '10.0.0.1');
    assert.equal(settings.user, 'deploy');
    assert.equal(settings.port, 2200);
    assert.match(settings.identityFiles[0] ?? '', /^\/.*\/k_10\.0\.0\.1$/);
    assert.equal(settings.proxyJump, 'me@j1:22,j2');
    assert.deepEqual(settings.userKnownHostsFiles, [`${directory}/a`, `${directory}/b`]);
    assert.deepEqual(settings.globalKnownHostsFiles, [`${directory}/g`]);
    assert.equal(settings.hostKeyAlias, 'alias1');
    assert.equal(settings.connectTimeoutMs, 7000);
    assert.equal(settings.keepaliveMs, 9000);
    assert.equal(settings.keepaliveCount, 4);
    assert.equal(settings.identitiesOnly, true);
    assert.equal(settings.identityAgent, 'none');
    assert.equal(settings.hashKnownHosts, true);
    assert.equal(settings.acceptNew, true);
    assert.equal(settings.batchMode, true);
  });

  it("puts the caller's port, user and arguments before the files", async () => {
    const file = write('own', 'Host *\n  Port 1\n  User file\n  HostName h\n  ConnectTimeout 1\n');
    const args = ['-o', 'ConnectTimeout=3', '-o', 'User=args'];
    const settings = await sshSettings({ host: 'x', port: 99, user: 'me', args, configFile: file });
    assert.equal(settings.port, 99);
    assert.equal(settings.user, 'me');
    assert.equal(settings.connectTimeoutMs, 3000);
    assert.equal(settings.host, 'h');
  });

  it('answers without ssh -G just as ssh -G would when the files say nothing', async () => {
    const file = write('stock', '# nothing\nHost *\n  SendEnv LANG LC_*\n  HashKnownHosts yes\n');
    assert.deepEqual(await hasOnlyDefaults(file), { hashKnownHosts: true });
    const quick = await sshSettings({ host: 'Web9', port: 2022, user: 'u', args: [], configFile: file });
    const text = execFileSync('ssh', ['-G', '-F', file, '-p', '2022', '-l', 'u', 'Web9'], {
      encoding: 'utf8',
    });
    assert.deepEqual(quick, settingsFrom(text, { host: 'Web9' }));
  });

  it('asks ssh as soon as a file says anything', async () => {
    for (const line of [
      'Port 22',
      'Match all',
      'Include x',
      'Host a',
      'IdentityFile k',
      'HashKnownHosts maybe',
    ]) {
      assert.equal(await hasOnlyDefaults(write(`says-${line}`, `Host *\n${line}\n`)), undefined, line);
    }
    assert.equal(await hasOnlyDefaults(join(directory, 'absent')), undefined);
  });

  it('says what ssh complains about', async () => {
    const file = write('broken', 'Nonsense yes\n');
    await assert.rejects(
      sshSettings({ host: 'x', args: [], configFile: file }),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'SSH_CONFIG');
        assert.match(error.message, /Nonsense|onsense/);
        return true;
      },
    );
  });
});
