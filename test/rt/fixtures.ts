/**
 * Menus that Debian 12's grub-mkconfig (GRUB 2.06-13+deb12u2) wrote, with empty files for kernels and an ext4 on one disk:
 * - debian-12: two kernels, GRUB_DEFAULT=0, /boot on the root file system
 * - debian-12-rt: rt, cloud and plain kernels, GRUB_DEFAULT=saved, /boot a partition of its own, two consoles
 * - debian-12-flat: no submenus, no recovery entries, GRUB_SAVEDEFAULT=true
 * - debian-12-no-kernel: a container of the lab
 * - ubuntu-shape: the same scripts with the switches that Ubuntu builds them with (quick_boot, gfxpayload_dynamic, vt_handoff)
 */
import { readFileSync } from 'node:fs';

export const uuid = '3e6be9de-8139-11d1-9106-a43f08d823a6';

export function fixture(name: string): string {
  return readFileSync(new URL(`fixtures/${name}.cfg`, import.meta.url), 'utf8');
}

export const menus = ['debian-12', 'debian-12-rt', 'debian-12-flat', 'debian-12-no-kernel', 'ubuntu-shape'];
