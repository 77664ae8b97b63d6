/** `kernel_cmdline`: arguments of the kernel in GRUB's menu, each with an owner. */
import * as z from 'zod';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { mergedArg } from '../../rt/args/arg-lists.js';
import { wantedArgs, withOwner, withoutOwner, type ArgOwner } from '../../rt/args/arg-owner.js';
import {
  grubDefaultsPath,
  parseGrubDefaults,
  renderGrubDefaults,
  type GrubDefaults,
} from '../../rt/boot/grub-defaults.js';
import type { KernelArg } from '../../rt/args/kernel-args.js';
import { unknownArgWarnings } from '../../rt/args/known-args.js';
import { baseArgs, lineArgs } from '../../rt/boot/menu-line.js';
import { kernelArgs } from '../args/kernel-args.js';
import { bool, choice, name } from '../args/types.js';
import { blsRequests } from './bls-cmdline.js';
import { lineFaults } from './cmdline-faults.js';
import { cmdlinePlace } from './cmdline-place.js';
import { defaultsRequests, defaultsSteps } from './defaults-file.js';
import { keepKnownGood, knownGoodNeeds } from './known-good.js';
import { loaderRefusal } from './loader-refusal.js';
import { lateFault } from './late-defaults.js';
import { fileText, isDebian, running } from './places.js';
import type { Module, PlanContext, TaskPlan } from '../core/module.js';
import { failed, planned } from '../core/plan-result.js';

const args = z.strictObject({
  owner: name().default('rtprov'),
  set: kernelArgs('set').default([]),
  remove: kernelArgs('remove').default([]),
  lists: choice(['replace', 'merge']).default('replace'),
  state: choice(['present', 'absent']).default('present'),
  target_kernel: name().optional(),
  keep_known_good: bool().default(true),
});
export type KernelCmdlineArgs = z.infer<typeof args>;

function presentDefaults(context: PlanContext): GrubDefaults | string {
  try {
    return parseGrubDefaults(fileText(grubDefaultsPath, context));
  } catch (error) {
    if (!(error instanceof RtprovError)) throw error;
    return `${error.message}: ${error.hint ?? ''}`;
  }
}

function wantedOwner(given: KernelCmdlineArgs, others: readonly KernelArg[]): ArgOwner {
  return {
    owner: given.owner,
    set: given.lists === 'merge' ? given.set.map((arg) => mergedArg(others, arg)) : given.set,
    remove: given.remove.map(({ name: named, value }) => ({
      name: named,
      ...(value === undefined ? {} : { value }),
    })),
  };
}

/** The file's text: what grub-mkconfig reads, and for people the line that comes of it; or why it cannot be written. */
function textOf(
  defaults: GrubDefaults,
  note: string,
  line: string,
  present: readonly KernelArg[],
): { readonly text: string } | string {
  try {
    return { text: `${renderGrubDefaults(defaults, present)}# ${note}\n#   ${line}\n` };
  } catch (error) {
    if (!(error instanceof RtprovError)) throw error;
    return error.message;
  }
}

function plan(given: KernelCmdlineArgs, context: PlanContext): TaskPlan {
  const other = loaderRefusal(context);
  if (other !== undefined && given.state === 'present') return failed(other);
  const present = presentDefaults(context);
  if (typeof present === 'string') return failed(present);
  const place = cmdlinePlace(present, given.target_kernel, context);
  if (typeof place === 'string') return failed(place);
  const others = withoutOwner(present.owners, given.owner);
  const mine = wantedOwner(given, lineArgs(place.lineOf(others)));
  const isEmpty = given.state === 'absent' || mine.set.length + mine.remove.length === 0;
  const owners = isEmpty ? others : withOwner(present.owners, mine);
  const line = place.lineOf(owners);
  const changes = place.changes(owners);
  if (typeof changes === 'string') return failed(changes);
  const { kept, entries } = changes;
  const lines = [line, ...Object.values(entries)];
  const faults = lineFaults(owners, isEmpty ? undefined : mine, lines, place.present, context);
  if (faults.errors !== undefined) return failed(faults.errors);
  const result = {
    line,
    args: wantedArgs(owners).map(({ text }) => text),
    before: place.before,
    ...(Object.keys(entries).length === 0 ? {} : { entries }),
  };
  const known = given.keep_known_good ? keepKnownGood(context) : ({ type: 'none' } as const);
  const wanted: GrubDefaults = {
    ...present,
    owners,
    ...(known.type === 'none' ? {} : { saved: true }),
    kept,
  };
  const nothing = owners.length === 0 && present.saved !== true;
  const file = nothing
    ? { text: undefined }
    : textOf(wanted, place.note, line, baseArgs(context.state('boot', running.name).grubLines));
  if (typeof file === 'string') return failed(file, result);
  const late = nothing ? undefined : lateFault(wanted, context);
  if (late !== undefined) return failed(late, result);
  const defaults = defaultsSteps(file.text, context);
  if (typeof defaults === 'string') return failed(defaults, result);
  // Keep our file while any argument is ours.
  const steps = nothing ? [...changes.steps, ...defaults] : [...defaults, ...changes.steps];
  const unknown = given.target_kernel === undefined ? [] : unknownArgWarnings(mine.set, given.target_kernel);
  const warnings = [...faults.warnings, ...unknown.map(({ summary, detail }) => `${summary}: ${detail}`)];
  if (steps.length === 0) return planned([], result, { warnings });
  if (known.type === 'refused') return failed(known.why, result);
  return planned([...(known.type === 'kept' ? known.steps : []), ...steps], result, { warnings });
}

export const kernelCmdline: Module<KernelCmdlineArgs> = {
  name: 'kernel_cmdline',
  fullNames: ['rtprov.boot.kernel_cmdline'],
  barrier: false,
  args,
  aliases: { set: ['args', 'arguments'] },
  doc: {
    summary:
      "Sets and removes arguments of the kernel's command line: in GRUB's menu through a separate file that overrides the distribution's, and on the RHEL family also in each kernel's entry (docs/adr/0007-kernel-arguments-in-entries.md). Not tested on machines of the RHEL and SUSE families.",
    args: {
      owner:
        'The owner of these arguments. A task replaces or removes only arguments of its own owner. Default: rtprov.',
      set: 'Arguments, `NAME` or `NAME=VALUE`, one per item. Each replaces all others with its name. Exceptions: names that may be repeated (console, ip, rd.luks.*, intel_iommu, pci and others, as the kernel, dracut and systemd document them) keep the values for other things, and an unknown name that the line has several times keeps all its values.',
      remove: 'Arguments to remove, whoever set them: `NAME`, or `NAME=VALUE` for that value only.',
      lists:
        'What happens to CPU lists and comma lists that the line already has: `replace` them, or `merge` them with the new ones. Default: replace.',
      state: '`present`, or `absent` to remove all arguments of this owner. Default: present.',
      target_kernel:
        'The release of the kernel that will boot; arguments that it does not know give a warning.',
      keep_known_good:
        'Whether the running kernel with its arguments is first kept as a separate menu entry and as the default. Default: true.',
    },
    examples: [
      '- kernel_cmdline:\n    owner: isolation\n    set: ["isolcpus=managed_irq,domain,2-7", "nohz_full=2-7"]\n    remove: [quiet]\n  notify: Make the boot menu',
    ],
  },
  // Elsewhere it is what is on the machine that says.
  touches: (_given, facts) => (isDebian(facts) ? [{ kind: 'file', name: grubDefaultsPath }] : undefined),
  needs: (_given, context) => [
    ...knownGoodNeeds(context),
    ...defaultsRequests(context.facts),
    ...blsRequests(context),
  ],
  plan,
};
