/**
 * site.yaml on a stock machine that is real down to its kernel: the check names the reboot, the run boots the RT kernel on trial and
 * keeps it, what runs has the plan's CPUs, a second run changes nothing, and rollback boots the former kernel and leaves no byte.
 */
import assert from 'node:assert/strict';
import type { Fingerprint } from '../../lab/fingerprint.js';
import { type VmHost, VmLab } from '../../lab/vm/vm-lab.js';
import {
  changedTasks,
  converge,
  fidelity,
  infidelity,
  planLines,
  rollBack,
  troubles,
  type Outcome,
} from '../harness.js';
import { assertSame, type Booted, booted, firstOf, say, SITE, timed } from './machines.js';

const extraVars = ['rt_package_lists_valid=0'];

describe('laws: site.yaml on a virtual machine', function () {
  this.timeout(2_400_000);
  let lab: VmLab;
  let m1: VmHost;
  let initial: Fingerprint;
  let former: Booted;
  let plan: Outcome;
  let run: Outcome;

  before(async () => {
    lab = await timed('up', () => VmLab.up({ image: 'stock', groups: ['rt_guests'], say }));
    m1 = firstOf(lab);
    former = await booted(m1);
    initial = await timed('fingerprint', () => m1.fingerprint());
  });

  after(async () => {
    await lab.down();
  });

  it('the check names the reboot and changes nothing', async () => {
    const boot = await m1.bootId();
    plan = await timed('check', () => converge(lab, [SITE], { check: true, extraVars }));
    assert.equal(plan.exitCode, 0, troubles(plan));
    const lines = planLines(plan.results);
    const has = (what: RegExp): void =>
      assert.ok(
        lines.some((line) => what.test(line)),
        `${what} in\n${lines.join('\n')}`,
      );
    has(/does reboot on trial into 6\.1\.0-\d+-rt-amd64: /);
    has(/does returns to 6\.1\.0-\d+-amd64 by itself unless confirmed within 600 s, after a panic in 30 s/);
    has(/package:linux-image-rt-amd64/);
    has(/file:\/etc\/default\/grub\.d\/zz-rtprov\.cfg/);
    has(/file:\/boot\/grub\/custom\.cfg/);
    assert.equal(await m1.bootId(), boot);
    assertSame(initial, await m1.fingerprint());
  });

  it('the run does what the check said, and the trial boot is confirmed', async () => {
    run = await timed('run', () => converge(lab, [SITE], { extraVars }));
    assert.equal(run.exitCode, 0, troubles(run));
    const truth = fidelity(plan.results, run.results);
    say(`${truth.same} lines the same; planned as unknown: ${truth.unknown.join('; ')}`);
    assert.equal(infidelity(truth), '');
    // What update-grub makes of the menu is known once it has run.
    assert.deepEqual(
      truth.unknown.map((line) => line.replace(/:.*/, '')),
      ['rt_boot '],
    );
    assert.match(await m1.must('cat /var/lib/rtprov/boot/trial'), /^state=confirmed$/m);
  });

  it('the RT kernel runs with the CPUs and arguments of the plan', async () => {
    assert.match(await m1.must('uname -v'), /PREEMPT_RT/);
    assert.match(await m1.kernel(), /^6\.1\.0-\d+-rt-amd64$/);
    assert.equal(
      await m1.must(
        'cat /sys/devices/system/cpu/isolated /sys/devices/system/cpu/nohz_full /proc/irq/default_smp_affinity',
      ),
      '1\n1\n1',
    );
    assert.match(await m1.must('dmesg'), /Offload RCU callbacks from CPUs: 1\./);
    assert.match(
      await m1.must('grep ^GRUB_DEFAULT= /etc/default/grub.d/*rtprov* /dev/null; grub-editenv list'),
      /saved_entry=.*-rt-amd64/,
    );
    assert.doesNotMatch(await m1.must('grub-editenv list'), /next_entry=./);
  });

  it('a second run changes nothing and reboots nothing', async () => {
    const boot = await m1.bootId();
    const second = await timed('second run', () => converge(lab, [SITE], { extraVars }));
    assert.equal(second.exitCode, 0, troubles(second));
    assert.deepEqual(changedTasks(second.results), []);
    assert.equal(await m1.bootId(), boot);
  });

  it('the rollback boots the former kernel and puts the machine back as it was', async () => {
    const undone = await timed('rollback', () => rollBack(lab, 'm1', { to: run.run }));
    const open = undone?.events.filter(
      (event) => event.type !== 'rollback_entry' || !['undone', 'same'].includes(event.verdict),
    );
    assert.equal(undone?.result.complete, true, JSON.stringify(open));
    assert.deepEqual(await booted(m1), former);
    assertSame(initial, await timed('fingerprint', () => m1.fingerprint()));
  });
});
