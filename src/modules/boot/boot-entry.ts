/** `boot_entry`: what GRUB boots. */
import * as z from 'zod';
import { entryAt, entryPath, normalEntry } from '../../rt/boot/grub-menu.js';
import { defaultOf } from '../../rt/boot/grub-choice.js';
import { choice, name } from '../args/types.js';
import { loaderRefusal } from './loader-refusal.js';
import { allEntries, fileText, grubPlaces, madeEntries, placeRequests } from './places.js';
import type { Module, PlanContext } from '../core/module.js';
import { failed, planned } from '../core/plan-result.js';

const args = z.strictObject({
  name: choice(['default', 'next']).default('default'),
  entry: name().optional(),
  kernel: name().optional(),
  state: choice(['present', 'absent']).default('present'),
});
export type BootEntryArgs = z.infer<typeof args>;

/** The value that names the entry, or why there is none. */
function wantedEntry(given: BootEntryArgs, context: PlanContext): { path: string } | string {
  if (given.kernel !== undefined) {
    const entry = normalEntry(madeEntries(context), given.kernel);
    return entry === undefined
      ? `GRUB's menu has no entry for the kernel ${given.kernel}. Rebuild it (grub_menu) after the kernel is installed.`
      : { path: entryPath(entry) };
  }
  const path = given.entry ?? '';
  return entryAt(allEntries(context), path) === undefined
    ? `GRUB's menu has no entry "${path}"; it would boot the first one instead.`
    : { path };
}

function plan(given: BootEntryArgs, context: PlanContext) {
  const id = { kind: 'boot_entry', name: given.name } as const;
  const present = context.state('boot_entry', given.name);
  if (!present.grub) return failed('this machine has no GRUB whose environment holds a boot entry');
  const other = given.state === 'present' ? loaderRefusal(context) : undefined;
  if (other !== undefined) return failed(other);
  if (given.state === 'absent')
    return planned([{ type: 'change', id, to: { grub: true } }], { name: given.name, state: 'absent' });
  const menu = fileText(grubPlaces(context).menu, context);
  const wanted = wantedEntry(given, context);
  if (typeof wanted === 'string') return failed(wanted);
  const honoured = defaultOf(menu);
  const warnings =
    given.name === 'default' && honoured.default?.type !== 'saved'
      ? ["GRUB's menu does not boot the saved entry by default: set GRUB_DEFAULT=saved and rebuild the menu"]
      : given.name === 'next' && !honoured.nextEntry
        ? ["GRUB's menu does not use the entry for the next boot: rebuild the menu"]
        : [];
  return planned(
    [{ type: 'change', id, to: { grub: true, entry: wanted.path } }],
    { name: given.name, entry: wanted.path },
    { warnings },
  );
}

export const bootEntry: Module<BootEntryArgs> = {
  name: 'boot_entry',
  fullNames: ['rtprov.boot.boot_entry'],
  barrier: false,
  args,
  aliases: {},
  rules: [{ type: 'exclusive', args: ['entry', 'kernel'] }],
  doc: {
    summary: 'Sets the entry that GRUB boots by default, or only at the next boot, in its environment block.',
    args: {
      name: '`default`, or `next` for one boot. Default: default.',
      entry:
        "The entry's id or title. For an entry in a submenu: the submenu's id or title, `>`, and the entry's.",
      kernel: 'A kernel release instead; its usual entry is found in the menu.',
      state: '`present`, or `absent` to unset it. Default: present.',
    },
    examples: ['- boot_entry:\n    name: next\n    kernel: 6.1.0-40-rt-amd64'],
  },
  touches: (given) => [{ kind: 'boot_entry', name: given['name'] === 'next' ? 'next' : 'default' }],
  needs: (given, context) => [{ kind: 'boot_entry', name: given.name }, ...placeRequests(context.facts)],
  plan,
};
