import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { diffFingerprints, type Fingerprint, formatDifferences } from '../fingerprint.js';
import { attempt, isAlive } from '../process.js';
import { rootUuid } from './recipe.js';
import { bigMachine } from './ring.js';
import { qemuOf } from './qemu.js';
import { removeAbandonedVms, type VmHost, VmLab, vmRemains } from './vm-lab.js';
import { oneOf } from '../../support/slow.js';

function first(lab: VmLab): VmHost {
  const machine = lab.machines[0];
  assert.ok(machine !== undefined);
  return machine;
}

function assertSame(a: Fingerprint, b: Fingerprint): void {
  assert.equal(formatDifferences(diffFingerprints(a, b)), '');
}

const say = (line: string): void => console.log(`      ${line}`);

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begin = performance.now();
  const result = await work();
  say(`${what}: ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  return result;
}

const readTree = (machine: VmHost, paths: readonly string[]): Promise<string> =>
  machine.must(`cd /sys/devices/system && cat ${paths.join(' ')}`);

describe('lab of virtual machines', function () {
  // A boot under emulation shares two processors with everything else.
  this.timeout(900_000);

  describe('one machine', () => {
    let lab: VmLab;
    let m1: VmHost;

    before(async () => {
      lab = await timed('up', () => VmLab.up({ say }));
      m1 = first(lab);
    });
    after(() => lab.down());

    it('logs in as each user, with the host key checked, at a machine of that name and of today', async () => {
      assert.equal(await m1.must('hostname; id -un'), 'm1\nroot');
      assert.equal((await m1.ssh('sudo -n id -un', { user: 'ops' })).stdout.trim(), 'root');
      const [now, rtc] = (await m1.must('date +%s; date -d "$(hwclock -r)" +%s')).split('\n').map(Number);
      for (const clock of [now, rtc])
        assert.ok(Math.abs((clock ?? 0) - Date.now() / 1000) < 120, String(clock));
      assert.equal(await m1.must('systemctl is-system-running'), 'running');
      assert.match(readFileSync(lab.inventoryPath, 'utf8'), /ansible_port: \d+/);
      const byConfig = await attempt('ssh', ['-F', lab.sshConfigPath, 'm1', 'hostname']);
      assert.equal(byConfig.stdout, 'm1\n');
    });

    it('boots its own kernel from its own disk, without python and without a way out', async () => {
      assert.match(await m1.must('cat /proc/cmdline'), new RegExp(`root=UUID=${rootUuid}`));
      assert.equal(await m1.kernel(), (await m1.must('ls /boot/vmlinuz-*')).replace('/boot/vmlinuz-', ''));
      assert.notEqual((await m1.ssh('command -v python3')).code, 0);
      assert.equal(await m1.must('ip route show default'), '');
      assert.match(await m1.must('apt-cache policy linux-image-rt-amd64'), /Candidate: 6\.1/);
      assert.match(await m1.must('grub-editenv list; echo "rc $?"'), /rc 0/);
    });

    async function rebooted(): Promise<void> {
      const before = await timed('fingerprint', () => m1.fingerprint());
      const boot = await m1.bootId();
      await timed('reboot', () => m1.reboot());
      assert.notEqual(await m1.bootId(), boot);
      assertSame(before, await m1.fingerprint());
      await m1.must(
        'grub-editenv /boot/grub/grubenv set one=1; sed -i s/GRUB_TIMEOUT=1/GRUB_TIMEOUT=2/ /etc/default/grub',
      );
      const changed = diffFingerprints(before, await m1.fingerprint());
      assert.deepEqual(
        changed.map(({ kind, name }) => `${kind} ${name}`),
        ['files /boot/grub/grubenv', 'files /etc/default/grub'],
      );
      await m1.must(
        'grub-editenv /boot/grub/grubenv unset one; sed -i s/GRUB_TIMEOUT=2/GRUB_TIMEOUT=1/ /etc/default/grub',
      );
      assertSame(before, await m1.fingerprint());
    }

    it('loses its network and gets it back', async () => {
      await m1.linkDown();
      assert.notEqual((await m1.ssh('true', { timeoutMs: 8000 })).code, 0);
      await m1.linkUp();
      await m1.waitSsh(60_000);
    });

    async function cutOff(): Promise<void> {
      await m1.must('echo kept > /root/kept; sync; echo lost > /root/lost');
      await m1.powerCut();
      assert.equal(m1.isRunning(), false);
      await timed('boot after a power cut', () => m1.start());
      assert.equal(await m1.must('cat /root/kept; ls /root/lost 2>/dev/null || :'), 'kept');
      assert.match(m1.serialLog(), /login:/);
    }

    async function hung(): Promise<void> {
      const before = await m1.bootId();
      const device = await m1.must(
        'for w in /sys/class/watchdog/*; do if grep -q i6300ESB $w/identity; then echo /dev/${w##*/}; fi; done',
      );
      assert.match(device, /^\/dev\/watchdog\d$/);
      // Once opened, and closed without its letter of farewell, it waits 30 seconds; the kernel then stops for good.
      await m1.must(`exec 9>${device}; echo 1 >&9; exec 9>&-; sync; test "$(sysctl -n kernel.panic)" = 0`);
      await m1.ssh('echo c > /proc/sysrq-trigger', { timeoutMs: 8000 });
      await timed('reset by the watchdog and boot', () => m1.waitReboot(before));
    }

    for (const [title, happens] of oneOf([
      ['fingerprints as the same after a reboot through GRUB, and sees one byte', rebooted],
      ['loses what it had not synced when its power is cut', cutOff],
      ['is reset by its hardware watchdog when it hangs', hung],
    ] as const))
      it(title, happens);
  });

  it('has the topology that it was asked for, and a machine beside', async () => {
    const lab = await timed('up', () => VmLab.up({ ...bigMachine, names: ['big'], say }));
    try {
      const big = first(lab);
      assert.equal(
        await readTree(big, [
          'cpu/online',
          'cpu/cpu0/topology/thread_siblings_list',
          'node/online',
          'node/node1/cpulist',
        ]),
        '0-3\n0-1\n0-1\n2-3',
      );
      assert.equal(await big.must('grep -l i6300ESB /sys/class/watchdog/*/identity || :'), '');
    } finally {
      await lab.down();
    }
  });

  it('leaves nothing behind, also when the process that brought it up was killed', async () => {
    const name = `doomed-${process.pid}`;
    const module = JSON.stringify(new URL('vm-lab.ts', import.meta.url).href);
    const script = `const { VmLab } = await import(${module}); await VmLab.up({ name: '${name}' }); console.log('up');`;
    const child = spawn('node', ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lab = VmLab.open(name);
    assert.ok(lab !== undefined);
    const qemu = qemuOf(first(lab).names);
    assert.ok(qemu !== undefined && isAlive(qemu));
    assert.equal(first(lab).isRunning(), true);
    await removeAbandonedVms();
    assert.equal(isAlive(qemu), false);
    assert.deepEqual(vmRemains(lab.id), []);
    assert.equal(existsSync(lab.inventoryPath), false);
    assert.equal(VmLab.open(name), undefined);
    await lab.down();
  });
});
