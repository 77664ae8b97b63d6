import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  complementCpus,
  CpuListFault,
  cpuSet,
  equalCpus,
  formatCpuList,
  intersectCpus,
  parseCpuList,
  subtractCpus,
  unionCpus,
  type CpuSet,
} from '../../../src/rt/cpus/cpu-list.js';

const anySet = fc.array(fc.integer({ min: 0, max: 1023 }), { maxLength: 80 }).map(cpuSet);

function parsed(text: string, lastCpu?: number): CpuSet {
  const result = parseCpuList(text, lastCpu === undefined ? {} : { lastCpu });
  if (result instanceof CpuListFault) assert.fail(`${text}: ${result.message}`);
  return result;
}

describe('CPU lists', () => {
  for (const [text, cpus, lastCpu] of [
    ['', []],
    ['3', [3]],
    ['0-3,8', [0, 1, 2, 3, 8]],
    ['8,0-3,2', [0, 1, 2, 3, 8]],
    ['0-11:2/4', [0, 1, 4, 5, 8, 9]],
    ['9-20:4/10', [9, 10, 11, 12, 19, 20]],
    ['0-3:0/2', []],
    ['2-N', [2, 3, 4, 5], 5],
    ['N', [5], 5],
    ['0-N:1/N', [0, 5], 5],
    ['all', [0, 1, 2, 3], 3],
    ['ALL:1/2', [0, 2], 3],
    [',1,, 2\n', [1, 2]],
  ] as readonly (readonly [string, readonly number[], number?])[]) {
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parsed(text, lastCpu), cpus);
    });
  }

  for (const [text, at, message, lastCpu] of [
    ['1-', 2, /the text ends where a CPU number/],
    ['1,x', 2, /"x" stands where a CPU number/],
    ['1;2', 1, /"; ?" is not a comma/],
    ['4-2', 0, /4-2 is reversed/],
    ['0-7:2', 5, /RANGE:USED\/GROUP/],
    ['0-7:2/0', 6, /groups of 0/],
    ['0-7:5/4', 4, /cannot use 5 CPUs of each 4/],
    ['1:1/2', 1, /":" is not a comma/],
    ['2-N', 2, /the number of CPUs is not known/],
    ['all', 0, /not known/],
    ['alle', 3, /"e" is not/, 3],
    ['0,4', 2, /no CPU 4: the last one is 3/, 3],
    ['0-8192', 0, /no kernel has that many/],
    ['99999999999', 0, /too large/],
    ['-1', 0, /"-" stands/],
    ['0x3', 1, /"x" is not/],
  ] as readonly (readonly [string, number, RegExp, number?])[]) {
    it(`reports what is wrong with ${JSON.stringify(text)}`, () => {
      const fault = parseCpuList(text, lastCpu === undefined ? {} : { lastCpu });
      assert.ok(fault instanceof CpuListFault);
      assert.match(fault.message, message);
      assert.equal(fault.at, at);
    });
  }

  it('gives back every set that it prints', () => {
    fc.assert(fc.property(anySet, (cpus) => assert.deepEqual(parsed(formatCpuList(cpus)), cpus)));
  });

  it('prints as the kernel does', () => {
    assert.equal(formatCpuList([0, 1, 4]), '0-1,4');
    assert.equal(formatCpuList([]), '');
    assert.equal(formatCpuList([0, 2, 3, 4, 300, 301]), '0,2-4,300-301');
  });

  it('never throws, and points into the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('0123456789-,:/N all\n')) }), (text) => {
        const result = parseCpuList(text, { lastCpu: 63 });
        if (result instanceof CpuListFault) assert.ok(result.at >= 0 && result.at <= text.length);
        else assert.ok(result.every((cpu) => cpu <= 63));
      }),
    );
  });

  it('reads a stride as its definition says', () => {
    const number = fc.integer({ min: 0, max: 400 });
    const group = fc.integer({ min: 1, max: 70 });
    fc.assert(
      fc.property(number, number, group, group, (a, b, c, d) => {
        const [first, last] = [Math.min(a, b), Math.max(a, b)];
        const [used, size] = [Math.min(c, d), Math.max(c, d)];
        const wanted: number[] = [];
        for (let cpu = first; cpu <= last; cpu += 1) if ((cpu - first) % size < used) wanted.push(cpu);
        assert.deepEqual(parsed(`${first}-${last}:${used}/${size}`), wanted);
      }),
    );
  });
});

describe('CPU sets', () => {
  it('keep the laws of sets', () => {
    fc.assert(
      fc.property(anySet, anySet, (left, right) => {
        const both = intersectCpus(left, right);
        assert.deepEqual(unionCpus(subtractCpus(left, right), both), left);
        assert.deepEqual(intersectCpus(subtractCpus(left, right), right), []);
        assert.deepEqual(unionCpus(left, right), unionCpus(right, left));
        assert.deepEqual(complementCpus(complementCpus(left, 1023), 1023), left);
        assert.deepEqual(unionCpus(left, complementCpus(left, 1023)), parsed('0-1023'));
        assert.equal(equalCpus(left, right), formatCpuList(left) === formatCpuList(right));
      }),
    );
  });
});
