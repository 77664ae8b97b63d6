import assert from 'node:assert/strict';
import { commandLineSize, faultsOf, type LineLimits } from '../../src/rt/kernel-arg-faults.js';
import { kernelArg, parseKernelLine } from '../../src/rt/kernel-args.js';

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
    ['isolcpus=nohz,2-3 nohz_full=2-4', ['ARG_NOHZ_MISMATCH']],
    ['isolcpus=nohz,2-3 nohz_full=3,2', []],
    ['isolcpus=domain,2-3 nohz_full=2-4', []],
    ["a=it's", ['ARG_CHARACTER']],
    ['a=b\\c', ['ARG_CHARACTER']],
    ['memmap=1G$4G', ['ARG_CHARACTER']],
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
    assert.equal(fault?.hint, 'leave CPU 0 out: isolcpus=1-2');
  });

  it('knows how long a line may be', () => {
    const fits = `a=${'x'.repeat(commandLineSize - 3)}`;
    assert.deepEqual(codes(fits), []);
    assert.deepEqual(codes(`${fits}x`), ['ARG_LINE_TOO_LONG']);
    assert.deepEqual(codes('a=12345', { limit: 8 }), []);
    assert.deepEqual(codes('a=12345', { limit: 8, reserved: 1 }), ['ARG_LINE_TOO_LONG']);
  });
});
