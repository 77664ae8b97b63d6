/**
 * Trial boots that go wrong, each in its own way, on a real machine: with nobody's help it ends on the kernel that it had, reachable,
 * and every byte is as it was before the run.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Fingerprint } from '../../lab/fingerprint.js';
import { waitFor } from '../../lab/process.js';
import { type VmHost, VmLab } from '../../lab/vm/vm-lab.js';
import { converge, dropConnections, Project, resetHost, rollBack, troubles, type Told } from '../harness.js';
import {
  assertSame,
  type Booted,
  booted,
  firstOf,
  onTrial,
  realtimeKernel,
  record,
  say,
  timed,
  waitSerial,
  waitReturned,
} from './machines.js';

interface Trial {
  /** Tasks before the reboot. */
  readonly tasks?: readonly object[];
  /** Kernel arguments that are put into GRUB's files first. Without, GRUB's files stay as they are but for the trial's own. */
  readonly args?: readonly string[];
  /** Arguments of `reboot`; false: no reboot. */
  readonly reboot?: object | false;
}

/** Written as JSON, which YAML is. */
function playbookOf(kernel: string, { tasks = [], args = [], reboot = {} }: Trial): string {
  const grub = [
    { name: 'Arguments', kernel_cmdline: { owner: 'e2e', set: args }, notify: 'Menu' },
    { name: 'Make the menu now', meta: 'flush_handlers' },
  ];
  const usual = { trial: true, realtime: true, confirm_within: 300 };
  return JSON.stringify([
    {
      name: 'Trial',
      hosts: 'all',
      gather_facts: false,
      tasks: [
        ...tasks,
        ...(args.length === 0 ? [] : grub),
        ...(reboot === false ? [] : [{ name: 'Boot', reboot: { ...usual, kernel, args, ...reboot } }]),
      ],
      handlers: [{ name: 'Menu', grub_menu: {}, touches: ['/boot/grub/grub.cfg'] }],
    },
  ]);
}

const file = (dest: string, content: string): object => ({ name: dest, copy: { dest, content } });

/** Its priority is that of the guard, and systemd's is lower: once it runs on all CPUs nothing else does. */
const hog = `[Unit]
DefaultDependencies=no
After=systemd-modules-load.service systemd-udev-settle.service
ConditionKernelVersion=*-rt-*
[Service]
Type=simple
ExecStartPre=/bin/sleep 10
ExecStart=/bin/sh -c 'sysctl -w kernel.sched_rt_runtime_us=-1; for cpu in 0 1; do taskset -c $cpu chrt -f 99 sh -c "while :; do :; done" & done; wait'
`;

describe('trial boots that go wrong', function () {
  this.timeout(1_800_000);
  const project = new Project();
  let lab: VmLab;
  let m1: VmHost;
  let rt: string;
  let initial: Fingerprint;
  let former: Booted;
  const controllers: ChildProcess[] = [];

  before(async () => {
    lab = await timed('up', () => VmLab.up({ image: 'rt', say }));
    m1 = firstOf(lab);
    former = await booted(m1);
    rt = await realtimeKernel(m1);
    initial = await timed('fingerprint', () => m1.fingerprint());
  });

  beforeEach(async () => {
    if (!(await isUntouched())) await timed('reset', () => resetHost(lab, m1));
  });

  afterEach(function () {
    // Mocha tells at the end, many minutes later.
    if (this.currentTest?.err !== undefined) say(this.currentTest.err.message);
    for (const controller of controllers.splice(0)) controller.kill('SIGKILL');
  });

  after(async () => {
    await dropConnections(lab);
    await lab.down();
    project.remove();
  });

  const isUntouched = async (): Promise<boolean> =>
    (await m1.ssh('test ! -e /var/lib/rtprov', { timeoutMs: 30_000 })).code === 0;

  function play(name: string, trial: Trial): string {
    return project.write(`${name}.yaml`, playbookOf(rt, trial));
  }

  const run = (name: string, trial: Trial): Promise<Told> =>
    timed(name, () => converge(lab, [play(name, trial)]));

  /** A controller of its own, to be killed. */
  function command(name: string, trial: Trial): ChildProcess {
    const args = ['--import', 'tsx', 'src/cli/main.ts', 'run', play(name, trial), '-i', lab.inventoryPath];
    const controller = spawn('node', args, { stdio: 'ignore' });
    controllers.push(controller);
    return controller;
  }

  async function kill(controller: ChildProcess): Promise<void> {
    controller.kill('SIGKILL');
    if (controller.exitCode === null && controller.signalCode === null) await once(controller, 'exit');
  }

  /** The machine is as it was before the run, all of it, and its journal says so. */
  async function assertUndone(reason: RegExp): Promise<void> {
    const told = await timed('until it was undone', () => waitReturned(m1));
    assert.equal(told['undo'], '0', await m1.must('cat /var/lib/rtprov/boot/undo.log'));
    assert.match(told['reason'] ?? '', reason);
    assert.deepEqual(await booted(m1), former);
    await dropConnections(lab);
    assert.equal(await rollBack(lab, 'm1'), undefined, 'a run is not undone');
    assertSame(initial, await m1.fingerprint());
  }

  function assertReturned(told: Told, reason: RegExp): void {
    assert.match(troubles(told), /TRIAL_RETURNED|the trial boot failed/);
    assert.match(troubles(told), reason);
    assert.equal(told.exitCode, 6, troubles(told));
  }

  it('a check that fails', async () => {
    const reason = /the check `false` ended with 1/;
    const told = await run('check', { args: ['skew_tick=1'], reboot: { checks: ['false'] } });
    assertReturned(told, reason);
    await assertUndone(reason);
  });

  it('a kernel that panics', async () => {
    const from = m1.serialLog().length;
    const reason = /ended before it was confirmed/;
    const told = await run('panic', { args: ['rdinit=/bin/false'], reboot: { panic: 5 } });
    assertReturned(told, reason);
    assert.match(m1.serialLog().slice(from), /Kernel panic - not syncing: Attempted to kill init/);
    await assertUndone(reason);
  });

  it('a power cut during the trial', async () => {
    const from = m1.serialLog().length;
    const reason = /ended before it was confirmed/;
    const running = run('power', {});
    await waitSerial(m1, from, onTrial);
    await m1.powerCut();
    await m1.powerOn();
    assertReturned(await running, reason);
    await assertUndone(reason);
  });

  it('a boot without a network', async () => {
    const reason = /it was not confirmed within 90 s/;
    const told = await run('network', {
      tasks: [file('/etc/systemd/network/00-e2e.network', '[Match]\nType=ether\n[Link]\nUnmanaged=yes\n')],
      reboot: { confirm_within: 90 },
    });
    assertReturned(told, reason);
    await assertUndone(reason);
  });

  it('a controller that is killed during the trial and never comes back', async () => {
    const from = m1.serialLog().length;
    const controller = command('orphan', { reboot: { confirm_within: 90 } });
    await timed('until the trial boot', () => waitSerial(m1, from, onTrial));
    await kill(controller);
    await assertUndone(/it was not confirmed within 90 s/);
  });

  it('a user space that hangs: the watchdog ends it', async () => {
    const from = m1.serialLog().length;
    const reason = /ended before it was confirmed/;
    const units = '/etc/systemd/system';
    const told = await run('hang', {
      tasks: [
        file(`${units}/e2e-hog.service`, hog),
        { file: { path: `${units}/sysinit.target.wants`, state: 'directory' } },
        {
          file: {
            path: `${units}/sysinit.target.wants/e2e-hog.service`,
            src: `${units}/e2e-hog.service`,
            state: 'link',
          },
        },
      ],
    });
    assert.match(m1.serialLog().slice(from), onTrial);
    assertReturned(told, reason);
    await assertUndone(reason);
  });

  it('a controller that is killed before the reboot: the old kernel stays, and a reboot later is undone all the same', async () => {
    const boot = await m1.bootId();
    const from = m1.serialLog().length;
    const script = new URL('doomed-controller.ts', import.meta.url).pathname;
    const playbook = play('before', { reboot: { confirm_within: 60 } });
    const args = ['--import', 'tsx', script, lab.inventoryPath, lab.name, playbook, 'systemctl reboot'];
    const controller = spawn('node', args, { stdio: 'ignore' });
    controllers.push(controller);
    await timed('until it was killed', () => once(controller, 'exit'));
    assert.equal(controller.signalCode, 'SIGKILL');
    assert.equal((await record(m1))['state'], 'armed');
    assert.equal(await m1.bootId(), boot);
    await m1.ssh('systemctl reboot');
    await waitSerial(m1, from, onTrial);
    await assertUndone(/it was not confirmed within 60 s/);
  });

  it('the next run goes on where a killed controller was, and confirms without a reboot', async () => {
    const from = m1.serialLog().length;
    const trial = { reboot: { confirm_within: 600 } };
    const controller = command('again', trial);
    await waitSerial(m1, from, onTrial);
    await kill(controller);
    await m1.waitBooted();
    const boot = await m1.bootId();
    const told = await run('again', trial);
    assert.equal(told.exitCode, 0, troubles(told));
    assert.equal(await m1.bootId(), boot);
    assert.equal(await m1.kernel(), rt);
    assert.equal((await record(m1))['state'], 'confirmed');
    assert.match(await m1.must('grub-editenv list'), new RegExp(`saved_entry=.*${rt}`));
    await timed('rollback', () => rollBack(lab, 'm1'));
    assert.deepEqual(await booted(m1), former);
    assertSame(initial, await m1.fingerprint());
  });

  it("a power cut while GRUB's menu is made", async () => {
    const playbook = play('menu', { args: ['skew_tick=1'], reboot: false });
    for (const point of ['pgrep -f grub-mkconfig', 'test -s /boot/grub/grub.cfg.new']) {
      if (!(await isUntouched())) await resetHost(lab, m1);
      const stop = new AbortController();
      const running = converge(lab, [playbook], { stop: stop.signal }).catch(() => undefined);
      await waitFor(point, 200_000, async () => (await m1.ssh(point)).code === 0 || undefined);
      await m1.powerCut();
      stop.abort();
      await running;
      await dropConnections(lab);
      await m1.start();
      await m1.must('test -s /boot/grub/grub.cfg && grub-script-check /boot/grub/grub.cfg');
      assert.deepEqual(await booted(m1), former);
      const undone = await rollBack(lab, 'm1');
      assert.equal(undone?.result.complete, true, JSON.stringify(undone?.events));
      assertSame(initial, await m1.fingerprint());
    }
  });
});
