import assert from 'node:assert/strict';
import fc from 'fast-check';
import { frozenEntry } from '../../../src/rt/boot/frozen-entry.js';
import { bootedEntry, menuEntries } from '../../../src/rt/boot/grub-menu.js';
import { argOfText } from '../../../src/rt/boot/grub-text.js';
import { loaderArgs, loaderLine, lostArg } from '../../../src/rt/boot/loader-line.js';
import { grubTool } from '../grub-tools.js';

const [entry] = menuEntries("menuentry 'a' {\n\tlinux\t/boot/vmlinuz-1 ro\n}\n");

/** /proc/cmdline when the frozen entry of what runs with `procCmdline` boots. */
function again(procCmdline: string, passes = true): string {
  assert.ok(entry);
  const text = frozenEntry(entry, { id: 'k', title: 'k', args: loaderArgs(procCmdline) }, 0);
  grubTool('grub-script-check', [], text);
  const [frozen] = menuEntries(text);
  const [line] = frozen?.linux ?? [];
  assert.ok(line);
  assert.deepEqual(line.variables, []);
  return loaderLine([argOfText(`BOOT_IMAGE=${line.path}`), ...line.args], passes);
}

describe("the kernel's command line of GRUB", () => {
  for (const cmdline of [
    'BOOT_IMAGE=/boot/vmlinuz-1 root=/dev/a ro',
    'BOOT_IMAGE=/boot/vmlinuz-1 memmap=2G$8G $x ${y} a=$(id)',
    'BOOT_IMAGE=/boot/vmlinuz-1 a=`id` acpi_osi=\\\'Linux\\\' b=\\"c\\" d=e\\\\f',
    'BOOT_IMAGE=/boot/vmlinuz-1 "dyndbg=file a.c +p; module b +p" "acpi_osi=Windows 2012" ro',
    'BOOT_IMAGE=/boot/vmlinuz-1 "dyndbg=\\"file a.c +p\\"" ro',
    'BOOT_IMAGE=/boot/vmlinuz-1 root=/dev/disk/by-partlabel/my\\x20root ro',
    'BOOT_IMAGE=/boot/vmlinuz-1 ro quiet -- single foo=1',
    'BOOT_IMAGE=/boot/vmlinuz-1 label=Größe {a;b} c|d e&f <g> #h ~i !j *k ?l',
  ]) {
    it(`comes again, byte for byte: ${cmdline}`, () => {
      assert.equal(again(cmdline), cmdline);
      if (!cmdline.includes('\\x')) assert.equal(again(cmdline, false), cmdline);
      assert.equal(lostArg(loaderArgs(cmdline), cmdline), undefined);
    });
  }

  it('comes again whatever the words of a menu say', () => {
    const words = fc.array(fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme-ascii' }), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(words, (said) => {
        // The kernel's own line is distinguished from what a loader adds by its blanks: no word is blank.
        fc.pre(said.every((word) => word.trim() === word));
        const args = [argOfText('BOOT_IMAGE=/boot/vmlinuz-1'), ...said.map(argOfText)];
        for (const passes of [true, false]) {
          const line = loaderLine(args, passes);
          assert.equal(again(line, passes), line);
          assert.equal(lostArg(loaderArgs(line), line), undefined);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('comes again where GRUB escapes each backslash', () => {
    const cmdline = 'BOOT_IMAGE=/boot/vmlinuz-1 root=/dev/disk/by-partlabel/my\\\\x20root';
    assert.equal(again(cmdline, false), cmdline);
    assert.equal(lostArg(loaderArgs(cmdline), cmdline), undefined);
  });

  it('is the one of the entry that says so in quotes', () => {
    const text = `menuentry 'a' {\n\tlinux /boot/vmlinuz-1 ro memmap='2G$8G' acpi_osi="\\"Linux\\"" -- s\n}\n`;
    const cmdline = 'BOOT_IMAGE=/boot/vmlinuz-1 ro memmap=2G$8G acpi_osi=\\"Linux\\" -- s';
    assert.equal(bootedEntry(menuEntries(text), cmdline)?.exact, true);
  });

  it('is not made of what GRUB cannot pass on', () => {
    for (const [cmdline, text] of [
      ['BOOT_IMAGE=/v ro a="b" c', undefined],
      ['BOOT_IMAGE=/v ro a=b"c"d', 'a=b"c"d'],
      ["BOOT_IMAGE=/v ro a=it's", "a=it's"],
    ] as const)
      assert.equal(lostArg(loaderArgs(cmdline), cmdline)?.text, text, cmdline);
  });
});
