import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { sh } from '../../../src/shell/shell.js';
import { connect } from '../../../src/transport/connect.js';
import type { ConnectOptions } from '../../../src/transport/types.js';
import { coded } from '../support/errors.js';
import { startSshd, type TestSshd, toSshd } from '../support/sshd.js';
import { createUser, type TestUser } from '../support/user.js';

describe('transport: authentication against a real sshd', function () {
  this.timeout(40_000);
  let sshd: TestSshd;
  let user: TestUser;
  let agent: ChildProcess | undefined;
  const NO_KEYS = '-o IdentityFile=none';
  const login = async (options: Partial<ConnectOptions>) => {
    const connection = connect({
      ...toSshd(sshd, user.name),
      ...options,
    });
    try {
      return (await connection.run(sh`id -un`)).stdout.toString().trim();
    } finally {
      await connection.close();
    }
  };
  const newKey = (name: string, type: string, passphrase = '') => {
    const file = join(sshd.directory, name);
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-f', file]);
    appendFileSync(join(sshd.directory, 'authorized_keys'), readFileSync(`${file}.pub`));
    return file;
  };
  before(async () => {
    sshd = await startSshd({
      config: ['UsePAM yes', 'KbdInteractiveAuthentication yes', 'PasswordAuthentication yes'],
    });
    user = createUser();
  });
  after(() => {
    agent?.kill();
    user.remove();
    sshd.stop();
  });

  it('logs in with a key from the configuration', async () => assert.equal(await login({}), user.name));

  for (const type of ['rsa', 'ecdsa', 'ed25519']) {
    it(`logs in with the ${type} key that inventory names, at the first offer`, async () => {
      const privateKeyFile = newKey(`inventory_${type}`, type);
      const before = sshd.log().length;
      assert.equal(await login({ privateKeyFile, sshCommonArgs: '-o IdentityAgent=none' }), user.name);
      const log = sshd.log().slice(before);
      assert.match(log, /Accepted publickey/);
      // "Postponed" would be the answer to a question whether the key is welcome: a round trip more.
      assert.doesNotMatch(log, /Postponed|Failed/);
    });
  }

  it('asks for the passphrase of an encrypted key once', async () => {
    const privateKeyFile = newKey('encrypted', 'ed25519', 'open sesame');
    const asked: string[] = [];
    const answers = ['wrong', 'open sesame'];
    const askPassphrase = (file: string) => {
      asked.push(file);
      return Promise.resolve(answers.shift());
    };
    assert.equal(await login({ privateKeyFile, askPassphrase, sshCommonArgs: NO_KEYS }), user.name);
    assert.equal(await login({ privateKeyFile, askPassphrase, sshCommonArgs: NO_KEYS }), user.name);
    assert.deepEqual(asked, [privateKeyFile, privateKeyFile]);
  });

  it('says that a passphrase is missing', async () => {
    const privateKeyFile = newKey('encrypted2', 'ed25519', 'x12345');
    await assert.rejects(
      login({ privateKeyFile, sshCommonArgs: `-F none ${NO_KEYS} -o UserKnownHostsFile=${sshd.knownHosts}` }),
      coded('AUTH_FAILED', 'passphrase', privateKeyFile),
    );
  });

  it('logs in with a key of the agent, and with an encrypted key that the agent holds', async () => {
    const socket = join(sshd.directory, 'agent.sock');
    agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const plain = newKey('agent_rsa', 'rsa');
    const secret = newKey('agent_secret', 'ed25519');
    execFileSync('ssh-add', ['-q', plain, secret], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'later1', '-f', secret]);
    const args = `-o IdentityAgent=${socket} -o IdentitiesOnly=no -o IdentityFile=none`;
    assert.equal(await login({ sshCommonArgs: args }), user.name);
    const only = `-o IdentityAgent=${socket} -o IdentitiesOnly=yes -i ${secret}`;
    assert.equal(await login({ sshCommonArgs: only }), user.name);
    assert.equal(
      await login({ privateKeyFile: secret, sshCommonArgs: `${NO_KEYS} -o IdentityAgent=${socket}` }),
      user.name,
    );
  });

  it('keeps the agent out with IdentitiesOnly', async () => {
    const socket = join(sshd.directory, 'agent.sock');
    const args = `-o IdentityAgent=${socket} -o IdentitiesOnly=yes -o IdentityFile=/nonexistent -F none`;
    await assert.rejects(
      login({ sshCommonArgs: `${args} -o UserKnownHostsFile=${sshd.knownHosts}` }),
      coded('AUTH_FAILED'),
    );
  });

  it('logs in with a password', async () => {
    const sshCommonArgs = '-o PubkeyAuthentication=no -o KbdInteractiveAuthentication=no';
    assert.equal(await login({ password: user.password, sshCommonArgs }), user.name);
  });

  it('logs in by keyboard-interactive', async () => {
    const sshCommonArgs = '-o PubkeyAuthentication=no -o PasswordAuthentication=no';
    assert.equal(await login({ password: user.password, sshCommonArgs }), user.name);
  });

  it('never tries a wrong password twice, whatever the retries', async () => {
    const before = sshd.log().length;
    await assert.rejects(
      login({
        password: 'wrong',
        retries: 5,
        sshCommonArgs: '-o PubkeyAuthentication=no -o KbdInteractiveAuthentication=no',
      }),
      coded('AUTH_FAILED', `127.0.0.1:${sshd.port} as ${user.name}`, 'the password', 'the server takes'),
    );
    const log = sshd.log().slice(before);
    assert.equal([...log.matchAll(/Failed password/g)].length, 1);
    assert.equal([...log.matchAll(/Connection from/g)].length, 1);
  });

  it('gives a password in one way alone, and not again on the same connection handle', async () => {
    const before = sshd.log().length;
    const connection = connect({
      ...toSshd(sshd, user.name),
      password: 'wrong',
      sshCommonArgs: '-o PubkeyAuthentication=no',
    });
    try {
      for (let times = 0; times < 3; times += 1)
        await assert.rejects(connection.run(sh`id -un`), coded('AUTH_FAILED', 'tried the password;'));
    } finally {
      await connection.close();
    }
    const log = sshd.log().slice(before);
    assert.equal([...log.matchAll(/Failed (?:password|keyboard-interactive)/g)].length, 1);
    assert.equal([...log.matchAll(/error: PAM: Authentication failure/g)].length, 0);
    assert.equal([...log.matchAll(/Connection from/g)].length, 1);
  });

  it('answers questions where the server takes no password', async () => {
    const asking = await startSshd({
      config: ['UsePAM yes', 'KbdInteractiveAuthentication yes', 'PasswordAuthentication no'],
    });
    try {
      const given = { port: asking.port, sshConfigFile: asking.configFile, password: user.password };
      assert.equal(await login({ ...given, sshCommonArgs: '-o PubkeyAuthentication=no' }), user.name);
    } finally {
      asking.stop();
    }
  });

  it('says so when there is nothing to try', async () => {
    await assert.rejects(
      login({ sshCommonArgs: '-o PubkeyAuthentication=no' }),
      coded('AUTH_FAILED', 'nothing to try'),
    );
  });
});
