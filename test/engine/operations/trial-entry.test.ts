/** Which entry a trial boots, and what is its default once it is confirmed. */
import assert from 'node:assert/strict';
import { trialEntry } from '../../../src/engine/operations/trial-arm.js';
import { entryPath } from '../../../src/rt/boot/grub-menu.js';
import { entries, rhel8Options } from '../../rt/bls-fixtures.js';
import { targetOf, type Case } from '../../modules/cases.js';

function entryOf(given: Partial<Case>, kernel?: string) {
  const context = targetOf({ name: '', args: {}, expect: {}, ...given }).bootContext();
  return trialEntry(kernel === undefined ? {} : { kernel }, context);
}

const facts = { osId: 'rhel', osIdLike: ['fedora'], pkgMgr: 'dnf' };

describe('the entry that a trial boots', () => {
  it('is a Boot Loader Specification entry, and its id the default afterwards: RHEL 9', () => {
    const [, { id, release }] = entries.rhel9;
    const files = { '/boot/grub2/grub.cfg': { menu: 'rhel-9' } };
    const entry = entryOf({ facts, bls: 'rhel9', files }, release);
    assert.equal(entryPath(entry), id);
    assert.match(entry.text, /\tlinux\t\(\$root\)\/vmlinuz-5\.14\.0-427\.13\.1\.el9_4\.x86_64\+rt root=/);
  });

  it("has what RHEL 8's variables say, for a kernel that is to stay", () => {
    const [{ id, release }] = entries.rhel8;
    const boot = { release, grubVariables: { kernelopts: rhel8Options } };
    const entry = entryOf({
      facts,
      bls: 'rhel8',
      files: { '/boot/grub2/grub.cfg': { menu: 'rhel-8' } },
      boot,
    });
    assert.equal(entryPath(entry), id);
    assert.deepEqual(
      entry.linux[0]?.args.map(({ text }) => text),
      `${rhel8Options}skew_tick=1 tsc=reliable`.split(' '),
    );
  });

  it("is below SUSE's submenu", () => {
    const entry = entryOf(
      {
        facts: { osId: 'sles', osIdLike: ['suse'], pkgMgr: 'zypper' },
        files: { '/boot/grub2/grub.cfg': { menu: 'sles-15' } },
      },
      '6.4.0-150600.10.8-rt',
    );
    assert.match(entryPath(entry), /^gnulinux-advanced-.*>gnulinux-6\.4\.0-150600\.10\.8-rt-advanced-/);
  });

  it('has to be there', () => {
    const files = { '/boot/grub2/grub.cfg': { menu: 'rhel-9' } };
    assert.throws(() => entryOf({ facts, bls: 'rhel9', files }, '6.0'), { code: 'NO_BOOT_ENTRY' });
  });
});
