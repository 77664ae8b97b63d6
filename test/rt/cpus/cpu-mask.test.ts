import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CpuListFault, cpuSet } from '../../../src/rt/cpus/cpu-list.js';
import { formatCpuMask, parseCpuMask } from '../../../src/rt/cpus/cpu-mask.js';

describe('CPU masks', () => {
  for (const [text, cpus] of [
    ['', []],
    ['0', []],
    ['00000000,00000000', []],
    ['f\n', [0, 1, 2, 3]],
    ['0000000f', [0, 1, 2, 3]],
    ['00000000,0000000F', [0, 1, 2, 3]],
    ['1,00000001', [0, 32]],
    ['1,5', [0, 2, 32]],
    ['80000000', [31]],
    [`1${',00000000'.repeat(10)}`, [320]],
  ] as const) {
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseCpuMask(text), cpus);
    });
  }

  for (const [text, at, message] of [
    ['0x3', 1, /"x" is not a hexadecimal digit/],
    ['1,0000000g', 9, /"g"/],
    ['100000000', 0, /more than 32 bits/],
  ] as const) {
    it(`reports what is wrong with ${text}`, () => {
      const fault = parseCpuMask(text);
      assert.ok(fault instanceof CpuListFault);
      assert.match(fault.message, message);
      assert.equal(fault.at, at);
    });
  }

  it('prints as the kernel does', () => {
    assert.equal(formatCpuMask([0, 1], { lastCpu: 3 }), '3');
    assert.equal(formatCpuMask([0, 1], { lastCpu: 7 }), '03');
    assert.equal(formatCpuMask([0, 1], { lastCpu: 35 }), '0,00000003');
    assert.equal(formatCpuMask([], { lastCpu: 127 }), '00000000,00000000,00000000,00000000');
    assert.equal(formatCpuMask([0, 32]), '1,00000001');
  });

  it('gives back every set that it prints, also beyond 256 CPUs', () => {
    const anySet = fc.array(fc.integer({ min: 0, max: 1023 })).map(cpuSet);
    fc.assert(
      fc.property(anySet, fc.option(fc.integer({ min: 0, max: 2047 }), { nil: undefined }), (cpus, last) => {
        const text = formatCpuMask(cpus, last === undefined ? {} : { lastCpu: last });
        assert.deepEqual(parseCpuMask(text), cpus);
      }),
    );
  });
});
