/**
 * Kernel arguments where GRUB takes its menu from Boot Loader Specification entries (RHEL 8 to 10 and their kin). As `grubby
 * --update-kernel=ALL` does, each entry's `options` line is edited, and /etc/kernel/cmdline, of which kernel-install makes the entries of
 * kernels to come (20-grub.install of grub2-common); GRUB_CMDLINE_LINUX gets the same by rtprov's file of GRUB's defaults.
 * GRUB's environment block stays as it is: the words of RHEL 8's `$kernelopts` that have to go are written out in the entries.
 */
import type { ReadRequest } from '../../resources/resource.js';
import { wantedArgs, type ArgOwner } from '../../rt/args/arg-owner.js';
import {
  blsPath,
  blsValue,
  isRescue,
  parseBlsEntry,
  withOptions,
  type BlsEntry,
} from '../../rt/boot/bls-entry.js';
import { expanded, menuVariables } from '../../rt/boot/bls-menu.js';
import type { GrubDefaults } from '../../rt/boot/grub-defaults.js';
import { isSpecialId, releaseOf } from '../../rt/boot/grub-menu.js';
import { grubWords } from '../../rt/boot/grub-text.js';
import { argsNamed } from '../../rt/args/kernel-args.js';
import {
  editedOptions,
  originalOfNew,
  originalOptions,
  type KeptOptions,
} from '../../rt/args/kept-options.js';
import { lineArgs } from '../../rt/boot/menu-line.js';
import { fileRequest } from '../files/follow.js';
import { folderRequests, folderSteps } from '../files/missing-folders.js';
import type { NeedsContext, Step } from '../core/module.js';
import type { CmdlinePlace } from './cmdline-edit.js';
import { rootFile } from './known-good.js';
import { editableText, isDebian, running, type BootContext } from './places.js';

/** The line for kernels to come (kernel-install(8)). */
const kernelCmdline = '/etc/kernel/cmdline';

export function blsRequests(
  context: Pick<NeedsContext, 'facts' | 'has' | 'state'>,
): readonly ReadRequest<'file'>[] {
  if (isDebian(context.facts) || !context.has(running)) return [];
  const { blsEntries } = context.state('boot', running.name);
  if (blsEntries.length === 0) return [];
  return [
    ...blsEntries.map(({ id }) => fileRequest(blsPath(id), 'content')),
    fileRequest(kernelCmdline, 'content'),
    ...folderRequests('/etc/kernel'),
  ];
}

interface Line {
  readonly entry: BlsEntry;
  readonly present: string;
  /** Without our part. */
  readonly was: string;
}

/** The lines of all entries but those for rescue, which stay as they are for people who need them. Or why they cannot be edited. */
function linesOf(defaults: GrubDefaults, context: BootContext): readonly Line[] | string {
  const kept = (path: string): KeptOptions | undefined => defaults.kept?.find((one) => one.path === path);
  const lines: Line[] = [];
  for (const { id } of context.state('boot', running.name).blsEntries) {
    const path = blsPath(id);
    if (isRescue(id)) continue;
    const read = editableText(path, context);
    if ('why' in read) return read.why;
    if (read.text === undefined) continue;
    const entry = parseBlsEntry(id, read.text);
    if (blsValue(entry, 'linux') === undefined) continue;
    const present = blsValue(entry, 'options');
    if (present === undefined) return `${path} has no options line that GRUB would read`;
    const { was, now = '' } = kept(path) ?? {};
    lines.push({
      entry,
      present,
      was:
        was === undefined
          ? originalOfNew(present, kept(kernelCmdline), defaults.owners)
          : originalOptions(present, { was, now }, defaults.owners),
    });
  }
  return lines;
}

export function blsPlace(
  menu: string,
  defaults: GrubDefaults,
  kernel: string,
  context: BootContext,
): CmdlinePlace | string {
  const lines = linesOf(defaults, context);
  if (typeof lines === 'string') return lines;
  const usual = lines.filter(({ entry }) => !isSpecialId(entry.id));
  const shown =
    usual.find(({ entry }) => releaseOf(blsValue(entry, 'linux') ?? '') === kernel) ?? usual[0] ?? lines[0];
  if (shown === undefined)
    return 'the menu takes its entries from /boot/loader/entries, but none of them is for a kernel. Set the arguments with the tools of the boot loader of this machine.';
  const variables = menuVariables(context.state('boot', running.name).grubVariables, menu);
  const words = (line: string): string =>
    grubWords(expanded(line, variables))
      .map(({ text }) => text)
      .join(' ');
  const editedLine = ({ was }: Line, owners: readonly ArgOwner[]): string =>
    editedOptions(was, owners, variables);
  return {
    before: words(shown.present),
    present: lines.map(({ present }) => words(present)),
    lineOf: (owners) => words(editedLine(shown, owners)),
    note: 'The entry of the kernel in /boot/loader/entries has:',
    changes(owners) {
      const dollar = wantedArgs(owners).find(({ text }) => text.includes('$'));
      if (dollar !== undefined)
        return `${blsPath(shown.entry.id)}: ${dollar.text} contains a "$", and GRUB would replace it with a variable (RHEL 8 also after a backslash). Set this argument in another way, such as a file in /etc/modprobe.d if it belongs to a module.`;
      const steps: Step[] = [];
      const kept: KeptOptions[] = [];
      const entries: Record<string, string> = {};
      for (const line of lines) {
        const { entry, present, was } = line;
        const path = blsPath(entry.id);
        const now = editedLine(line, owners);
        const full = words(now);
        entries[entry.id] = full;
        if (hasRoot(words(present)) && !hasRoot(full))
          return `${path} would no longer have root=, and its kernel would not boot.`;
        if (now !== present) steps.push(...rootFile(path, withOptions(entry, now), context));
        if (owners.length > 0) kept.push({ path, was, now });
      }
      const coming = comingSteps(defaults, owners, shown.was, context);
      if (typeof coming === 'string') return coming;
      return { steps: [...steps, ...coming.steps], kept: [...kept, ...coming.kept], entries };
    },
  };
}

const hasRoot = (line: string): boolean => argsNamed(lineArgs(line), 'root').length > 0;

/** The line for kernels to come. `seed` is what it is made of where it is missing. */
function comingSteps(
  defaults: GrubDefaults,
  owners: readonly ArgOwner[],
  seed: string,
  context: BootContext,
): { readonly steps: readonly Step[]; readonly kept: readonly KeptOptions[] } | string {
  const read = editableText(kernelCmdline, context);
  if ('why' in read) return read.why;
  const present = read.text;
  const known = defaults.kept?.find(({ path }) => path === kernelCmdline);
  const made = known !== undefined && known.was === undefined && (present ?? known.now) === known.now;
  const was = present === undefined || made ? undefined : wasComing(present, known, defaults.owners);
  const edited = (text: string): string => editedOptions(text, owners, {}).trimEnd() + '\n';
  if (was !== undefined) {
    const now = owners.length === 0 ? was : edited(was);
    const steps = now === present ? [] : rootFile(kernelCmdline, now, context);
    return { steps, kept: owners.length === 0 ? [] : [{ path: kernelCmdline, was, now }] };
  }
  if (owners.length === 0)
    return {
      steps:
        present === undefined
          ? []
          : [{ type: 'change', id: { kind: 'file', name: kernelCmdline }, to: { type: 'absent' } }],
      kept: [],
    };
  // RHEL 8 makes new entries with `options $kernelopts` and reads no such file. Elsewhere a missing one has kernel-install take
  // /proc/cmdline, which is that of a trial as long as one runs.
  if (grubWords(seed).some(({ variable }) => variable)) return { steps: [], kept: [] };
  const folder = folderSteps('/etc/kernel', { owner: 'root', group: 'root' }, context);
  if (!folder.ok) return `${folder.blocker} is not a directory`;
  const now = edited(seed);
  return {
    steps: [...folder.steps, ...rootFile(kernelCmdline, now, context)],
    kept: [{ path: kernelCmdline, now }],
  };
}

function wasComing(present: string, known: KeptOptions | undefined, owners: readonly ArgOwner[]): string {
  if (known === undefined) return present;
  const { was, now } = known;
  const text =
    was === undefined
      ? originalOfNew(present, known, owners)
      : originalOptions(present, { was, now }, owners);
  return text === was ? text : `${text.trimEnd()}\n`;
}
