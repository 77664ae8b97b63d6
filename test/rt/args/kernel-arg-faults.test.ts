import assert from 'node:assert/strict';
import { commandLineSize, faultsOf, type LineLimits } from '../../../src/rt/args/kernel-arg-faults.js';
import { removeArgs, setArgs } from '../../../src/rt/args/arg-sets.js';
import { kernelArg, parseKernelLine } from '../../../src/rt/args/kernel-args.js';

function codes(line: string, limits: LineLimits = { lastCpu: 7 }): readonly string[] {
  return faultsOf(parseKernelLine(line).args, limits).map(({ code }) => code);
}

describe('faults of kernel arguments', () => {
  for (const [line, wanted] of [
    ['', []],
    ['isolcpus=managed_irq,domain,2-N nohz_full=2-7 rcu_nocbs=2-7 irqaffinity=0-1 rcu_nocbs', []],
    ['isolcpus=', ['ARG_EMPTY_LIST']],
    ['isolcpus=domain,', ['ARG_EMPTY_LIST']],
    ['nohz_full', ['ARG_EMPTY_LIST']],
    ['nohz-full=', ['ARG_EMPTY_LIST']],
    ['nohz_full=2-8', ['ARG_CPU_LIST']],
    ['isolcpus=all', ['ARG_CPU_LIST']],
    ['rcu_nocbs=all', []],
    ['isolcpus=0-N', ['ARG_ALL_CPUS']],
    ['isolcpus=0,2', ['ARG_BOOT_CPU']],
    ['nohz_full=0-3', ['ARG_BOOT_CPU']],
    ['irqaffinity=0', []],
    ['isolcpus=2-3 irqaffinity=0-2', ['ARG_ISOLATED_BUSY']],
    ['nohz_full=2-3 irqaffinity=3', ['ARG_ISOLATED_BUSY']],
    ['rcu_nocbs=2-3 irqaffinity=0-7', ['ARG_ISOLATED_BUSY']],
    ['rcu_nocbs=0-7 irqaffinity=0-1 isolcpus=2-7', []],
    ['isolcpus=2-7 kthread_cpus=0-7', ['ARG_ISOLATED_BUSY']],
    ['isolcpus=managed_irq,domain,2-7 kthread-cpus=0-1 irqaffinity=0-3:1/2', ['ARG_ISOLATED_BUSY']],
    ['isolcpus=2-7 kthread_cpus=0-1 irqaffinity=0-3:2/4', []],
    ['isolcpus=0 irqaffinity=0', ['ARG_BOOT_CPU']],
    ['hugepages=1 hugepages=2', ['ARG_HUGEPAGES_TWICE']],
    ['hugepages=1 hugepagesz=1G hugepages=2 hugepagesz=2M hugepages=2', []],
    ['isolcpus=nohz,2-3 nohz_full=2-4', ['ARG_NOHZ_MISMATCH']],
    ['isolcpus=nohz,2-3 nohz_full=3,2', []],
    ['isolcpus=domain,2-3 nohz_full=2-4', []],
    ["a=it's", ['ARG_CHARACTER']],
    ['a=b\\c', ['ARG_CHARACTER']],
    ['memmap=1G$4G', []],
    ['a=`id`', ['ARG_CHARACTER']],
    ['a=ü', ['ARG_CHARACTER']],
    ['a=b"c"d', ['ARG_CHARACTER']],
    ['dyndbg="file drivers/usb/* +p; module x +p" a=(1)', []],
  ] as const) {
    it(`finds ${wanted.join(', ') || 'none'} in ${line}`, () => {
      assert.deepEqual(codes(line), wanted);
    });
  }

  it('does not let a newline pass', () => {
    assert.deepEqual(
      faultsOf([kernelArg('a', 'b\nc')]).map(({ code }) => code),
      ['ARG_CHARACTER'],
    );
  });

  it('says what is wrong, why, and how to mend it', () => {
    const [fault] = faultsOf(parseKernelLine('isolcpus=domain,0-2').args);
    assert.match(fault?.summary ?? '', /isolates CPU 0/);
    assert.match(fault?.detail ?? '', /boots the machine/);
    assert.equal(fault?.hint, 'remove CPU 0 from the list: set isolcpus=domain,1-2');
  });

  it('knows how long a line may be', () => {
    const fits = `a=${'x'.repeat(commandLineSize - 3)}`;
    assert.deepEqual(codes(fits), []);
    assert.deepEqual(codes(`${fits}x`), ['ARG_LINE_TOO_LONG']);
    assert.deepEqual(codes('a=12345', { limit: 8 }), []);
    assert.deepEqual(codes('a=12345', { limit: 8, reserved: 1 }), ['ARG_LINE_TOO_LONG']);
  });

  // Each line is one that a machine was found with, or a mistake of the same kind.
  for (const line of [
    'isolcpus=0 rcu_nocbs=0-3',
    'nohz_full=all isolcpus=1-N irqaffinity=0-7',
    'isolcpus=',
    'isolcpus nohz_full irqaffinity= kthread_cpus',
    'isolcpus=0-99 nohz_full=99 rcu_nocbs=1-99 irqaffinity=99 kthread_cpus=99',
    'isolcpus=managed_irq,domain,0-N nohz_full=0-N irqaffinity=0-N',
    'isolcpus=bad,1-2 irqaffinity=1-2',
    'isolcpus=nohz,0-2 nohz_full=0-1',
    'isolcpus=nohz,domain,1-2 nohz_full=1 irqaffinity=1-2',
    'isolcpus=nohz,1 nohz_full=all',
    'rcu_nocbs=1-2 irqaffinity=1',
    'irqaffinity=1-3 nohz_full=1-3',
    'hugepages=1 hugepages=2 hugepagesz=1G hugepages=3',
    'a=`id` nohz_full=0',
    `a=${'x'.repeat(1500)} isolcpus=0 b=${'y'.repeat(700)}`,
  ])
    for (const lastCpu of [0, 1, 3, undefined])
      it(`gives hints that work: ${line.slice(0, 80)} with ${lastCpu ?? 'an unknown number'}`, () => {
        const limits = { ...(lastCpu === undefined ? {} : { lastCpu }), limit: 2048 };
        const args = parseKernelLine(line).args;
        const faults = faultsOf(args, limits);
        assert.ok(faults.length > 0 || lastCpu === undefined);
        for (const { hint } of faults)
          assert.match(hint ?? '', /set \S+=\S|remove: \["|remove arguments of \d+ bytes?/);
        // All hints are followed at once, as they are printed.
        const wanted = faults.flatMap(({ hint = '' }) =>
          [...hint.matchAll(/\bset (\S+=\S+)$/g)].map(([, text = '']) => text),
        );
        const gone = faults.flatMap(({ hint = '' }) =>
          [...hint.matchAll(/remove: (\[.*\])/g)].flatMap(([, json = '']) => JSON.parse(json) as string[]),
        );
        const bytes = Math.max(
          0,
          ...faults.map(({ hint = '' }) => Number(/arguments of (\d+)/.exec(hint)?.[1] ?? 0)),
        );
        const shorter = bytes === 0 ? args : args.filter(({ text }) => text.length < bytes);
        const removals = parseKernelLine(gone.join(' ')).args.map(({ name, value }) =>
          value === undefined ? { name } : { name, value },
        );
        const after = setArgs(removeArgs(shorter, removals), parseKernelLine(wanted.join(' ')).args);
        assert.deepEqual(
          faultsOf(after, limits).map(({ detail }) => detail),
          [],
        );
      });
});
