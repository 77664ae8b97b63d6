/** Files by which boot loaders are known (src/rt/boot/boot-loader.ts says what each of them means). */

const esps = ['/boot/efi', '/efi', '/boot'];
const onEsp = (...names: readonly string[]): readonly string[] =>
  esps.flatMap((esp) => names.map((name) => `${esp}/${name}`));

export const loaderFiles = {
  proxmox: ['/etc/kernel/proxmox-boot-uuids'],
  systemdBoot: onEsp(
    'loader/loader.conf',
    'EFI/systemd/systemd-bootx64.efi',
    'EFI/systemd/systemd-bootaa64.efi',
  ),
  refind: [...onEsp('EFI/refind/refind.conf'), '/boot/refind_linux.conf'],
  limine: [
    '/boot/limine.conf',
    '/boot/limine.cfg',
    '/boot/limine/limine.conf',
    ...onEsp('EFI/limine/limine.conf'),
  ],
  zfsBootMenu: onEsp('EFI/zbm/vmlinuz.EFI', 'EFI/ZBM/VMLINUZ.EFI'),
  uBootMenu: ['/etc/default/u-boot'],
  extlinux: [
    '/boot/extlinux/extlinux.conf',
    '/extlinux/extlinux.conf',
    '/boot/extlinux.conf',
    '/boot/syslinux/extlinux.conf',
    '/boot/syslinux/syslinux.cfg',
    '/etc/default/extlinux',
    '/etc/update-extlinux.conf',
    ...onEsp('EFI/syslinux/syslinux.cfg'),
  ],
  raspberry: [
    '/boot/firmware/cmdline.txt',
    '/boot/cmdline.txt',
    '/boot/firmware/config.txt',
    '/boot/config.txt',
  ],
  uBoot: [
    '/boot/boot.scr',
    '/boot/uEnv.txt',
    '/boot/uboot.env',
    '/boot/armbianEnv.txt',
    '/boot/firmware/boot.scr',
    '/boot/boot.cmd',
  ],
  zipl: ['/etc/zipl.conf'],
  lilo: ['/etc/lilo.conf', '/etc/elilo.conf', '/boot/efi/elilo.conf'],
} as const;
