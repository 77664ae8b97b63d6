import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  formOf,
  forms,
  WishFault,
  wishedText,
  type Form,
} from '../../../src/modules/boot/kernel-setting-wish.js';
import { canonicalText } from '../../../src/resources/kernel-setting/canon.js';
import { formatCpuList } from '../../../src/rt/cpus/cpu-list.js';
import { formatCpuMask } from '../../../src/rt/cpus/cpu-mask.js';

const list = '/proc/irq/24/smp_affinity_list';
const mask = '/proc/irq/24/smp_affinity';
const thp = '[always] madvise never';

/** The canonical text of a wish, or `! WHY`. */
function wish(path: string, form: Form, given: string | number, present: string): string {
  const text = wishedText(path, form, { text: String(given), isNumber: typeof given === 'number' }, present);
  return text instanceof WishFault ? `! ${text.message}` : canonicalText(text);
}

describe('a wished value of a setting', () => {
  const taken: readonly (readonly [
    path: string,
    form: Form,
    given: string | number,
    present: string,
    text: string,
  ])[] = [
    [list, 'auto', '0,1,2,8', '0-3', '0-2,8'],
    [list, 'auto', 3, '0-3', '3'],
    ['/sys/fs/cgroup/a/cpuset.cpus', 'auto', '', '0-3', ''],
    ['/sys/fs/cgroup/a/cpuset.mems', 'auto', '0 1', '', '0-1'],
    [mask, 'auto', '0x0F', '00000000,0000000f', 'f'],
    [mask, 'auto', 3, '0000000f', '3'],
    [mask, 'auto', '1,00000000', '0000000f,ffffffff', '1,00000000'],
    ['/sys/class/net/lo/queues/rx-0/rps_cpus', 'auto', '00', '00000000', '0'],
    ['/sys/devices/virtual/workqueue/cpumask', 'auto', '10', 'f', '10'],
    ['/sys/a/b', 'auto', '0x200', '0', '512'],
    ['/sys/a/b', 'auto', -1, '0', '-1'],
    ['/sys/a/b', 'auto', '-0', '1', '0'],
    ['/sys/a/b', 'auto', '+7', '1', '7'],
    ['/sys/a/b', 'auto', '18446744073709551615', '0', '18446744073709551615'],
    ['/sys/a/b', 'auto', 'max', '100', 'max'],
    ['/sys/a/b', 'auto', ' performance ', 'powersave', 'performance'],
    ['/sys/module/kvm/parameters/x', 'auto', 1, 'N', 'Y'],
    ['/sys/module/kvm/parameters/x', 'auto', 'off', 'Y', 'N'],
    ['/sys/module/kvm/parameters/x', 'auto', 'never', 'Y', 'never'],
    ['/sys/a/enabled', 'auto', 'never', thp, 'never'],
    ['/sys/a/enabled', 'choice', 'madvise', 'never', 'madvise'],
    ['/sys/a/b', 'mask', 'ff', '0', 'ff'],
    ['/sys/a/b', 'cpu_list', '1,0', '', '0-1'],
    ['/sys/a/b', 'number', '8', 'max', '8'],
    ['/sys/a/b', 'word', '0010', '0', '10'],
    ['/sys/a/b', 'word', '', '', ''],
  ];
  for (const [path, form, given, present, text] of taken)
    it(`${JSON.stringify(given)} as ${form} for ${path} is ${JSON.stringify(text)}`, () => {
      assert.equal(wish(path, form, given, present), text);
    });

  const refused: readonly (readonly [
    path: string,
    form: Form,
    given: string | number,
    present: string,
    why: RegExp,
  ])[] = [
    [
      list,
      'auto',
      'f',
      '0-3',
      /^! it is a list of CPUs such as 0-3,8: "f" stands where a CPU number is expected$/,
    ],
    [list, 'auto', '3-1', '0-3', /reversed/],
    [
      mask,
      'auto',
      'xyz',
      'f',
      /^! it is a hexadecimal mask such as ff or 1,00000000: "x" is not a hexadecimal digit$/,
    ],
    [mask, 'auto', '0-3', 'f', /; the mask of the CPUs 0-3 is "f"$/],
    [mask, 'auto', 8, 'f', /^! it is a hexadecimal mask, and 8 is a number: put it in quotes$/],
    ['/sys/a/b', 'number', '010', '0', /^! it is a whole number such as 10, -1 or 0x1f$/],
    ['/sys/a/b', 'number', 1.5, '0', /not exact: put it in quotes$/],
    ['/sys/a/b', 'number', 2 ** 60, '0', /not exact/],
    ['/sys/a/b', 'number', '', '0', /whole number/],
    ['/sys/a/enabled', 'auto', 'often', thp, /^! it is one of always, madvise, never$/],
    ['/sys/a/b', 'auto', '', 'performance', /^! it must not be empty$/],
  ];
  for (const [path, form, given, present, why] of refused)
    it(`${JSON.stringify(given)} as ${form} for ${path} is refused`, () => {
      assert.match(wish(path, form, given, present), why);
    });

  it('keeps the words of a list, so that the next task knows them', () => {
    const text = wishedText('/sys/a/enabled', 'auto', { text: 'never', isNumber: false }, thp);
    assert.equal(text, 'always madvise [never]');
  });

  it('has a form for every file, and none is without a wish here', () => {
    const named = new Set<string>([...taken, ...refused].map(([, form]) => form));
    assert.deepEqual([...named].sort(), [...forms].sort());
    assert.equal(formOf('/sys/a/b', '', 'x'), 'word');
  });

  const cpus = fc.uniqueArray(fc.nat(300)).map((some) => some.sort((a, b) => a - b));

  it('means the same set of CPUs whatever way it is written', () => {
    fc.assert(
      fc.property(cpus, fc.nat(600), (some, last) => {
        const wide = formatCpuMask(some, { lastCpu: last });
        assert.equal(wish(mask, 'auto', formatCpuMask(some).toUpperCase(), wide), canonicalText(wide));
        assert.equal(wish(list, 'auto', some.toReversed().join(', '), ''), formatCpuList(some));
      }),
    );
  });

  it('means the same again when the kernel has printed it', () => {
    const present = fc.constantFrom('0', '0-3', thp, 'Y', 'powersave', '');
    const paths = fc.constantFrom(list, mask, '/sys/a/b', '/sys/a/enabled');
    const text = fc.oneof(
      fc.constantFrom('never', '007', 'Y', '0x10', 'a b'),
      fc.stringMatching(/^[0f,\-19 x]{0,10}$/),
    );
    let taken = 0;
    fc.assert(
      fc.property(paths, fc.constantFrom(...forms), text, present, (path, form, given, now) => {
        const once = wish(path, form, given, now);
        if (once.startsWith('!')) return;
        taken += 1;
        assert.equal(wish(path, form, once, now), once);
      }),
    );
    assert.ok(taken > 20, `only ${taken} wishes were taken`);
  });
});
