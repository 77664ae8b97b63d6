import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isRepeatable, removeArgs, setArgs } from '../../../src/rt/args/arg-sets.js';
import {
  argsNamed,
  formatKernelLine,
  kernelArg,
  parseKernelLine,
  sameArg,
  type KernelArg,
} from '../../../src/rt/args/kernel-args.js';

import { assertSets } from '../set-twice.js';

const read = (line: string): readonly KernelArg[] => parseKernelLine(line).args;
const text = (args: readonly KernelArg[]): string => formatKernelLine({ args });

describe('kernel command lines', () => {
  for (const [line, pairs] of [
    ['', []],
    ['  quiet\tro ', [['quiet'], ['ro']]],
    [
      'root=UUID=1-2 a=',
      [
        ['root', 'UUID=1-2'],
        ['a', ''],
      ],
    ],
    ['dyndbg="file a.c +p" b', [['dyndbg', 'file a.c +p'], ['b']]],
    ['"dyndbg=file a.c +p" b', [['dyndbg', 'file a.c +p'], ['b']]],
    ['"quiet"', [['quiet']]],
    // What next_arg() of the kernel makes of odd quotes.
    ['a="b c"d', [['a', 'b c"d']]],
    ['a=b" c"d', [['a', 'b" c"d']]],
    ['a="b c', [['a', 'b c']]],
    ['=a', [['=a']]],
    ['a=""', [['a', '']]],
    ['a=--', [['a', '--']]],
  ] as readonly (readonly [string, readonly (readonly string[])[]])[]) {
    it(`cuts up ${JSON.stringify(line)}`, () => {
      assert.deepEqual(
        read(line).map(({ name, value }) => (value === undefined ? [name] : [name, value])),
        pairs,
      );
    });
  }

  it('ends at --', () => {
    const line = parseKernelLine('quiet -- single  "a b"');
    assert.deepEqual(
      line.args.map(({ name }) => name),
      ['quiet'],
    );
    assert.equal(line.initText, 'single  "a b"');
    assert.equal(formatKernelLine(line), 'quiet -- single  "a b"');
    assert.equal(formatKernelLine(parseKernelLine('a --')), 'a --');
  });

  it('reads what it prints, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('ab-_=" \t,'), '\u00a0') }), (line) => {
        const once = parseKernelLine(line);
        assert.deepEqual(parseKernelLine(formatKernelLine(once)), once);
      }),
    );
  });

  it('reads the arguments that it makes', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,8}$/);
    const value = fc.option(fc.stringMatching(/^[a-z0-9=, ]{0,9}$/), { nil: undefined });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), (pairs) => {
        const args = pairs.map(([left, right]) => kernelArg(left, right));
        assert.deepEqual(read(text(args)), args);
      }),
    );
  });

  it('takes - and _ in names for the same', () => {
    const args = read('module-blacklist=a module_blacklist=b');
    assert.equal(argsNamed(args, 'module_blacklist').length, 2);
    assert.ok(sameArg(kernelArg('a-b', 'c-d'), kernelArg('a_b', 'c-d')));
    assert.ok(!sameArg(kernelArg('a', 'c-d'), kernelArg('a', 'c_d')));
  });
});

describe('setting kernel arguments', () => {
  for (const [before, wanted, after] of [
    ['quiet nohz_full=1 ro', 'nohz_full=2-3', 'quiet ro nohz_full=2-3'],
    ['a=1 b', 'a=3', 'b a=3'],
    ['a=1 b a=2', 'a=3', 'a=1 b a=2 a=3'],
    ['quiet loglevel=3 quiet loglevel=4', 'loglevel=7 quiet', 'loglevel=7 quiet'],
    ['console=tty0 console=ttyS0', 'console=tty0', 'console=ttyS0 console=tty0'],
    [
      'hugepagesz=2M hugepages=4 x',
      'hugepagesz=1G hugepages=8',
      'hugepagesz=2M hugepages=4 x hugepagesz=1G hugepages=8',
    ],
    [
      'hugepagesz=1024M hugepages=4 x hugepages=1',
      'hugepagesz=1G hugepages=8',
      'x hugepagesz=1G hugepages=8',
    ],
    ['default_hugepagesz=1G hugepages=4', 'hugepages=8', 'default_hugepagesz=1G hugepages=8'],
    [
      '',
      'hugepagesz=2M hugepages=4 hugepagesz=1G hugepages=4',
      'hugepagesz=2M hugepages=4 hugepagesz=1G hugepages=4',
    ],
    ['x', 'a=1 b a=2', 'x a=1 b a=2'],
    ['skew-tick=0', 'skew_tick=1', 'skew_tick=1'],
  ] as const) {
    it(`makes "${after}" of "${before}" and "${wanted}"`, () => assertSets(before, wanted, after));
  }

  it('takes out names, and names with one value', () => {
    const args = read('quiet console=tty0 console=ttyS0 splash');
    assert.equal(
      text(removeArgs(args, [{ name: 'quiet' }, { name: 'console', value: 'tty0' }])),
      'console=ttyS0 splash',
    );
  });

  it('changes nothing the second time, and has what was wanted', () => {
    // Pages are counted by the size before them, so that pairs are given.
    const some =
      'a|b=1|b=2|console=x|console=y|hugepagesz=1G hugepages=4|hugepagesz=2M hugepages=4|d-e=1|d_e=2|quiet|tsc=a';
    const unit = fc.constantFrom(...some.split('|').map(read));
    const units = fc.array(unit).map((list) => list.flat());
    fc.assert(
      fc.property(units, units, (before, wanted) => {
        const once = setArgs(before, wanted);
        assert.deepEqual(setArgs(once, wanted), once);
        for (const one of wanted) {
          const last = argsNamed(wanted, one.name).at(-1);
          assert.ok(last && once.some((other) => sameArg(other, last)));
          if (!isRepeatable(one.name)) assert.equal(argsNamed(once, one.name).length, 1);
        }
      }),
    );
  });
});
