/** Whether what GRUB will boot on trial is what was promised, and whether it comes back by itself: looked at right before the reboot. */
import { defaultOf } from '../../rt/boot/grub-choice.js';
import { menuEntries } from '../../rt/boot/grub-menu.js';
import { foreignDefaults } from '../../rt/boot/foreign-default.js';
import { parseKernelLine } from '../../rt/args/kernel-args.js';
import { brokenPromises } from '../../rt/boot/menu-promise.js';
import { knownGoodId, trialId } from '../../rt/boot/trial-names.js';
import { fileText, grubPlaces, type BootContext } from './places.js';

export interface Promised {
  readonly args: readonly string[];
  readonly absentArgs: readonly string[];
}

/** What the entry that boots on trial does not have or should not have, a text each. `custom` is custom.cfg's text with that entry. */
export function entryFaults(promised: Promised, custom: string): readonly string[] {
  const entry = menuEntries(custom).find(({ id }) => id === trialId);
  if (entry === undefined || entry.linux.length === 0) return ['there is no entry for the trial'];
  const promise = {
    has: parseKernelLine(promised.args.join(' ')).args,
    lacks: promised.absentArgs.map((name) => ({ name })),
    saved: false,
  };
  return [...new Set(entry.linux.flatMap(({ args }) => brokenPromises(args, promise)))];
}

/** Why the menu would not boot the trial once and the known-good entry afterwards. */
export function menuFaults(context: BootContext): readonly string[] {
  const { menu, custom } = grubPlaces(context);
  const choice = defaultOf(fileText(menu, context));
  const hint =
    'run `kernel_cmdline` with keep_known_good and `grub_menu` before the reboot, or set GRUB_DEFAULT=saved in /etc/default/grub';
  const foreign = [menu, custom].flatMap((path) =>
    foreignDefaults(fileText(path, context)).map(({ line, text }) => `${path}:${line} says ${text}`),
  );
  return [
    ...(choice.nextEntry ? [] : [`${menu} does not use the entry for the next boot`]),
    ...(choice.default?.type === 'saved'
      ? []
      : [
          `${menu} does not boot the saved entry by default, so the machine would not return to the known-good entry: ${hint}`,
        ]),
    ...(choice.readsCustom ? [] : [`${menu} does not read ${custom}`]),
    ...foreign.map((text) => `${text}, so that the known-good entry would not be the default`),
  ];
}

/** The same of what was written and read back, with GRUB's environment block. */
export function laidFaults(promised: Promised, context: BootContext): readonly string[] {
  const text = fileText(grubPlaces(context).custom, context);
  const [next, usual] = (['next', 'default'] as const).map((name) => context.state('boot_entry', name).entry);
  return [
    ...entryFaults(promised, text).map((fault) => `the entry for the trial ${fault}`),
    ...(menuEntries(text).some(({ id }) => id === knownGoodId) ? [] : ['there is no known-good entry']),
    ...menuFaults(context),
    ...(next === trialId ? [] : [`the next boot uses "${next ?? ''}" and not the entry for the trial`]),
    ...(usual === knownGoodId ? [] : [`the default is "${usual ?? ''}" and not the known-good entry`]),
  ];
}
