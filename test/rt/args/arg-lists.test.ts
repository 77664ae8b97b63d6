import assert from 'node:assert/strict';
import { cpusOf, formatIsolcpus, mergedArg, parseIsolcpus } from '../../../src/rt/args/arg-lists.js';
import { CpuListFault } from '../../../src/rt/cpus/cpu-list.js';
import { parseKernelLine, type KernelArg } from '../../../src/rt/args/kernel-args.js';

const one = (text: string): KernelArg => {
  const [arg] = parseKernelLine(text).args;
  assert.ok(arg);
  return arg;
};

describe('isolcpus', () => {
  it('has flags and CPUs', () => {
    assert.deepEqual(parseIsolcpus('managed_irq,domain,1-3'), {
      flags: ['managed_irq', 'domain'],
      cpus: [1, 2, 3],
    });
    assert.deepEqual(parseIsolcpus('2-N', { lastCpu: 3 }), { flags: [], cpus: [2, 3] });
    assert.equal(formatIsolcpus({ flags: ['domain'], cpus: [1, 2, 5] }), 'domain,1-2,5');
  });

  for (const [value, at, message] of [
    ['all', 0, /"all" is not one of the flags/],
    ['N', 0, /starts with a number/],
    ['domian,1', 0, /"domian"/],
    ['domain', 6, /CPUs are missing/],
    ['domain,1-', 9, /the text ends/],
  ] as const) {
    it(`refuses ${value}`, () => {
      const fault = parseIsolcpus(value, { lastCpu: 3 });
      assert.ok(fault instanceof CpuListFault);
      assert.match(fault.message, message);
      assert.equal(fault.at, at);
    });
  }
});

describe('lists in arguments', () => {
  it('gives the CPUs that an argument names', () => {
    assert.deepEqual(cpusOf(one('nohz-full=1-2')), [1, 2]);
    assert.deepEqual(cpusOf(one('isolcpus=nohz,1-2')), [1, 2]);
    assert.equal(cpusOf(one('rcu_nocbs')), undefined);
    assert.equal(cpusOf(one('maxcpus=3')), undefined);
  });

  for (const [line, wanted, merged] of [
    ['isolcpus=1-2 quiet', 'isolcpus=managed_irq,3', 'isolcpus=domain,managed_irq,1-3'],
    ['isolcpus=1', 'isolcpus=2', 'isolcpus=1-2'],
    ['nohz_full=1-2', 'nohz_full=2,5', 'nohz_full=1-2,5'],
    ['module_blacklist=a,b module-blacklist=c', 'module_blacklist=b,d', 'module_blacklist=a,b,c,d'],
    ['quiet', 'nohz_full=2', 'nohz_full=2'],
    ['nohz_full=x', 'nohz_full=2', 'nohz_full=2'],
    ['mitigations=off', 'mitigations=auto', 'mitigations=auto'],
    ['rcu_nocbs', 'rcu_nocbs=2', 'rcu_nocbs=2'],
  ] as const) {
    it(`adds ${wanted} to ${line}`, () => {
      assert.equal(mergedArg(parseKernelLine(line).args, one(wanted)).text, merged);
    });
  }
});
