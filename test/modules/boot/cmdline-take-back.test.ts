/** Kernel arguments on the families of RHEL and SUSE: what is taken back leaves the very bytes, and kernels come and go meanwhile. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { kernelCmdline } from '../../../src/modules/boot/kernel-cmdline.js';
import type { Value } from '../../../src/values/value.js';
import { entries, rhel8Options, rhel9Options } from '../../rt/bls-fixtures.js';
import { targetOf, type Case } from '../cases.js';
import type { FakeTarget } from '../context.js';

type Machine = Pick<Case, 'facts' | 'bls' | 'files' | 'boot'>;

const rhel = { osId: 'rhel', osIdLike: ['fedora'], pkgMgr: 'dnf' };
const grubFile = 'GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX="rhgb quiet"';
const coming = `${rhel9Options}\n`;

const machines: Readonly<Record<string, Machine>> = {
  'RHEL 8': {
    facts: rhel,
    bls: 'rhel8',
    files: { '/boot/grub2/grub.cfg': { menu: 'rhel-8' }, '/etc/default/grub': `${grubFile}\n` },
    boot: {
      grubVariables: { kernelopts: rhel8Options },
      grubLines: { linux: 'rhgb quiet', linuxDefault: '' },
    },
  },
  'RHEL 9': {
    facts: rhel,
    bls: 'rhel9',
    files: {
      '/boot/grub2/grub.cfg': { menu: 'rhel-9' },
      '/etc/default/grub': grubFile,
      '/etc/kernel/cmdline': coming,
    },
    boot: { grubLines: { linux: 'rhgb quiet', linuxDefault: '' } },
  },
  'RHEL 10 without /etc/kernel/cmdline': {
    facts: rhel,
    bls: 'rhel10',
    files: { '/boot/grub2/grub.cfg': { menu: 'rhel-9' } },
  },
  'SLES 15': {
    facts: { osId: 'sles', osIdLike: ['suse'], pkgMgr: 'zypper' },
    files: { '/boot/grub2/grub.cfg': { menu: 'sles-15' }, '/etc/default/grub': grubFile },
    boot: { grubLines: { linux: '', linuxDefault: 'splash=silent quiet' } },
  },
};

const start = (machine: Machine): FakeTarget => targetOf({ name: '', args: {}, expect: {}, ...machine });

/** Every file's bytes, and what is there besides. */
function bytes(target: FakeTarget): Readonly<Record<string, string>> {
  const files = [...target.states.keys()].filter((key) => key.startsWith('file:')).map((key) => key.slice(5));
  return Object.fromEntries(
    files.flatMap((path) => {
      const text = target.contentOf(path);
      return text === undefined ? [] : [[path, text]];
    }),
  );
}

function run(target: FakeTarget, args: Readonly<Record<string, Value>>): boolean {
  const { plan, steps, changed } = target.plan(kernelCmdline, { keep_known_good: false, ...args });
  assert.equal(plan.type, 'states', JSON.stringify(plan));
  target.apply(steps);
  return changed;
}

const list = (...words: readonly string[]) => fc.uniqueArray(fc.constantFrom(...words), { maxLength: 3 });
const task = fc.record({
  owner: fc.constantFrom('a', 'b'),
  state: fc.constantFrom('present', 'absent'),
  set: list('isolcpus=2-3', 'skew_tick=1', 'console=ttyS0,115200n8', 'crashkernel=512M', 'hugepages=4'),
  remove: list('quiet', 'rhgb', 'splash', 'no_timer_check', 'resume'),
});

describe('kernel_cmdline on the families of RHEL and SUSE', () => {
  for (const [name, machine] of Object.entries(machines)) {
    it(`comes to rest, and leaves the very bytes when all is taken back: ${name}`, () => {
      fc.assert(
        fc.property(fc.array(task, { minLength: 1, maxLength: 5 }), (tasks) => {
          const target = start(machine);
          const before = bytes(target);
          for (const args of tasks) {
            run(target, args);
            assert.equal(run(target, args), false);
          }
          for (const owner of ['a', 'b']) run(target, { owner, state: 'absent' });
          assert.deepEqual(bytes(target), before);
        }),
        { numRuns: 60 },
      );
    });
  }

  /** A machine that has read its entries again. */
  function withEntry(target: FakeTarget, id: string, text: string): void {
    target.setFile(`/boot/loader/entries/${id}.conf`, target.text(text));
    const boot = target.get('boot', 'running');
    target.states.set('boot:running', { ...boot, blsEntries: [...boot.blsEntries, { id, text }] });
  }
  const set = { set: ['isolcpus=2-3'], remove: ['quiet'] };
  const optionsOf = (target: FakeTarget, id: string): string | undefined =>
    /^options (.*)$/m.exec(target.contentOf(`/boot/loader/entries/${id}.conf`) ?? '')?.[1];

  it('finds the entry of a new kernel as it is wanted, and takes its part out of that too', () => {
    const target = start(machines['RHEL 9'] ?? {});
    run(target, set);
    const line = target.contentOf('/etc/kernel/cmdline')?.trim() ?? '';
    withEntry(target, 'm-5.14.0-500', `linux /vmlinuz-5.14.0-500\noptions ${line}\n`);
    // Only what is kept of it is new.
    run(target, set);
    assert.equal(optionsOf(target, 'm-5.14.0-500'), line);
    assert.equal(run(target, set), false);
    run(target, { state: 'absent' });
    assert.equal(optionsOf(target, 'm-5.14.0-500'), rhel9Options);
  });

  it("gives a new kernel of RHEL 8 its part, and takes it back to the package's text", () => {
    const target = start(machines['RHEL 8'] ?? {});
    run(target, set);
    withEntry(target, 'm-4.18.0-600', 'linux /vmlinuz-4.18.0-600\noptions $kernelopts $tuned_params\n');
    assert.equal(run(target, set), true);
    assert.match(optionsOf(target, 'm-4.18.0-600') ?? '', /^root=.* rhgb \$tuned_params isolcpus=2-3$/);
    run(target, { state: 'absent' });
    assert.equal(optionsOf(target, 'm-4.18.0-600'), '$kernelopts $tuned_params');
  });

  it('keeps what grubby has changed meanwhile', () => {
    const target = start(machines['RHEL 9'] ?? {});
    const [{ id, text }] = entries.rhel9;
    const path = `/boot/loader/entries/${id}.conf`;
    run(target, set);
    const edited = (target.contentOf(path) ?? '')
      .replace(' rhgb', '')
      .replace(/(isolcpus=2-3)/, '$1 audit=0');
    target.setFile(path, target.text(edited));
    assert.equal(run(target, set), true);
    assert.match(optionsOf(target, id) ?? '', /^root=.*swap audit=0 isolcpus=2-3$/);
    run(target, { state: 'absent' });
    assert.equal(target.contentOf(path), text.replace(' rhgb', '').replace('quiet', 'quiet audit=0'));
  });

  it('forgets a kernel that was removed', () => {
    const target = start(machines['RHEL 9'] ?? {});
    const [{ id }] = entries.rhel9;
    run(target, set);
    target.setFile(`/boot/loader/entries/${id}.conf`, { type: 'absent' });
    run(target, set);
    assert.ok(!target.contentOf('/etc/default/grub.d/zz-rtprov.cfg')?.includes(`${id}.conf`));
  });
});
