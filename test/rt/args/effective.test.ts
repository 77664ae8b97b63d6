import assert from 'node:assert/strict';
import { effectOf } from '../../../src/rt/args/effective.js';
import { pageRequest, pageSizeKb } from '../../../src/rt/args/hugepages.js';
import { parseKernelLine } from '../../../src/rt/args/kernel-args.js';
import type { Observed } from '../../../src/rt/args/observed.js';

const GB = 1024 * 1024;

/** What is seen on a machine with four CPUs that was started with `line`. */
function verdicts(line: string, seen: Partial<Observed>, wanted = line): readonly string[] {
  const procCmdline = `BOOT_IMAGE=/vmlinuz root=/dev/vda1 ro ${line}`;
  return effectOf(parseKernelLine(wanted).args, { procCmdline, cpuPossible: '0-3\n', ...seen }).map(
    ({ verdict, evidence }) => `${verdict}: ${evidence}`,
  );
}

const rcu = 'rcu: \tOffload RCU callbacks from CPUs: 1-3.\n';

describe('kernel arguments in effect', () => {
  for (const [line, seen, pattern] of [
    ['isolcpus=managed_irq,domain,2-N', { cpuIsolated: '2-3\n' }, /^in_effect: .*isolated: 2-3$/],
    ['isolcpus=2,3', { cpuIsolated: '2-3' }, /^in_effect/],
    ['isolcpus=2-3', { cpuIsolated: '\n' }, /^not_in_effect: .*isolated: \(empty\)$/],
    ['isolcpus=2-3', { cpuIsolated: '3' }, /^not_in_effect: .*: 3$/],
    ['isolcpus=managed_irq,2-3', { cpuIsolated: '\n' }, /^only_on_command_line: .*without the flag domain/],
    ['isolcpus=2-3', {}, /^only_on_command_line: .*was not read/],
    [
      'isolcpus=2-N',
      { cpuPossible: null, cpuIsolated: '2-3' },
      /^only_on_command_line: .*the number of CPUs is not known/,
    ],
    ['isolcpus=2-9', { cpuIsolated: '' }, /^not_in_effect: .*no CPU 9/],
    [
      'isolcpus=2-3',
      { cpuIsolated: '2-3', workqueueMask: 'f' },
      /^in_effect: .*workqueue\/cpumask still has 2-3$/,
    ],
    ['nohz_full=1-3', { cpuNohzFull: '1-3', workqueueMask: '00000001' }, /^in_effect: [^;]*$/],
    ['nohz_full=1-3', { cpuNohzFull: '(null)\n' }, /^not_in_effect/],
    ['nohz_full=1-3', { cpuNohzFull: null }, /^not_in_effect: this kernel has no .*nohz_full/],
    ['rcu_nocbs=1-3', { dmesg: rcu }, /^in_effect: dmesg: .*1-3$/],
    ['rcu_nocbs=2', { dmesg: rcu }, /^in_effect/],
    ['rcu_nocbs=0-3', { dmesg: rcu }, /^not_in_effect/],
    ['rcu_nocbs=1', { dmesg: rcu.replace('1-3', '(none)') }, /^not_in_effect: .*\(none\)$/],
    ['rcu_nocbs=1', { dmesg: '', rcuOffloadThreads: [1, 2] }, /^in_effect: threads rcuop\/: 1-2$/],
    ['rcu_nocbs=3', { rcuOffloadThreads: [1, 2] }, /^not_in_effect/],
    ['rcu_nocbs=1', {}, /^only_on_command_line: .*no longer has a line on RCU/],
    ['rcu_nocbs', { dmesg: rcu }, /^only_on_command_line: .*has no CPUs/],
    ['rcu_nocb_poll', { dmesg: `${rcu}rcu: \tPoll for callbacks from no-CBs CPUs.\n` }, /^in_effect/],
    ['rcu_nocb_poll', { dmesg: rcu }, /^not_in_effect: dmesg: no "Poll/],
    ['irqaffinity=0-1', { defaultSmpAffinity: '00000000,00000003' }, /^in_effect/],
    ['irqaffinity=1', { defaultSmpAffinity: '3' }, /^in_effect/],
    ['irqaffinity=0-1', { defaultSmpAffinity: 'f' }, /^not_in_effect: .*: f$/],
    ['skew_tick=1', {}, /^only_on_command_line: \/proc\/cmdline: skew_tick=1$/],
    ['nosoftlockup', { softWatchdog: '0' }, /^in_effect/],
    ['nosoftlockup', { softWatchdog: '1' }, /^not_in_effect/],
    ['nosoftlockup', { softWatchdog: null }, /^in_effect: this kernel has no/],
    ['nmi_watchdog=0', { nmiWatchdog: '0\n' }, /^in_effect/],
    ['nmi_watchdog=1', { nmiWatchdog: '0\n' }, /^not_in_effect/],
    ['nowatchdog', { watchdog: '0' }, /^in_effect/],
    ['tsc=reliable', { clocksource: 'tsc' }, /^in_effect/],
    ['tsc=reliable', { clocksource: 'hpet' }, /^not_in_effect: .*hpet/],
    ['clocksource=hpet', { clocksource: 'hpet' }, /^in_effect/],
    ['nosmt', { smtControl: 'off' }, /^in_effect/],
    ['nosmt', { smtControl: 'on' }, /^not_in_effect/],
    ['nosmt', { smtControl: 'notsupported' }, /^in_effect/],
    ['nosmt=force', { smtControl: 'off' }, /^not_in_effect/],
    ['nosmt=force', { smtControl: 'forceoff' }, /^in_effect/],
    ['mitigations=off', { vulnerabilities: { spectre_v2: 'Vulnerable; IBPB: disabled' } }, /^in_effect/],
    ['mitigations=off', { vulnerabilities: { spectre_v2: 'Mitigation: Retpolines' } }, /^not_in_effect/],
    ['mitigations=auto', { vulnerabilities: { spectre_v2: 'Mitigation: Retpolines' } }, /^in_effect/],
    ['mitigations=off', { vulnerabilities: { spectre_v2: 'Not affected' } }, /^only_on_command_line/],
    ['idle=poll', { cpuidleDriver: 'none' }, /^in_effect/],
    ['idle=poll', { cpuidleDriver: 'intel_idle' }, /^not_in_effect/],
    ['intel_pstate=disable', { scalingDriver: 'acpi-cpufreq' }, /^in_effect/],
    ['intel_pstate=disable', { scalingDriver: 'intel_cpufreq' }, /^not_in_effect/],
    ['intel_pstate=disable', { scalingDriver: null }, /^in_effect/],
    ['intel_pstate=passive', { scalingDriver: 'intel_cpufreq' }, /^in_effect/],
    ['amd_pstate=guided', { scalingDriver: 'amd-pstate' }, /^in_effect/],
    [
      'processor.max_cstate=1',
      { moduleParameters: { 'processor.max_cstate': '1\n' } },
      /^in_effect: \/sys\/module\/processor\/parameters\/max_cstate: 1$/,
    ],
    ['processor.max_cstate=1', { moduleParameters: { 'processor.max_cstate': '9' } }, /^not_in_effect/],
    [
      'rcutree.nohz_full_patience_delay=1000',
      { moduleParameters: { 'rcutree.nohz_full_patience_delay': null } },
      /^not_in_effect: this kernel has no/,
    ],
    ['kvm.nx_huge_pages=0', { moduleParameters: { 'kvm.nx_huge_pages': 'N' } }, /^in_effect/],
    ['kvm.nx_huge_pages=0', {}, /^only_on_command_line/],
    ['transparent_hugepage=never', { transparentHugepage: null }, /^in_effect/],
    ['transparent_hugepage=never', { transparentHugepage: 'always madvise [never]' }, /^in_effect/],
    ['transparent_hugepage=madvise', { transparentHugepage: 'always madvise [never]' }, /^not_in_effect/],
    ['numa_balancing=disable', { numaBalancing: null }, /^in_effect/],
    ['numa_balancing=disable', { numaBalancing: '1' }, /^not_in_effect/],
  ] as readonly (readonly [string, Partial<Observed>, RegExp])[]) {
    it(`${line} with ${JSON.stringify(seen)}`, () => {
      const [verdict = ''] = verdicts(line, seen);
      assert.match(verdict, pattern);
    });
  }

  it('are not when they are missing or others on the command line', () => {
    assert.deepEqual(verdicts('quiet', { cpuIsolated: '2-3' }, 'isolcpus=2-3 skew_tick=1'), [
      'not_in_effect: /proc/cmdline has no isolcpus',
      'not_in_effect: /proc/cmdline has no skew_tick',
    ]);
    assert.deepEqual(verdicts('skew_tick=1 skew_tick=0', {}, 'skew-tick=1'), [
      'not_in_effect: /proc/cmdline: skew_tick=0',
    ]);
    assert.match(
      verdicts('console=tty0 console=ttyS0', {}, 'console=tty0')[0] ?? '',
      /^only_on_command_line/,
    );
  });

  it('are not when the kernel does not know them', () => {
    const dmesg =
      'Unknown kernel command line parameters "BOOT_IMAGE=/vmlinuz kthread_cpus=0", will be passed to user space.';
    assert.match(verdicts('kthread_cpus=0', { dmesg })[0] ?? '', /^not_in_effect: dmesg: .*unknown/);
  });
});

describe('huge pages in effect', () => {
  const line = 'default_hugepagesz=1G hugepagesz=1G hugepages=0:1,1:1 hugepagesz=2M hugepages=512';
  const seen = {
    defaultHugepageKb: GB,
    nrHugepages: { [GB]: 2, 2048: 512 },
    nodeHugepages: { [GB]: { 0: 1, 1: 1 } },
  };

  it('are all there', () => {
    assert.ok(verdicts(line, seen).every((verdict) => verdict.startsWith('in_effect')));
  });

  it('are short on a node', () => {
    const short = { ...seen, nrHugepages: { [GB]: 1, 2048: 512 }, nodeHugepages: { [GB]: { 0: 0, 1: 1 } } };
    assert.equal(
      verdicts(line, short)[2],
      `not_in_effect: hugepages-${GB}kB/nr_hugepages: 1 of 2, node 0: 0 of 1`,
    );
  });

  it('are of a size that the kernel lacks', () => {
    const lacking = verdicts('hugepagesz=1G hugepages=1', { nrHugepages: { 2048: 0 } });
    assert.ok(lacking.every((verdict) => verdict.startsWith('not_in_effect')));
  });

  it('have the default size without a size in front', () => {
    const plain = { defaultHugepageKb: 2048, nrHugepages: { 2048: 8 } };
    assert.match(verdicts('hugepages=8', plain)[0] ?? '', /^in_effect: hugepages-2048kB/);
    assert.match(verdicts('hugepages=9', plain)[0] ?? '', /^not_in_effect: .*8 of 9$/);
    assert.match(verdicts('hugepages=8', {})[0] ?? '', /^only_on_command_line/);
    assert.match(verdicts('hugepages=x', plain)[0] ?? '', /^not_in_effect: .*not a number/);
  });

  it('have sizes as the kernel reads them', () => {
    assert.equal(pageSizeKb('2M'), 2048);
    assert.equal(pageSizeKb('1g'), GB);
    assert.equal(pageSizeKb('2097152'), 2048);
    assert.equal(pageSizeKb('big'), undefined);
    const { args } = parseKernelLine('hugepagesz=2M hugepages=4 hugepagesz=1G hugepages=0:2,3:1');
    assert.deepEqual(pageRequest(args, 1), { sizeKb: 2048, total: 4 });
    assert.deepEqual(pageRequest(args, 3), { sizeKb: GB, total: 3, nodes: { 0: 2, 3: 1 } });
  });
});
