/** Where the kernel's arguments of a machine are written: GRUB's defaults, and on the RHEL family each kernel's own entry too. */
import type { BootState } from '../../resources/states.js';
import type { ArgOwner } from '../../rt/arg-owner.js';
import { readsBls } from '../../rt/bls-menu.js';
import type { GrubDefaults } from '../../rt/grub-defaults.js';
import { menuEntries } from '../../rt/grub-menu.js';
import type { KeptOptions } from '../../rt/kept-options.js';
import { finalLine } from '../../rt/menu-line.js';
import type { Step } from '../module.js';
import { blsPlace } from './bls-cmdline.js';
import { fileText, grubPlaces, isDebian, running, type BootContext } from './places.js';

export interface CmdlinePlace {
  /** The line of the usual entry as it is now, and with these owners. */
  readonly before: string;
  /** The lines of all entries as they are now. */
  readonly present: readonly string[];
  lineOf(owners: readonly ArgOwner[]): string;
  /** What has to be written besides rtprov's file of GRUB's defaults; or why it cannot be. */
  changes(owners: readonly ArgOwner[]): LineChanges | string;
  /** The comment for readers of rtprov's file, before the line. */
  readonly note: string;
}

export interface LineChanges {
  readonly steps: readonly Step[];
  readonly kept: readonly KeptOptions[];
  /** The line of each entry by its id. */
  readonly entries: Readonly<Record<string, string>>;
}

function defaultsPlace(boot: BootState, present: GrubDefaults): CmdlinePlace {
  const before = finalLine(boot.grubLines, present.owners, boot.grubLate);
  return {
    before,
    present: [before],
    lineOf: (owners) => finalLine(boot.grubLines, owners, boot.grubLate),
    changes: () => ({ steps: [], kept: [], entries: {} }),
    note: "With what was read before it, the menu's usual entries have:",
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
  return `${menu} has no entry of a Linux kernel, so this machine boots by means that are not known here (systemd-boot, GRUB with entries on the EFI partition, extlinux). Set the arguments with its own tools.`;
}
