import assert from 'node:assert/strict';
import { loaderFiles } from '../../../src/resources/boot/loader-files.js';
import type { LoaderEvidence } from '../../../src/resources/boot/state.js';
import { otherLoader, type Booted } from '../../../src/rt/boot/boot-loader.js';

const none: LoaderEvidence = { files: [], espMenus: [] };
const machine: Booted = {
  container: false,
  machine: 'x86_64',
  cmdline: 'BOOT_IMAGE=/boot/vmlinuz-6 root=/dev/a ro',
  byMenu: false,
  menu: '/boot/grub/grub.cfg',
  vendors: ['debian'],
};
const silent = { ...machine, cmdline: 'initrd=\\6\\initrd root=/dev/a ro' };
const container = { ...machine, container: true, cmdline: 'whatever the host has' };

describe('the boot loader', () => {
  for (const [what, evidence, booted, name] of [
    ['nothing else', {}, machine, undefined],
    ['GRUB by its name', { info: 'GRUB 2.12', files: ['/boot/refind_linux.conf'] }, silent, undefined],
    [
      "GRUB by the firmware's entry",
      { efiProgram: '\\EFI\\debian\\shimx64.efi', files: ['/boot/efi/loader/loader.conf'] },
      silent,
      undefined,
    ],
    [
      'GRUB, since its menu has what runs',
      { files: ['/boot/extlinux/extlinux.conf'] },
      { ...machine, byMenu: true },
      undefined,
    ],
    [
      'what Proxmox VE copies menus with',
      { files: ['/etc/kernel/proxmox-boot-uuids'] },
      { ...machine, byMenu: true },
      /^proxmox-boot-tool$/,
    ],
    [
      'the same in a container',
      { files: ['/etc/kernel/proxmox-boot-uuids'] },
      container,
      /^proxmox-boot-tool$/,
    ],
    ['systemd-boot by its name', { info: 'systemd-boot 252.38' }, silent, /^systemd-boot$/],
    [
      "systemd-boot by the firmware's entry",
      { efiProgram: '\\EFI\\systemd\\systemd-bootx64.efi' },
      silent,
      /^systemd-boot$/,
    ],
    ['systemd-boot by its files', { files: ['/boot/loader/loader.conf'] }, silent, /^systemd-boot$/],
    ['files of systemd-boot beside another', { files: ['/boot/loader/loader.conf'] }, machine, undefined],
    [
      'files of systemd-boot in a container',
      { files: ['/boot/efi/loader/loader.conf'] },
      container,
      /^systemd-boot$/,
    ],
    ['SUSE with entries of systemd-boot', { loaderType: 'systemd-boot' }, silent, /^systemd-boot$/],
    ['SUSE with GRUB and such entries', { loaderType: 'grub2-bls' }, machine, /^grub2-bls$/],
    ['SUSE with GRUB', { loaderType: 'grub2-efi' }, machine, undefined],
    ['rEFInd', { info: 'rEFInd 0.14.0' }, silent, /^rEFInd$/],
    ['a unified kernel image', { stub: 'systemd-stub 255' }, silent, /firmware starts by itself/],
    ['an EFI stub', { efiProgram: '\\vmlinuz-linux.efi' }, silent, /firmware starts by itself/],
    ['extlinux', { files: ['/boot/extlinux/extlinux.conf'] }, machine, /^extlinux or syslinux$/],
    [
      'U-Boot with a menu',
      { files: ['/etc/default/u-boot', '/boot/extlinux/extlinux.conf'] },
      machine,
      /u-boot-menu/,
    ],
    [
      'U-Boot',
      { files: ['/boot/armbianEnv.txt', '/boot/boot.scr'] },
      { ...silent, machine: 'aarch64' },
      /^U-Boot$/,
    ],
    [
      'a Raspberry Pi',
      { files: ['/boot/firmware/cmdline.txt'] },
      { ...silent, machine: 'aarch64' },
      /Raspberry/,
    ],
    ['zipl', { files: ['/etc/zipl.conf'] }, { ...silent, machine: 's390x' }, /^zipl$/],
    ['a file of zipl on another machine', { files: ['/etc/zipl.conf'] }, machine, undefined],
    ['LILO', { files: ['/etc/lilo.conf'] }, machine, /^LILO$/],
    [
      "GRUB's menu on the EFI partition",
      { espMenus: [{ path: '/boot/efi/EFI/debian/grub.cfg' }] },
      machine,
      /menu in \/boot\/efi\/EFI\/debian\/grub.cfg/,
    ],
    [
      'one there that leads here',
      { espMenus: [{ path: '/boot/efi/EFI/debian/grub.cfg', prefix: '/@/boot/grub' }] },
      machine,
      undefined,
    ],
    [
      'one there that leads elsewhere',
      { espMenus: [{ path: '/boot/efi/EFI/debian/grub.cfg', prefix: '/mine' }] },
      machine,
      /menu in \/mine/,
    ],
    ["another system's menu", { espMenus: [{ path: '/boot/efi/EFI/fedora/grub.cfg' }] }, machine, undefined],
    ['the menu that is written', { espMenus: [{ path: machine.menu }] }, machine, undefined],
    [
      "the menu of the firmware's entry",
      { efiProgram: '\\EFI\\mine\\grubx64.efi', espMenus: [{ path: '/boot/efi/EFI/mine/grub.cfg' }] },
      machine,
      /EFI\/mine/,
    ],
  ] as const)
    it(`is ${name === undefined ? 'GRUB' : 'another'} with ${what}`, () => {
      const found = otherLoader({ ...none, ...evidence }, booted);
      assert.equal(found === undefined, name === undefined, JSON.stringify(found));
      if (found === undefined || name === undefined) return;
      assert.match(found.name, name);
      assert.ok(found.seen.length > 0);
      assert.match(found.byHand, /\S+ .*\.$/);
    });

  it('is looked for by names that the shell takes as they are', () => {
    for (const file of Object.values(loaderFiles).flat()) assert.match(file, /^[A-Za-z0-9/._-]+$/);
  });
});
