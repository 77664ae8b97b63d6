import assert from 'node:assert/strict';
import { RtprovError } from '../../../src/diagnostics/diagnostic.js';
import { frozenEntry } from '../../../src/rt/boot/frozen-entry.js';
import { entryPath, menuEntries, normalEntry, type MenuEntry } from '../../../src/rt/boot/grub-menu.js';
import { kernelArg, parseKernelLine, sameArg } from '../../../src/rt/args/kernel-args.js';
import { fixture, menus } from '../fixtures.js';
import { grubTool } from '../grub-tools.js';

const { args } = parseKernelLine(
  'BOOT_IMAGE=/boot/vmlinuz-x root=/dev/vda1 ro isolcpus=managed_irq,domain,2-3 dyndbg="file a.c +p; module b +p"',
);

function only(text: string): MenuEntry {
  const entries = menuEntries(text);
  assert.equal(entries.length, 1);
  const [entry] = entries;
  assert.ok(entry);
  return entry;
}

describe('a frozen entry', () => {
  for (const name of menus) {
    it(`boots as the entry it was made of, with other arguments: ${name}`, () => {
      for (const entry of menuEntries(fixture(name))) {
        const text = frozenEntry(entry, { id: 'rtprov-known-good', title: "rtprov's known good", args }, 0);
        grubTool('grub-script-check', [], text);
        const frozen = only(text);
        assert.equal(entryPath(frozen), 'rtprov-known-good');
        assert.equal(frozen.title, "rtprov's known good");
        assert.deepEqual(frozen.initrds, entry.initrds);
        assert.equal(frozen.linux[0]?.path, entry.linux[0]?.path);
        const wanted = args.slice(1);
        assert.equal(frozen.linux[0]?.args.length, wanted.length);
        assert.ok(frozen.linux[0].args.every((arg, index) => sameArg(arg, wanted[index] ?? arg)));
        const again = frozenEntry(frozen, { id: 'rtprov-known-good', title: "rtprov's known good", args }, 0);
        assert.equal(again, text);
      }
    });
  }

  it('reads as a person would write it', () => {
    const entry = normalEntry(menuEntries(fixture('debian-12-rt')), '6.1.0-40-rt-amd64');
    assert.ok(entry);
    const text = frozenEntry(entry, { id: 'rtprov-trial', title: 'Trial', args: [kernelArg('ro')] }, 0);
    const lines = text.split('\n');
    assert.equal(
      lines[0],
      "menuentry 'Trial' --class debian --class gnu-linux --class gnu --class os --id 'rtprov-trial' {",
    );
    assert.ok(lines.includes('\tlinux\t/vmlinuz-6.1.0-40-rt-amd64 ro'));
    assert.deepEqual(lines.slice(-3), ['\tinitrd\t/initrd.img-6.1.0-40-rt-amd64', '}', '']);
  });

  it('does not make itself the default', () => {
    const [entry] = menuEntries(fixture('debian-12-flat'));
    assert.ok(entry);
    assert.ok(entry.text.includes('savedefault'));
    assert.ok(!frozenEntry(entry, { id: 'a', title: 'a', args }, 0).includes('savedefault'));
  });

  const [entry] = menuEntries(fixture('debian-12'));
  for (const [code, make] of [
    ['BOOT_ENTRY_ID', () => entry && frozenEntry(entry, { id: 'a>b', title: 'a', args }, 0)],
    ['BOOT_ENTRY_ID', () => entry && frozenEntry(entry, { id: 'a', title: 'a\n', args }, 0)],
    [
      'ARG_CHARACTER',
      () => entry && frozenEntry(entry, { id: 'a', title: 'a', args: [kernelArg('a', '\u0007b')] }, 0),
    ],
    [
      'BOOT_ENTRY_LINUX',
      () => frozenEntry(only('menuentry a {\n reboot\n}'), { id: 'a', title: 'a', args }, 0),
    ],
  ] as const) {
    it(`is refused: ${code}`, () => {
      assert.throws(make, (error) => error instanceof RtprovError && error.code === code);
    });
  }
});
