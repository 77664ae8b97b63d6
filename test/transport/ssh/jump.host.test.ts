import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sh } from '../../../src/shell/shell.js';
import { connect } from '../../../src/transport/connect.js';
import { forgetKnownHosts } from '../../../src/transport/ssh/known-hosts.js';
import { coded } from '../support/errors.js';
import { startSshd, type TestSshd } from '../support/sshd.js';

describe('transport: jump hosts', function () {
  this.timeout(40_000);
  let first: TestSshd;
  let second: TestSshd;
  let target: TestSshd;
  let configFile = '';
  let knownHosts = '';
  const known = (hosts: readonly TestSshd[], revoked: readonly TestSshd[] = []) => {
    const line = (host: TestSshd) => `[127.0.0.1]:${host.port} ${host.hostKey('ed25519')}\n`;
    writeFileSync(
      knownHosts,
      hosts.map(line).join('') + revoked.map((host) => `@revoked ${line(host)}`).join(''),
    );
    forgetKnownHosts(knownHosts);
  };
  const run = async (sshCommonArgs?: string, hostName = 'target') => {
    const connection = connect({
      hostName,
      sshConfigFile: configFile,
      hostKeyChecking: 'strict',
      retries: 0,
      ...(sshCommonArgs === undefined ? {} : { sshCommonArgs }),
    });
    try {
      return (await connection.run(sh`echo "$SSH_CONNECTION" | cut -d' ' -f4`)).stdout.toString().trim();
    } finally {
      await connection.close();
    }
  };
  before(async () => {
    [first, second, target] = await Promise.all([startSshd(), startSshd(), startSshd()]);
    knownHosts = join(first.directory, 'jump_known_hosts');
    configFile = join(first.directory, 'jump_config');
    const block = (name: string, host: TestSshd, more = '') =>
      `Host ${name}\n  HostName 127.0.0.1\n  Port ${host.port}\n  IdentityFile ${host.keyFile}\n${more}`;
    writeFileSync(
      configFile,
      block('first', first) +
        block('second', second, '  ProxyJump first\n') +
        block('target', target) +
        block('chained', target, '  ProxyJump second\n') +
        `Host *\n  User root\n  UserKnownHostsFile ${knownHosts}\n  GlobalKnownHostsFile none\n  IdentitiesOnly yes\n  IdentityAgent none\n`,
    );
    known([first, second, target]);
  });
  after(() => {
    for (const host of [first, second, target]) host.stop();
  });

  it('goes through one, and through a chain, each hop with its own port and key', async () => {
    const count = (host: TestSshd) => [...host.log().matchAll(/Accepted publickey/g)].length;
    assert.equal(await run('-J first'), String(target.port));
    assert.deepEqual([first, second, target].map(count), [1, 0, 1]);
    assert.equal(await run('-o ProxyJump=first,second'), String(target.port));
    assert.deepEqual([first, second, target].map(count), [2, 1, 2]);
  });

  it("follows a jump host's own ProxyJump", async () => {
    assert.equal(await run(undefined, 'chained'), String(target.port));
  });

  it('checks the host key of every hop', async () => {
    try {
      for (const missing of [first, second, target]) {
        known([first, second, target].filter((host) => host !== missing));
        await assert.rejects(
          run('-J first,second'),
          coded('HOST_KEY_UNKNOWN', `127.0.0.1:${missing.port} as root`),
        );
      }
      known([first, second, target], [second]);
      await assert.rejects(
        run('-J first,second'),
        coded('HOST_KEY_REVOKED', `127.0.0.1:${second.port}`, 'jump host'),
      );
    } finally {
      known([first, second, target]);
    }
  });

  it('says which hop cannot be reached', async () => {
    await assert.rejects(run('-J first -p 1'), coded('UNREACHABLE', '127.0.0.1:1 as root', 'jump host'));
    await assert.rejects(
      run('-J root@127.0.0.1:1'),
      coded('UNREACHABLE', '127.0.0.1:1 as root (jump host to 127.0.0.1)'),
    );
  });
});
