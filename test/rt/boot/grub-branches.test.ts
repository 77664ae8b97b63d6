import assert from 'node:assert/strict';
import { RtprovError } from '../../../src/diagnostics/diagnostic.js';
import { bootedLine } from '../../../src/rt/boot/booted-line.js';
import { frozenEntry } from '../../../src/rt/boot/frozen-entry.js';
import { bootedEntry, menuEntries } from '../../../src/rt/boot/grub-menu.js';
import { parseKernelLine } from '../../../src/rt/args/kernel-args.js';
import { grubTool } from '../grub-tools.js';

/** Bodies in shapes that distributions and people write; the kernel's line after each is of the boot that is to be kept. */
const shapes: Readonly<Record<string, { body: string; cmdline: string; has: RegExp; lacks?: RegExp }>> = {
  "Ubuntu's boot without an initrd, which came through": {
    body: `
  if [ "\${initrdfail}" = 1 ]; then
    echo 'GRUB_FORCE_PARTUUID set, initrdless boot failed. Attempting with initrd.'
    linux /boot/vmlinuz-6 root=PARTUUID=1-2 ro console=tty1
    initrd /boot/initrd.img-6
  else
    echo 'GRUB_FORCE_PARTUUID set, attempting initrdless boot.'
    linux /boot/vmlinuz-6 root=PARTUUID=1-2 ro console=tty1 panic=-1
  fi
  initrdfail`,
    cmdline: 'root=PARTUUID=1-2 ro console=tty1 panic=-1',
    has: /attempting initrdless boot/,
    lacks: /initrd\.img|if \[|fi$/m,
  },
  'the same, which needed its initrd': {
    body: `
  if [ "\${initrdfail}" = 1 ]; then
    linux /boot/vmlinuz-6 root=PARTUUID=1-2 ro
    initrd /boot/initrd.img-6
  else
    linux /boot/vmlinuz-6 root=PARTUUID=1-2 ro panic=-1
  fi`,
    cmdline: 'root=PARTUUID=1-2 ro',
    has: /initrd \/boot\/initrd.img-6/,
    lacks: /panic|if \[/,
  },
  'another command where UEFI starts it': {
    body: `
  if [ "\${grub_platform}" = "efi" ]; then
    linuxefi /vmlinuz-6 root=/dev/a ro
    initrdefi /initrd-6
  else
    linux16 /vmlinuz-6 root=/dev/a ro
    initrd16 /initrd-6
  fi`,
    cmdline: 'root=/dev/a ro',
    has: /if \[[^]*linuxefi\t\/vmlinuz-6[^]*else[^]*linux16\t\/vmlinuz-6[^]*fi/,
  },
  'on one line': {
    body: ` if test -n "$debug"; then linux /vmlinuz-6 ro debug; initrd /i; else linux /vmlinuz-6 ro quiet; initrd /i; fi; boot`,
    cmdline: 'ro quiet',
    has: /linux\t\/vmlinuz-6 ro quiet extra/,
    lacks: /debug|else/,
  },
  'nested, with elif, and what is around': {
    body: `
  search --no-floppy --set=root --label BOOT
  if [ "$a" = 1 ]; then
    if [ "$b" = 1 ]; then
      set gfx=x
      linux /vmlinuz-6 ro b1
    elif [ "$b" = 2 ]; then
      linux ($root)/vmlinuz-6 ro b2 $more
    else
      linux /vmlinuz-6 ro b3
    fi
    initrd /initrd-6
  else
    linux /vmlinuz-6 ro a0
    if [ -f /x ]; then initrd /x; else initrd /y; fi
  fi
  # the end`,
    cmdline: 'ro b2 more=1',
    has: /search --no-floppy[^]*linux\t\(\$root\)\/vmlinuz-6 ro b2 more=1[^]*initrd \/initrd-6/,
    lacks: /b1|b3|a0|\/x|gfx/,
  },
  'a line that a condition overrides': {
    body: `
  linux /vmlinuz-6 ro usual
  initrd /initrd-6
  if [ "$rescue" = 1 ]; then
    linux /vmlinuz-6 ro rescue=1
  fi`,
    cmdline: 'ro usual',
    has: /usual extra[^]*initrd/,
    lacks: /rescue|if/,
  },
  'the condition that overrides a line': {
    body: `
  linux /vmlinuz-6 ro usual
  if [ "$rescue" = 1 ]; then
    linux /vmlinuz-6 ro rescue=1
  fi`,
    cmdline: 'ro rescue=1',
    has: /rescue=1 extra/,
    lacks: /usual|if/,
  },
  'another kernel in each branch': {
    body: `
  if [ "$new" ]; then
    linux "/vmlinuz-7" ro
    initrd /initrd-7
  else
    linux '/vmlinuz-6' ro
    initrd /initrd-6
  fi`,
    cmdline: 'ro',
    has: /vmlinuz-6' ro extra[^]*initrd-6/,
    lacks: /vmlinuz-7/,
  },
};

const entryOf = (body: string) => menuEntries(`menuentry 'Mine' --class os {${body}\n}\n`);

describe("a menu entry's branches", () => {
  for (const [what, { body, cmdline, has, lacks }] of Object.entries(shapes))
    it(`${what}: keeps the one that booted`, () => {
      const line = `BOOT_IMAGE=(hd0,gpt2)/vmlinuz-6 ${cmdline}`;
      const booted = bootedEntry(entryOf(body), line);
      assert.ok(booted);
      const choice = bootedLine(booted.entry, line);
      assert.ok(choice !== undefined);
      const args = parseKernelLine(`${line} extra`).args;
      const text = frozenEntry(booted.entry, { id: 'rtprov-known-good', title: 'x', args }, choice);
      grubTool('grub-script-check', [], text);
      assert.match(text, has);
      if (lacks !== undefined) assert.doesNotMatch(text, lacks);
      const [again] = menuEntries(text);
      assert.equal(
        new Set(again?.linux.map(({ args: own }) => own.map((arg) => arg.text).join(' '))).size,
        1,
      );
      assert.deepEqual(
        again?.linux[0]?.args.map((arg) => arg.text),
        args.slice(1).map((arg) => arg.text),
      );
    });

  it('says when nothing shows which one it was', () => {
    const body = '\n if [ "$a" ]; then\n linux /vmlinuz-6 ro\n initrd /a\nelse\n linux /vmlinuz-6 ro b=1\nfi';
    const [entry] = entryOf(body);
    assert.ok(entry);
    assert.equal(bootedLine(entry, 'BOOT_IMAGE=/vmlinuz-6 ro c=1'), 0);
    assert.equal(bootedLine(entry, 'BOOT_IMAGE=/vmlinuz-6 ro b=2'), 0);
    const [other] = entryOf(body.replace('linux /vmlinuz-6 ro\n', 'linux /vmlinuz-6 ro a=1\n'));
    assert.ok(other);
    assert.equal(bootedLine(other, 'BOOT_IMAGE=/vmlinuz-6 ro a=1 b=1'), undefined);
    assert.equal(bootedLine(other, 'BOOT_IMAGE=/vmlinuz-6 ro'), undefined);
  });

  for (const body of [
    '\nfor k in a b; do\n linux /vmlinuz-6 ro x=$k\ndone',
    '\nwhile true; do linux /vmlinuz-6 ro; done\nlinux /vmlinuz-6 ro b=1',
    '\nif linux /vmlinuz-6 ro; then\n true\nelse\n linux /vmlinuz-6 ro b=1\nfi',
    '\nlinux /vmlinuz-6 ro b=1\nif [ $a ]; then\n linux /v7 ro\nelif [ $b ]; then\n true\nelse\n false\nfi',
  ])
    it(`refuses what it cannot follow: ${body.trim().split('\n')[0] ?? ''}`, () => {
      const [entry] = entryOf(body);
      assert.ok(entry);
      const args = parseKernelLine('ro b=1').args;
      // The last kernel of the last one could be kept: its own condition is known to have held.
      for (const index of body.includes('elif') ? [0] : entry.linux.keys())
        assert.throws(
          () => frozenEntry(entry, { id: 'a', title: 'a', args }, index),
          (error) => error instanceof RtprovError && error.code === 'BOOT_ENTRY_LINUX',
        );
    });
});
