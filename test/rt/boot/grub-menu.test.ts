import assert from 'node:assert/strict';
import { defaultOf } from '../../../src/rt/boot/grub-choice.js';
import {
  bootedEntry,
  entryAt,
  entryPath,
  menuEntries,
  normalEntry,
  releaseOf,
} from '../../../src/rt/boot/grub-menu.js';
import { fixture, menus, uuid } from '../fixtures.js';

const advanced = (release: string): string =>
  `gnulinux-advanced-${uuid}>gnulinux-${release}-advanced-${uuid}`;

describe('GRUB menus', () => {
  it('have entries with submenu, kernel, arguments and initrds', () => {
    const [simple, first, recovery, ...rest] = menuEntries(fixture('debian-12-rt'));
    assert.ok(simple && first && recovery);
    assert.equal(rest.length, 6);
    assert.equal(simple.title, 'Debian GNU/Linux');
    assert.deepEqual(simple.submenus, []);
    assert.deepEqual(first.submenus, [
      { title: 'Advanced options for Debian GNU/Linux', id: `gnulinux-advanced-${uuid}` },
    ]);
    assert.equal(first.title, 'Debian GNU/Linux, with Linux 6.1.0-40-rt-amd64');
    assert.deepEqual(first.numbers, [1, 0]);
    assert.deepEqual(first.initrds, ['/initrd.img-6.1.0-40-rt-amd64']);
    const [linux] = first.linux;
    assert.equal(linux?.command, 'linux');
    assert.equal(linux.path, '/vmlinuz-6.1.0-40-rt-amd64');
    assert.deepEqual(
      linux.args.map(({ text }) => text),
      [`root=UUID=${uuid}`, 'ro', 'console=tty0', 'console=ttyS0,115200', 'quiet'],
    );
    assert.match(first.text, /^menuentry 'Debian[^]*\n\t\}$/);
    assert.ok(fixture('debian-12-rt').includes(first.text));
  });

  it('have paths for saved_entry and next_entry', () => {
    const entries = menuEntries(fixture('debian-12-rt'));
    const rt = normalEntry(entries, '6.1.0-40-rt-amd64');
    assert.ok(rt);
    assert.equal(entryPath(rt), advanced('6.1.0-40-rt-amd64'));
    const flat = normalEntry(menuEntries(fixture('debian-12-flat')), '6.1.0-40-amd64');
    assert.ok(flat);
    assert.equal(entryPath(flat), `gnulinux-6.1.0-40-amd64-advanced-${uuid}`);
  });

  for (const name of menus) {
    it(`find every entry by its path and its numbers: ${name}`, () => {
      const entries = menuEntries(fixture(name));
      for (const entry of entries) {
        assert.equal(entryAt(entries, entryPath(entry)), entry);
        assert.equal(entryAt(entries, entry.numbers.join('>')), entry);
        const titles = [...entry.submenus, entry].map(({ title }) => title.replaceAll('>', '>>'));
        assert.equal(entryAt(entries, titles.join('>')), entry);
      }
    });
  }

  it('double a > in a name', () => {
    const entries = menuEntries("submenu 'a>b' { menuentry 'c>d' { linux /v } }\nmenuentry x --id=y { }");
    assert.deepEqual(entries.map(entryPath), ['a>>b>c>>d', 'y']);
    assert.equal(entryAt(entries, 'a>>b>c>>d'), entries[0]);
    assert.equal(entryAt(entries, '1'), entries[1]);
    assert.equal(entryAt(entries, 'nothing'), undefined);
  });

  it('give the usual entry of a release only', () => {
    for (const name of ['debian-12', 'debian-12-rt', 'debian-12-flat', 'ubuntu-shape']) {
      const entries = menuEntries(fixture(name));
      const releases = new Set(entries.map(({ linux }) => releaseOf(linux[0]?.path ?? '') ?? ''));
      for (const release of releases) {
        assert.match(normalEntry(entries, release)?.id ?? '', new RegExp(`^gnulinux-${release}-advanced-`));
      }
      assert.equal(normalEntry(entries, '6.1.0'), undefined);
    }
    const init = menuEntries(
      'menuentry a --id gnulinux-1-init-sysvinit-u { linux /vmlinuz-1 init=/lib/sysvinit/init\n}\nmenuentry b { linux /vmlinuz-1 ro\n}',
    );
    assert.equal(normalEntry(init, '1')?.title, 'b');
  });

  it('give the usual entry where all of them name their init', () => {
    const all = fixture('debian-12-rt').replaceAll(' ro ', ' ro init=/lib/systemd/systemd ');
    const entries = menuEntries(all);
    assert.match(
      normalEntry(entries, '6.1.0-40-rt-amd64')?.id ?? '',
      /^gnulinux-6.1.0-40-rt-amd64-advanced-/,
    );
    const line = `BOOT_IMAGE=/vmlinuz-6.1.0-40-amd64 root=UUID=${uuid} ro init=/lib/systemd/systemd isolcpus=1`;
    const booted = bootedEntry(entries, line);
    assert.equal(booted?.exact, false);
    assert.equal(entryPath(booted.entry), advanced('6.1.0-40-amd64'));
  });

  it('tell an entry for another init without an id by the usual one beside it', () => {
    const usual = 'menuentry usual { linux /vmlinuz-1 ro init=/lib/systemd/systemd\n}\n';
    const recovery = 'menuentry recovery { linux /vmlinuz-1 ro single\n}\n';
    const plain = 'menuentry plain { linux /vmlinuz-1 ro\n}\n';
    const other = 'menuentry other { linux /vmlinuz-2 ro\n}\n';
    const chosen = (text: string): string | undefined => normalEntry(menuEntries(text), '1')?.title;
    assert.equal(chosen(usual), 'usual');
    assert.equal(chosen(recovery + usual + other), 'usual');
    assert.equal(chosen(usual + plain), 'plain');
  });

  it('know a release by the path', () => {
    assert.equal(releaseOf('/boot/vmlinuz-6.1.0-40-rt-amd64'), '6.1.0-40-rt-amd64');
    assert.equal(releaseOf('/vmlinuz-5.15.0-75-generic.efi.signed'), '5.15.0-75-generic');
    assert.equal(releaseOf('/boot/memtest86+x64.bin'), undefined);
  });
});

describe('the entry that was booted', () => {
  const entries = menuEntries(fixture('debian-12-rt'));
  const usual = `root=UUID=${uuid} ro console=tty0 console=ttyS0,115200 quiet`;

  it('is the one with a stable id', () => {
    const booted = bootedEntry(entries, `BOOT_IMAGE=/vmlinuz-6.1.0-40-rt-amd64 ${usual}\n`);
    assert.equal(booted?.exact, true);
    assert.equal(entryPath(booted.entry), advanced('6.1.0-40-rt-amd64'));
  });

  it('is recognised by its arguments', () => {
    const recovery = usual.replace(' ro ', ' ro single ').replace(' quiet', '');
    const booted = bootedEntry(entries, `BOOT_IMAGE=(hd0,gpt1)/boot/vmlinuz-6.1.0-40-amd64 ${recovery}`);
    assert.equal(booted?.exact, true);
    assert.match(booted.entry.title, /recovery mode/);
  });

  it('is a guess when the arguments are others', () => {
    const booted = bootedEntry(entries, `BOOT_IMAGE=/vmlinuz-6.1.0-40-amd64 ${usual} isolcpus=1`);
    assert.equal(booted?.exact, false);
    assert.equal(entryPath(booted.entry), advanced('6.1.0-40-amd64'));
  });

  it('may have a variable in its line', () => {
    const ubuntu = menuEntries(fixture('ubuntu-shape'));
    assert.deepEqual(ubuntu[0]?.linux[0]?.variables, ['$vt_handoff']);
    for (const over of ['', ' vt.handoff=7']) {
      const line = `BOOT_IMAGE=/boot/vmlinuz-5.15.0-75-generic root=UUID=${uuid} ro quiet splash${over}`;
      const booted = bootedEntry(ubuntu, line);
      assert.equal(booted?.exact, true);
      assert.equal(booted.entry.id, `gnulinux-5.15.0-75-generic-advanced-${uuid}`);
    }
  });

  it('is not known without BOOT_IMAGE or for another kernel', () => {
    assert.equal(bootedEntry(entries, usual), undefined);
    assert.equal(bootedEntry(entries, `BOOT_IMAGE=/vmlinuz-1 ${usual}`), undefined);
  });
});

describe("a menu's choice", () => {
  const choice = { loadsEnv: true, nextEntry: true, savesChosen: false, readsCustom: true };
  for (const [name, wanted] of [
    ['debian-12', { ...choice, default: { type: 'literal', value: '0' } }],
    ['debian-12-rt', { ...choice, default: { type: 'saved' } }],
    ['debian-12-flat', { ...choice, default: { type: 'literal', value: '0' }, savesChosen: true }],
    ['ubuntu-shape', { ...choice, default: { type: 'literal', value: '0' } }],
  ] as const) {
    it(`is read from ${name}`, () => {
      assert.deepEqual(defaultOf(fixture(name)), wanted);
    });
  }

  it('has no next_entry when it is not taken out of grubenv', () => {
    const text = fixture('debian-12').replace('save_env next_entry', '');
    assert.equal(defaultOf(text).nextEntry, false);
    assert.equal(defaultOf(fixture('debian-12').replace('load_env', '')).nextEntry, false);
  });

  it('is the first entry in a file without one', () => {
    assert.deepEqual(defaultOf('menuentry a { linux /v\n}'), {
      default: undefined,
      loadsEnv: false,
      nextEntry: false,
      savesChosen: false,
      readsCustom: false,
    });
  });
});
