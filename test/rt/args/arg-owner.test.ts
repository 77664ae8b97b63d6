import assert from 'node:assert/strict';
import { ownerConflicts, wantedArgs, withOwner, withoutOwner } from '../../../src/rt/args/arg-owner.js';
import { formatKernelLine } from '../../../src/rt/args/kernel-args.js';
import { owner } from '../owners.js';

describe('owners of kernel arguments', () => {
  const [isolation, pages] = [owner('isolation', 'nohz_full=2'), owner('pages', 'hugepages=4')];

  it('change and leave without touching another', () => {
    const both = withOwner([isolation, pages], owner('isolation', 'nohz_full=3'));
    assert.deepEqual(
      both.map(({ owner: name }) => name),
      ['isolation', 'pages'],
    );
    assert.equal(formatKernelLine({ args: wantedArgs(both) }), 'nohz_full=3 hugepages=4');
    assert.deepEqual(withoutOwner(both, 'isolation'), [pages]);
    assert.deepEqual(withOwner([pages], isolation), [pages, isolation]);
  });

  it('keep their pairs of sizes and pages apart', () => {
    const owners = [owner('a', 'hugepagesz=2M hugepages=4'), owner('b', 'hugepagesz=1G hugepages=4')];
    assert.equal(
      formatKernelLine({ args: wantedArgs(owners) }),
      'hugepagesz=2M hugepages=4 hugepagesz=1G hugepages=4',
    );
  });

  for (const [left, right, count] of [
    [owner('a', 'skew_tick=1'), owner('b', 'skew-tick=1'), 0],
    [owner('a', 'skew_tick=1'), owner('b', 'skew-tick=0'), 1],
    [owner('a', 'console=tty0'), owner('b', 'console=ttyS0'), 0],
    [owner('a', '', 'quiet'), owner('b', 'quiet'), 1],
    [owner('a', 'quiet'), owner('b', '', 'quiet'), 1],
    [owner('a', 'console=tty0'), owner('b', '', 'console=ttyS0'), 0],
  ] as const) {
    it(`have ${count} conflicts: ${JSON.stringify([left, right])}`, () => {
      assert.deepEqual(
        ownerConflicts([left, right]).map(({ code }) => code),
        Array.from({ length: count }, () => 'ARG_OWNERS'),
      );
    });
  }
});
