import assert from 'node:assert/strict';
import {
  hasBootLines,
  offloadedCpus,
  pollsForCallbacks,
  realtime,
  unknownParameters,
} from '../../../src/rt/kernel/kernel-log.js';

const cmdline =
  'BOOT_IMAGE=/boot/vmlinuz-6.1.0-40-rt-amd64 root=UUID=x ro kthread_cpus=0 splash "foo=a b" systemd.unit=x -- bar';
/** As Debian's 6.1 prints it. */
const dmesg = `[    0.000000] Linux version 6.1.0-40-rt-amd64 (debian-kernel@lists.debian.org) #1 SMP PREEMPT_RT Debian 6.1.153-1
[    0.000000] Command line: ${cmdline}
[    0.093186] Kernel command line: ${cmdline}
[    0.093320] Unknown kernel command line parameters "splash BOOT_IMAGE=/boot/vmlinuz-6.1.0-40-rt-amd64 kthread_cpus=0 foo=a b", will be passed to user space.
[    0.170163] rcu: \tOffload RCU callbacks from CPUs: 1,3.
[    0.170164] rcu: \tPoll for callbacks from no-CBs CPUs.
`;

describe("the kernel's log", () => {
  it('reports what the kernel did not know and user space does not either', () => {
    assert.deepEqual(
      unknownParameters(dmesg, cmdline)?.map(({ name, value }) => [name, value]),
      [
        ['kthread_cpus', '0'],
        ['foo', 'a b'],
      ],
    );
    // Without the command line a value with a blank falls apart.
    assert.deepEqual(
      unknownParameters(dmesg)?.map(({ name, value }) => [name, value]),
      [
        ['kthread_cpus', '0'],
        ['foo', 'a'],
        ['b', undefined],
      ],
    );
  });

  it('says nothing when all is known', () => {
    const quiet = dmesg.replace(/^.*Unknown kernel.*\n/m, '');
    assert.deepEqual(unknownParameters(quiet), []);
    assert.equal(unknownParameters(quiet.replaceAll('version 6.1', 'version 5.10')), undefined);
  });

  it('does not know when its beginning is gone or the line is cut off', () => {
    assert.equal(unknownParameters('[ 9.0] usb 1-1: new device\n'), undefined);
    assert.equal(unknownParameters(dmesg.replace('", will be passed to user space.', '')), undefined);
    assert.equal(hasBootLines(dmesg), true);
    assert.equal(hasBootLines(dmesg.replaceAll(/^\[[^\]]*\] /gm, '')), true);
    assert.equal(hasBootLines('[    9.000000] usb 1-1: new device\n'), false);
  });

  it('reports which CPUs offload their callbacks', () => {
    assert.deepEqual(offloadedCpus(dmesg), [1, 3]);
    assert.deepEqual(offloadedCpus('rcu: \tOffload RCU callbacks from CPUs: (none).'), []);
    assert.equal(offloadedCpus(''), undefined);
    assert.equal(pollsForCallbacks(dmesg), true);
    assert.equal(pollsForCallbacks(dmesg.replace(/^.*Poll for.*\n/m, '')), false);
    assert.equal(pollsForCallbacks(''), undefined);
  });
});

describe('a real-time kernel', () => {
  for (const [version, flag, is] of [
    ['#1 SMP PREEMPT_RT Debian 6.1.153-1 (2025-09-20)', '1\n', true],
    ['#1 SMP PREEMPT_RT Debian 6.1.153-1 (2025-09-20)', undefined, true],
    ['#1 SMP PREEMPT RT Tue Sep 1 2020', undefined, true],
    ['#1 SMP PREEMPT_DYNAMIC Debian 6.1.153-1 (2025-09-20)', undefined, false],
    ['#1 SMP PREEMPT_RT', '0', false],
    ['#1 SMP', '1', false],
  ] as const) {
    it(`is ${is ? '' : 'not '}${version} with ${flag ?? 'no'} flag`, () => {
      assert.equal(realtime(version, flag).realtime, is);
      assert.match(realtime(version, flag).evidence, /^uname -v: #1/);
    });
  }
});
