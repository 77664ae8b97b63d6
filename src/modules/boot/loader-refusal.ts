/** Refuses machines that do not boot by the menu which is written here, with what to do by hand. */
import { otherLoader } from '../../rt/boot/boot-loader.js';
import { bootedEntry } from '../../rt/boot/grub-menu.js';
import { allEntries, grubPlaces, running, type BootContext } from './places.js';

/** Why GRUB's menu means nothing on this machine, and how its arguments are set by hand. */
export function loaderRefusal(context: Pick<BootContext, 'facts' | 'state' | 'content'>): string | undefined {
  const boot = context.state('boot', running.name);
  if (boot.loader === undefined) return undefined;
  const { osId, container } = context.facts;
  const found = otherLoader(boot.loader, {
    container,
    machine: boot.machine,
    cmdline: boot.cmdline,
    byMenu: !container && bootedEntry(allEntries(context), boot.cmdline)?.exact === true,
    menu: grubPlaces(context).menu,
    vendors: [osId, ...(['rhel', 'ol'].includes(osId) ? ['redhat'] : [])],
  });
  if (found === undefined) return undefined;
  return `this machine boots with ${found.name} (${found.seen}), which does not read ${grubPlaces(context).menu}: a trial boot and a way back are not possible here. ${found.byHand}`;
}
