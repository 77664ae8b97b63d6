/**
 * The known-good entry: before anything may change what the machine boots, the entry that booted what runs now is kept in
 * custom.cfg under an id of its own, with exactly its kernel and arguments, and is made GRUB's default. So a power cut, a wrong
 * argument or a bad kernel never meets a machine without a way back.
 */
import type { FileState } from '../../resources/file/state.js';
import type { ReadRequest } from '../../resources/resource.js';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { bootedLine, type LineChoice } from '../../rt/boot/booted-line.js';
import { frozenEntry, type FrozenAs } from '../../rt/boot/frozen-entry.js';
import { defaultOf } from '../../rt/boot/grub-choice.js';
import { bootedEntry, menuEntries, type MenuEntry } from '../../rt/boot/grub-menu.js';
import { loaderArgs, lostArg } from '../../rt/boot/loader-line.js';
import { knownGoodId, trialMarker } from '../../rt/boot/trial-names.js';
import { writeFile } from '../files/write-file.js';
import type { NeedsContext, Step } from '../core/module.js';
import { loaderRefusal } from './loader-refusal.js';
import { withEntries } from './custom-entries.js';
import { allEntries, fileText, grubPlaces, placeRequests, running, type BootContext } from './places.js';

export function knownGoodNeeds(context: Pick<NeedsContext, 'facts'>): readonly ReadRequest[] {
  return [...placeRequests(context.facts), { kind: 'boot_entry', name: 'default' }];
}

export type KnownGood =
  /** Nothing boots here by itself (a container), or there is no GRUB: nothing to keep. */
  | { readonly type: 'none' }
  | { readonly type: 'kept'; readonly steps: readonly Step[] }
  | { readonly type: 'refused'; readonly why: string };

/** A new small file of root's, as GRUB's own. */
export function rootFile(path: string, text: string, context: BootContext, mode = '0644'): readonly Step[] {
  const bytes = Buffer.from(text, 'utf8');
  const present: FileState = context.state('file', path);
  return writeFile(
    {
      path,
      present,
      bytes: { sha256: context.put(bytes), size: bytes.length },
      wanted: present.type === 'file' ? {} : { mode, owner: 'root', group: 'root' },
    },
    context,
  ).steps;
}

/** custom.cfg with this text. On an EFI partition, which is FAT, all files have the one mode that its mount gives them. */
export function customFile(text: string, context: BootContext): readonly Step[] {
  const { menu, custom } = grubPlaces(context);
  const beside = context.state('file', menu);
  const isFat = custom.startsWith('/boot/efi/');
  return rootFile(custom, text, context, isFat && beside.type === 'file' ? beside.mode : '0644');
}

/** Where an entry is: `/boot/grub/grub.cfg:120`; an entry that GRUB makes of a file has no line. */
function placeOf(entry: MenuEntry, context: BootContext): string {
  const { menu, custom } = grubPlaces(context);
  const path = [menu, custom].find((file) =>
    menuEntries(fileText(file, context)).some(({ text, line }) => text === entry.text && line === entry.line),
  );
  return path === undefined ? `the entry ${entry.id ?? entry.title}` : `${path}:${entry.line}`;
}

/** The entry's text with the line that boots; or why it cannot be kept, with the place and what to do. */
export function frozenAs(
  entry: MenuEntry,
  as: FrozenAs,
  choice: LineChoice | undefined,
  context: BootContext,
): { readonly text: string } | { readonly why: string } {
  const hint =
    'Make a separate entry for this kernel without `if` and loops (in /etc/grub.d/40_custom, then `update-grub`), boot it once, and run again; or give the branches different arguments, so that /proc/cmdline shows which one was used.';
  if (choice === undefined)
    return {
      why: `${placeOf(entry, context)}: the menu entry "${entry.title}" loads a kernel in ${entry.linux.length} places under conditions, and the kernel's command line does not show which of them was used. ${hint}`,
    };
  try {
    return { text: frozenEntry(entry, as, choice) };
  } catch (error) {
    if (!(error instanceof RtprovError)) throw error;
    return {
      why: `${placeOf(entry, context)}: ${error.message}. ${error.code === 'BOOT_ENTRY_LINUX' ? hint : (error.hint ?? '')}`.trim(),
    };
  }
}

/** Why none of the entries is known to have booted the kernel that runs. */
function whyUnknown(entries: readonly MenuEntry[], release: string, context: BootContext): string {
  const hypervisor = entries.find(
    ({ text }) => /^[ \t]*multiboot2?\s/m.test(text) && text.includes(`vmlinuz-${release}`),
  );
  if (hypervisor !== undefined)
    return `${placeOf(hypervisor, context)}: the menu entry "${hypervisor.title}" starts this kernel under a hypervisor (multiboot). rtprov keeps only entries with a linux line as known good: boot the machine with such an entry, and run again.`;
  const variable = entries.find(({ linux }) =>
    linux.some(({ path }) => path.replace(/^\(\$\{?root\}?\)/, '').includes('$')),
  );
  if (variable !== undefined)
    return `${placeOf(variable, context)}: the menu entry "${variable.title}" names its kernel with a variable, and no other entry has the running kernel (${release}), so it is not known which entry booted. Write the kernel's path into it, boot it, and run again.`;
  return `no entry in ${grubPlaces(context).menu} has the running kernel (${release}), so there would be no known-good entry to return to. Boot the machine through GRUB's menu first.`;
}

/** The steps that keep what runs now as the known-good entry and default; none when it is so already. */
export function keepKnownGood(context: BootContext): KnownGood {
  if (context.facts.container) return { type: 'none' };
  const boot = context.state('boot', running.name);
  if (boot.grubFileSystem === undefined) return { type: 'none' };
  const other = loaderRefusal(context);
  if (other !== undefined) return { type: 'refused', why: other };
  const places = grubPlaces(context);
  const [menu, custom] = [fileText(places.menu, context), fileText(places.custom, context)];
  const choice = defaultOf(menu);
  const entries = allEntries(context);
  const { entry: saved } = context.state('boot_entry', 'default');
  const args = loaderArgs(boot.cmdline);
  const ours = menuEntries(custom).filter(({ id }) => id === knownGoodId);
  if (saved === knownGoodId && ours.length > 0) {
    // On a trial that nobody has confirmed the known-good entry stays what it was before.
    const onTrial = args.some(({ name }) => name === trialMarker);
    if (onTrial || bootedEntry(ours, boot.cmdline)?.exact === true) return { type: 'kept', steps: [] };
  }
  const booted = bootedEntry(
    entries.filter(({ id }) => id !== knownGoodId),
    boot.cmdline,
  );
  if (booted === undefined) return { type: 'refused', why: whyUnknown(entries, boot.release, context) };
  if (!choice.readsCustom) {
    return {
      type: 'refused',
      why: `${places.menu} does not read ${places.custom} (/etc/grub.d/41_custom is missing or not executable), so no known-good entry could be kept.`,
    };
  }
  const lost = lostArg(args, boot.cmdline);
  if (lost !== undefined) {
    return {
      type: 'refused',
      why: `${placeOf(booted.entry, context)}: the kernel runs with ${JSON.stringify(lost.text)}, which GRUB cannot pass on unchanged, so a known-good entry with the same arguments cannot be kept. Remove it from the entry that boots this machine, reboot, and run again.`,
    };
  }
  const frozen = frozenAs(
    booted.entry,
    {
      id: knownGoodId,
      title: `rtprov: known good, ${boot.release}`,
      args: args.filter(({ name }) => name !== trialMarker),
    },
    bootedLine(booted.entry, boot.cmdline),
    context,
  );
  if ('why' in frozen) return { type: 'refused', why: frozen.why };
  return {
    type: 'kept',
    steps: [
      ...customFile(withEntries(custom, [frozen.text]), context),
      {
        type: 'change',
        id: { kind: 'boot_entry', name: 'default' },
        to: { grub: true, entry: knownGoodId },
      },
    ],
  };
}
