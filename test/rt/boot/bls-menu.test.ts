import assert from 'node:assert/strict';
import { parseBlsEntry } from '../../../src/rt/boot/bls-entry.js';
import {
  blsMenuEntry,
  expanded,
  menuVariables,
  readsBls,
  type GrubVariables,
} from '../../../src/rt/boot/bls-menu.js';
import { frozenEntry } from '../../../src/rt/boot/frozen-entry.js';
import { defaultOf } from '../../../src/rt/boot/grub-choice.js';
import { bootedEntry, entryAt, entryPath, menuEntries, normalEntry } from '../../../src/rt/boot/grub-menu.js';
import { parseKernelLine } from '../../../src/rt/args/kernel-args.js';
import { debugTwin, entries, rescue, rhel8Options, rhel9Options, type BlsFixture } from '../bls-fixtures.js';
import { fixture, menus } from '../fixtures.js';
import { grubTool } from '../grub-tools.js';

const rhel8 = menuVariables({ kernelopts: rhel8Options, saved_entry: 'a' }, fixture('rhel-8'));

const made = (list: readonly BlsFixture[], variables: GrubVariables) =>
  list.flatMap(({ id, text }) => blsMenuEntry(parseBlsEntry(id, text), variables) ?? []);

const argsOf = (line: string): readonly string[] => parseKernelLine(line).args.map(({ text }) => text);

describe('a menu that blscfg makes', () => {
  it('is distinguished from one with the entries in it', () => {
    for (const name of ['rhel-8', 'rhel-9']) assert.ok(readsBls(fixture(name)), name);
    for (const name of [...menus, 'sles-15', 'rhel-9-efi-stub']) assert.ok(!readsBls(fixture(name)), name);
  });

  for (const name of ['rhel-8', 'rhel-9', 'sles-15']) {
    it(`boots the saved entry, next_entry once, and reads custom.cfg: ${name}`, () => {
      const choice = defaultOf(fixture(name));
      assert.deepEqual(choice.default, { type: 'saved' });
      assert.deepEqual([choice.nextEntry, choice.readsCustom], [true, true]);
    });
  }

  it('has variables from the environment block and from grub.cfg', () => {
    assert.equal(rhel8['kernelopts'], rhel8Options);
    assert.equal(rhel8['tuned_params'], 'skew_tick=1 tsc=reliable');
    assert.match(menuVariables({}, fixture('rhel-8'))['kernelopts'] ?? '', /^root=.*quiet $/);
    assert.equal(
      menuVariables({ tuned_params: 'old' }, fixture('rhel-8'))['tuned_params'],
      'skew_tick=1 tsc=reliable',
    );
  });

  it('puts in what variables stand for', () => {
    assert.equal(expanded('$a$b x \\$a $none z', { a: '1', b: '2' }), '1 2 x \\$a z');
  });

  it('has an entry of RHEL 8 with what kernelopts and tuned say', () => {
    const entry = made(entries.rhel8, rhel8)[0] ?? assert.fail();
    const [{ id, release }] = entries.rhel8;
    assert.equal(entryPath(entry), id);
    const [line] = entry.linux;
    assert.deepEqual(
      line?.args.map(({ text }) => text),
      argsOf(`${rhel8Options} skew_tick=1 tsc=reliable`),
    );
    assert.deepEqual(line.variables, []);
    assert.deepEqual(entry.initrds, [`($root)/initramfs-${release}.img`, '$tuned_initrd']);
  });

  for (const [what, list] of Object.entries(entries)) {
    it(`finds entries by release and by what was booted: ${what}`, () => {
      const all = made([rescue, debugTwin, ...list], rhel8);
      for (const { release, id } of list) {
        const entry = normalEntry(all, release) ?? assert.fail(release);
        assert.equal(entryPath(entry), id);
        assert.equal(entryAt(all, id), entry);
        const args = entry.linux[0]?.args.map(({ text }) => text).join(' ') ?? '';
        const booted = bootedEntry(all, `BOOT_IMAGE=(hd0,gpt2)/vmlinuz-${release} ${args}`);
        assert.deepEqual([booted?.entry, booted?.exact], [entry, true]);
        const other = bootedEntry(all, `BOOT_IMAGE=(hd0,gpt2)/vmlinuz-${release} root=/dev/sda`);
        assert.deepEqual([other?.entry, other?.exact], [entry, false]);
      }
    });
  }

  it('knows its entry by id and title, and by no number, which GRUB gives by an order of its own', () => {
    const all = made(entries.rhel9, {});
    assert.equal(entryAt(all, all[0]?.title ?? ''), all[0]);
    assert.equal(entryAt(all, '0'), undefined);
  });

  it('takes a debugging entry for none of the usual ones', () => {
    assert.equal(normalEntry(made([debugTwin], {}), debugTwin.release), undefined);
  });

  it('leaves out unified kernel images', () => {
    assert.equal(blsMenuEntry(parseBlsEntry('a', 'title A\nefi /a.efi\noptions x\n'), {}), undefined);
  });

  it('has early initrds, a device tree, users and default options where GRUB puts them', () => {
    const text =
      "title It's\nlinux /b/vmlinuz-1\ninitrd /b/i1\ninitrd /b/i2\ndevicetree /b/dt $x\ngrub_users $grub_users\n";
    const variables = { early_initrd: 'ucode.img', grub_users: 'root', default_kernelopts: 'ro $y', y: 'z' };
    const entry = blsMenuEntry(parseBlsEntry('a', text), variables) ?? assert.fail();
    assert.equal(entry.title, "It's");
    assert.deepEqual(entry.initrds, ['($root)/b/ucode.img', '($root)/b/i1', '($root)/b/i2']);
    assert.deepEqual(
      entry.linux[0]?.args.map(({ text: arg }) => arg),
      ['ro', 'z'],
    );
    assert.match(entry.text, /--users 'root' --id 'a'/);
    assert.match(entry.text, /devicetree\t\(\$root\)\/b\/dt\n/);
  });

  it('has the words of quoted options as GRUB passes them on', () => {
    const text = 'linux /vmlinuz-1\noptions root=/dev/a dyndbg="file a.c +p"\n';
    const entry = blsMenuEntry(parseBlsEntry('a', text), {});
    assert.equal(entry?.linux[0]?.args[1]?.value, 'file a.c +p');
  });

  for (const [what, list] of Object.entries(entries)) {
    it(`can be frozen: ${what}`, () => {
      for (const entry of made(list, rhel8)) {
        grubTool('grub-script-check', [], `${entry.text}\n`);
        const { args } = parseKernelLine(`BOOT_IMAGE=(hd0,gpt2)/vmlinuz ${rhel9Options} isolcpus=2-3`);
        const text = frozenEntry(entry, { id: 'rtprov-known-good', title: 'known good', args }, 0);
        grubTool('grub-script-check', [], text);
        const [frozen] = menuEntries(text);
        assert.equal(frozen?.id, 'rtprov-known-good');
        assert.deepEqual(frozen.initrds, entry.initrds);
        assert.equal(frozen.linux[0]?.path, entry.linux[0]?.path);
        assert.deepEqual(
          frozen.linux[0]?.args.map(({ text: arg }) => arg),
          argsOf(`${rhel9Options} isolcpus=2-3`),
        );
        assert.match(text, /^menuentry 'known good' --class 'k?e?r?n?e?l?r?h?e?l?' --unrestricted --id/);
      }
    });
  }
});

describe('the menu of SLES 15', () => {
  const all = menuEntries(fixture('sles-15'));

  it('has entries by release, with a variable for snapshots', () => {
    const entry = normalEntry(all, '6.4.0-150600.10.8-rt') ?? assert.fail();
    assert.match(entryPath(entry), /^gnulinux-advanced-.*>gnulinux-6\.4\.0-150600\.10\.8-rt-advanced-/);
    assert.deepEqual(entry.linux[0]?.variables, ['${extra_cmdline}']);
    grubTool(
      'grub-script-check',
      [],
      frozenEntry(entry, { id: 'a', title: 'a', args: entry.linux[0].args }, 0),
    );
  });

  it('reports what was booted', () => {
    const { args = [] } = normalEntry(all, '6.4.0-150600.23.25-default')?.linux[0] ?? {};
    const line = args.map(({ text }) => text).join(' ');
    const booted = bootedEntry(all, `BOOT_IMAGE=/boot/vmlinuz-6.4.0-150600.23.25-default ${line}`);
    assert.equal(booted?.exact, true);
  });
});
