/** Where the kernel's arguments of a machine are written: GRUB's defaults, and on the RHEL family each kernel's own entry too. */
import type { BootState } from '../../resources/boot/state.js';
import { readsBls } from '../../rt/boot/bls-menu.js';
import type { GrubDefaults } from '../../rt/boot/grub-defaults.js';
import { menuEntries } from '../../rt/boot/grub-menu.js';
import { finalLine } from '../../rt/boot/menu-line.js';
import { blsPlace } from './bls-cmdline.js';
import type { CmdlinePlace } from './cmdline-edit.js';
import { fileText, grubPlaces, isDebian, running, type BootContext } from './places.js';

function defaultsPlace(boot: BootState, present: GrubDefaults): CmdlinePlace {
  const before = finalLine(boot.grubLines, present.owners, boot.grubLate);
  return {
    before,
    present: [before],
    lineOf: (owners) => finalLine(boot.grubLines, owners, boot.grubLate),
    changes: () => ({ steps: [], kept: [], entries: {} }),
    note: "Together with the files read before it, the menu's usual entries have:",
  };
}

/** Or why there is none: what is written would be read by nobody. `kernel` is the release whose line is shown. */
export function cmdlinePlace(
  present: GrubDefaults,
  kernel: string | undefined,
  context: BootContext,
): CmdlinePlace | string {
  const boot = context.state('boot', running.name);
  if (isDebian(context.facts)) return defaultsPlace(boot, present);
  const { menu } = grubPlaces(context);
  const text = fileText(menu, context);
  if (readsBls(text)) return blsPlace(text, present, kernel ?? boot.release, context);
  if (menuEntries(text).some(({ linux }) => linux.length > 0)) return defaultsPlace(boot, present);
  return `${menu} has no entry of a Linux kernel, so this machine boots in a way that rtprov does not know (systemd-boot, GRUB with entries on the EFI partition, extlinux). Set the arguments with its own tools.`;
}
