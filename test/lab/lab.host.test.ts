import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  diffFingerprints,
  type Fingerprint,
  FINGERPRINT_EXCEPTIONS,
  formatDifferences,
} from './fingerprint.js';
import type { LabHost } from './host.js';
import { Lab, remains } from './lab.js';
import { attempt } from './process.js';

function only<T>(items: readonly T[], index: number): T {
  const item = items[index];
  assert.ok(item !== undefined);
  return item;
}

function assertSame(a: Fingerprint, b: Fingerprint): void {
  assert.equal(formatDifferences(diffFingerprints(a, b)), '');
}

async function must(host: LabHost, command: string): Promise<string> {
  const done = await host.ssh(command);
  assert.equal(done.code, 0, `${command}: ${done.stderr}`);
  return done.stdout.trim();
}

describe('lab', function () {
  this.timeout(300_000);
  let lab: Lab;
  let h1: LabHost;
  let h2: LabHost;

  before(async () => {
    lab = await Lab.up({ hosts: 2, proxy: true });
    h1 = only(lab.hosts, 0);
    h2 = only(lab.hosts, 1);
  });
  after(() => lab.down());

  it('logs in as each user, with host keys checked', async () => {
    assert.equal(await must(h1, 'id -un; hostname'), 'root\nh1');
    assert.equal(await must(h2, 'hostname'), 'h2');
    assert.equal((await h1.ssh('sudo -n id -un', { user: 'ops' })).stdout.trim(), 'root');
    const withPassword = { user: 'opspw', input: 'lab-sudo-pw\n' } as const;
    assert.equal((await h1.ssh('sudo -S -p "" id -un', withPassword)).stdout.trim(), 'root');
    const wrong = { user: 'opspw', input: 'lab-login-pw\n' } as const;
    assert.notEqual((await h1.ssh('sudo -S -p "" id -un', wrong)).code, 0);
    const offered = (user: string): Promise<string> =>
      attempt('ssh', [
        ...['-F', lab.sshConfigPath, '-l', user, '-o', 'BatchMode=yes'],
        ...['-o', 'PreferredAuthentications=none', 'h1', 'true'],
      ]).then((done) => done.stderr);
    const askpass = join(lab.inventoryPath, '../askpass');
    writeFileSync(askpass, '#!/bin/sh\necho lab-login-pw\n', { mode: 0o755 });
    for (const method of ['password', 'keyboard-interactive']) {
      const done = await attempt(
        'ssh',
        ['-F', lab.sshConfigPath, '-o', `PreferredAuthentications=${method}`, '-l', 'opspw', 'h1', 'id -un'],
        { env: { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' } },
      );
      assert.equal(done.stdout.trim(), 'opspw', done.stderr);
    }
    assert.match(await offered('opspw'), /\(publickey,password,keyboard-interactive\)/);
    assert.match(await offered('ops'), /\(publickey\)/);
  });

  it('has no python, the shells that scripts must work in, and no way out', async () => {
    assert.notEqual((await h1.ssh('command -v python3 python')).code, 0);
    for (const shell of ['dash', 'bash', 'busybox ash']) {
      assert.equal(await must(h1, `${shell} -c 'echo works'`), 'works');
    }
    assert.equal(await must(h1, 'ip route show default'), '');
  });

  it('has real systemd, apt and GRUB', async () => {
    assert.equal(await must(h1, 'systemctl is-system-running'), 'running');
    await must(h1, 'apt-get update && update-grub && test -s /boot/grub/grub.cfg');
    assert.match(
      await must(h1, 'apt-cache policy linux-image-rt-amd64 tuned'),
      /Candidate: 6\.1[^]*Candidate: 2\./,
    );
    assert.deepEqual(
      (await must(h1, 'apt-cache madison rtprov-demo-a'))
        .split('\n')
        .map((line) => line.split('|')[1]?.trim()),
      ['2.0', '1.0'],
    );
  });

  it('resets a host to what it was, under the same keys', async () => {
    await must(h1, 'touch /etc/mark; rm /etc/fstab; chattr +i /etc/mark');
    await h1.reset();
    assert.equal(await must(h1, 'test -e /etc/mark || test -e /etc/fstab && echo fresh'), 'fresh');
  });

  it('reboots from inside: another boot id, and sysctls as at boot', async () => {
    const [before, ttl] = [h1.bootId(), await must(h1, 'sysctl -n net.ipv4.ip_default_ttl')];
    assert.ok(before !== undefined);
    await must(h1, 'sysctl -qw net.ipv4.ip_default_ttl=77 && touch /root/stays /run/goes');
    assert.equal(await must(h1, 'sysctl -n net.ipv4.ip_default_ttl'), '77');
    await must(h1, 'echo net.ipv4.tcp_syn_retries=4 > /etc/sysctl.d/lab.conf');
    await h1.ssh('systemctl reboot');
    await h1.waitReboot(before);
    assert.notEqual(await must(h1, 'cat /proc/sys/kernel/random/boot_id'), before);
    assert.equal(await must(h1, 'test -e /root/stays && ls /run/goes 2>/dev/null | wc -l'), '0');
    assert.equal(await must(h1, 'sysctl -n net.ipv4.ip_default_ttl'), ttl);
    assert.equal(await must(h1, 'sysctl -n net.ipv4.tcp_syn_retries'), '4');
    assert.notEqual((await h1.ssh('sysctl -w kernel.panic=5')).code, 0);
  });

  it('loses its power and comes back', async () => {
    await must(h2, 'echo kept > /root/kept');
    await h2.powerCut();
    assert.equal(h2.isRunning(), false);
    assert.notEqual((await h2.ssh('true', { timeoutMs: 10_000 })).code, 0);
    await h2.start();
    assert.equal(await must(h2, 'cat /root/kept'), 'kept');
  });

  describe('proxy', () => {
    it('delays by the round trip', async () => {
      const { proxy } = h1;
      assert.ok(proxy !== undefined);
      const timed = async (): Promise<number> => {
        const begin = performance.now();
        await must(h1, 'true');
        return performance.now() - begin;
      };
      const direct = await timed();
      await proxy.rtt(100);
      await proxy.resetStats();
      const delayed = await timed();
      const { turns } = await proxy.stats();
      await proxy.rtt(0);
      // OpenSSH's own log-in and command take about eight waits; the least that can be, and no runaway.
      assert.ok(turns >= 4 && turns <= 20, `${turns} turns`);
      assert.ok(
        delayed - direct > 4 * 100,
        `${Math.round(delayed)} ms, ${Math.round(direct)} ms without delay`,
      );
    });

    it('carries much data unchanged, in order', async () => {
      const { proxy } = h1;
      await proxy?.rtt(20);
      const sent = Array.from({ length: 300_000 }, (_, i) => i).join('\n');
      const echoed = await h1.ssh('cat', { input: sent });
      await proxy?.rtt(0);
      assert.equal(echoed.stdout, sent);
    });

    it('stalls and resumes without losing a connection', async () => {
      const { proxy } = h1;
      assert.ok(proxy !== undefined);
      let ended = false;
      const running = h1.ssh('sleep 0.3; echo end').then((done) => {
        ended = true;
        return done;
      });
      await sleep(200);
      await proxy.stall();
      await sleep(1200);
      assert.equal(ended, false);
      await proxy.resume();
      assert.equal((await running).stdout, 'end\n');
    });

    it('cuts connections', async () => {
      const { proxy } = h1;
      assert.ok(proxy !== undefined);
      const running = h1.ssh('sleep 20');
      await sleep(800);
      const begin = Date.now();
      assert.equal((await proxy.stats()).open, 1);
      assert.equal((await proxy.cut()).open, 0);
      assert.equal((await running).code, 255);
      assert.ok(Date.now() - begin < 15_000, 'the command itself would have ended');
      await must(h1, 'true');
    });
  });

  describe('fingerprint', () => {
    let clean: Fingerprint;
    before(async () => {
      await h1.reset();
      clean = await h1.fingerprint();
    });

    it('is empty of differences when nothing changes, across logins and a reboot', async () => {
      await must(h1, 'true');
      assertSame(clean, await h1.fingerprint());
      await h1.reboot();
      assertSame(clean, await h1.fingerprint());
    });

    it('drops what was written but is the same', async () => {
      await must(
        h1,
        'cp -p /etc/fstab /tmp/f; echo >> /etc/fstab; cat /tmp/f > /etc/fstab; rm /tmp/f; touch /etc/fstab',
      );
      assert.ok(existsSync(join(h1.upperDir, 'etc/fstab')));
      assertSame(clean, await h1.fingerprint());
    });

    const changes: readonly (readonly [change: string, undo: string, kind: string, name: string])[] = [
      [
        "sed -i 's/lab host/lab Host/' /etc/fstab",
        "sed -i 's/lab Host/lab host/' /etc/fstab",
        'files',
        '/etc/fstab',
      ],
      ['chmod 600 /etc/fstab', 'chmod 644 /etc/fstab', 'files', '/etc/fstab'],
      ['chown ops /etc/fstab', 'chown root /etc/fstab', 'files', '/etc/fstab'],
      ['chgrp ops /etc/grub.d', 'chgrp root /etc/grub.d', 'files', '/etc/grub.d'],
      ['mv /etc/debian_version /run/x', 'mv /run/x /etc/debian_version', 'files', '/etc/debian_version'],
      ['mv /etc/grub.d /etc/g.d', 'mv /etc/g.d /etc/grub.d', 'files', '/etc/grub.d'],
      ['ln -sfn /bin/false /etc/link', 'rm /etc/link', 'files', '/etc/link'],
      ['mkdir /etc/empty', 'rmdir /etc/empty', 'files', '/etc/empty'],
      ['setcap cap_net_raw+ep /usr/bin/lz4', 'setcap -r /usr/bin/lz4', 'files', '/usr/bin/lz4'],
      ['chattr +i /etc/fstab', 'chattr -i /etc/fstab', 'files', '/etc/fstab'],
      ['systemctl stop getty.target', 'systemctl start getty.target', 'units', 'getty.target'],
      [
        'sysctl -qw net.ipv4.ip_forward=1',
        'sysctl -qw net.ipv4.ip_forward=0',
        'sysctls',
        'net.ipv4.ip_forward',
      ],
      ['apt-mark hold less', 'apt-mark unhold less', 'packages', 'less:amd64'],
    ];
    for (const [change, undo, kind, name] of changes) {
      it(`finds: ${change}`, async () => {
        await h1.inside(['sh', '-ec', change]);
        const found = diffFingerprints(clean, await h1.fingerprint());
        assert.ok(
          found.some((one) => one.kind === kind && one.name === name),
          formatDifferences(found),
        );
        await h1.inside(['sh', '-ec', undo]);
        assertSame(clean, await h1.fingerprint());
      });
    }

    it('sees an install and its purge as no change, with the written exceptions alone', async () => {
      await must(h1, 'apt-get install -y rtprov-demo-b rtprov-demo-svc');
      const installed = await h1.fingerprint();
      assert.equal(installed.units['rtprov-demo-svc.service'], 'active/running');
      assert.match(installed.packages['rtprov-demo-a:all'] ?? '', /^2\.0 install ok installed auto$/);
      await must(h1, 'apt-get purge -y rtprov-demo-a rtprov-demo-b rtprov-demo-svc');
      assertSame(clean, await h1.fingerprint());
      for (const { reason } of FINGERPRINT_EXCEPTIONS) assert.notEqual(reason, '');
    });

    it('sees the PREEMPT_RT kernel come and go', async () => {
      await must(h1, 'apt-get install -y --no-install-recommends linux-image-rt-amd64 && update-grub');
      const installed = await h1.fingerprint();
      const fresh = Object.keys(installed.packages).filter((name) => !(name in clean.packages));
      assert.ok(fresh.includes('linux-image-rt-amd64:amd64') && fresh.includes('initramfs-tools:all'));
      assert.ok(Object.keys(installed.files).some((path) => path.startsWith('/boot/vmlinuz-')));
      assert.match(await must(h1, 'cat /boot/grub/grub.cfg'), /menuentry .*-rt-amd64/);
      await must(h1, `apt-get purge -y ${fresh.join(' ')} && update-grub`);
      assertSame(clean, await h1.fingerprint());
    });

    it('has a package that cannot be configured', async () => {
      const done = await h1.ssh('apt-get install -y rtprov-demo-broken');
      assert.notEqual(done.code, 0);
      const { packages } = await h1.fingerprint();
      assert.equal(packages['rtprov-demo-broken:all'], '1.0 install ok half-configured');
      await h1.reset();
    });
  });

  describe('as a whole', () => {
    it('adds a host to a running lab', async () => {
      const h3 = await lab.addHost();
      assert.equal(await must(h3, 'hostname'), 'h3');
      assert.match(readFileSync(lab.inventoryPath, 'utf8'), /h3:/);
      assert.equal(lab.hosts.length, 3);
    });

    it('takes another lab up beside it and down again, leaving nothing, also when its state was lost', async () => {
      const other = await Lab.up({ hosts: 1 });
      assert.equal(await must(only(other.hosts, 0), 'hostname'), 'h1');
      assert.notEqual(other.state.subnet, lab.state.subnet);
      await assert.rejects(Lab.up({ name: other.name }), /is up already/);
      const { stateFile } = { stateFile: join(only(other.hosts, 0).rootDir, '../../../state.json') };
      const state = readFileSync(stateFile);
      rmSync(stateFile);
      await Lab.remove(other.id);
      assert.deepEqual(remains(other.id), []);
      // Only the lab's files in the clone are not found without the state.
      assert.ok(state.length > 0);
      rmSync(join(other.inventoryPath, '..'), { recursive: true });
      assert.equal(await must(h1, 'hostname'), 'h1');
    });

    it('leaves nothing behind', async () => {
      writeFileSync(join(h1.rootDir, 'root/last'), '');
      await lab.down();
      assert.deepEqual(remains(lab.id), []);
      assert.equal(existsSync(lab.inventoryPath), false);
      assert.equal(Lab.open(lab.name), undefined);
      await lab.down();
    });
  });
});
