/** `rt_kernel`: the distribution's real-time kernel. */
import * as z from 'zod';
import { grubDefaultsPath, parseGrubDefaults, renderGrubDefaults } from '../../rt/boot/grub-defaults.js';
import { baseArgs } from '../../rt/boot/menu-line.js';
import { entryPath, normalEntry } from '../../rt/boot/grub-menu.js';
import { kernelPackages } from '../../rt/kernel/kernel-packages.js';
import { debianRelease, suseRelease } from '../../rt/kernel/kernel-release.js';
import { versionsOf } from '../../resources/package/name.js';
import type { BootState } from '../../resources/boot/state.js';
import type { TransactionState } from '../../resources/transaction/state.js';
import { bool, choice, int, list } from '../args/types.js';
import { defaultsRequests, defaultsSteps } from './defaults-file.js';
import { lateDefaultFault } from './late-defaults.js';
import { keepKnownGood, knownGoodNeeds } from './known-good.js';
import { fileText, madeEntries, running } from './places.js';
import type { Module, NeedsContext, PlanContext, Step, TaskPlan } from '../core/module.js';
import { packageNeeds, planPackages, transactionOf, type WantedPackages } from '../packages/plan-packages.js';
import { failed } from '../core/plan-result.js';

const args = z.strictObject({
  packages: list().optional(),
  kvm: choice(['required', 'warn', 'ignore']).default('warn'),
  boot_room_mb: int({ min: 0 }).default(150),
  update_cache: bool().optional(),
  cache_valid_time: int({ min: 0 }).default(0),
  keep_known_good: bool().default(true),
});
export type RtKernelArgs = z.infer<typeof args>;

function systemOf(context: Pick<NeedsContext, 'facts'>, boot: BootState) {
  return {
    id: context.facts.osId,
    machine: boot.machine,
    ...(boot.osVersion === undefined ? {} : { versionId: boot.osVersion }),
  };
}

/** An empty list is none: so roles can have it as a default. */
function isGiven(given: RtKernelArgs): given is RtKernelArgs & { readonly packages: readonly string[] } {
  return given.packages !== undefined && given.packages.length > 0;
}

function packagesOf(given: RtKernelArgs, context: Pick<NeedsContext, 'facts' | 'state'>): readonly string[] {
  if (isGiven(given)) return given.packages;
  const known = kernelPackages(systemOf(context, context.state('boot', running.name)));
  return [...(known?.packages ?? []), ...(given.kvm === 'required' ? (known?.kvmPackages ?? []) : [])];
}

function wantedOf(given: RtKernelArgs, names: readonly string[]): WantedPackages {
  return {
    names,
    state: 'present',
    updateCache: given.update_cache === true || given.cache_valid_time > 0,
    cacheValidSeconds: given.cache_valid_time,
    purge: false,
    autoremove: false,
    onlyUpgrade: false,
    allowDowngrade: false,
  };
}

/** The release that new packages bring. */
function comingRelease(changes: TransactionState['changes'], named: readonly string[]): string | undefined {
  const [known] = named;
  if (known !== undefined) return known;
  for (const { name, from, to } of changes) {
    const old = versionsOf(from);
    const fresh = versionsOf(to).find((version) => !old.includes(version));
    const release = debianRelease(name) ?? (fresh === undefined ? undefined : suseRelease(name, fresh));
    if (release !== undefined) return release;
  }
  return undefined;
}

/** The release that installed packages bring. */
function installedRelease(names: readonly string[], boot: BootState): string | undefined {
  for (const name of names) {
    const bare = name.split(/[=/:]/)[0] ?? '';
    const own = debianRelease(bare);
    if (own !== undefined) return own;
    // RHEL's kernel-rt only leads to kernel-rt-core. Of several kernels the newest is the last.
    const needs = boot.kernelPackages
      .filter((one) => [bare, `${bare}-core`].includes(one.name))
      .at(-1)?.depends;
    const needed = /^release (\S+)$/.exec(needs ?? '')?.[1] ?? debianRelease(needs ?? '');
    if (needed !== undefined) return needed;
  }
  return undefined;
}

/** Why the kernel should not be installed here; `warnings` where it may. */
function preflight(
  given: RtKernelArgs,
  boot: BootState,
): { readonly refusal?: string; readonly warnings: readonly string[] } {
  const needed = given.boot_room_mb * 1024;
  if (boot.bootFreeKb < needed) {
    const free = Math.floor(boot.bootFreeKb / 1024);
    return {
      refusal: `/boot has ${free} MiB free, and a kernel with its initramfs may need ${given.boot_room_mb}. Free some space, or set boot_room_mb to the size that it needs here.`,
      warnings: [],
    };
  }
  if (given.kvm === 'ignore' || boot.machine !== 'x86_64' || boot.flags.includes('constant_tsc'))
    return { warnings: [] };
  // arch/x86/kvm/x86.c of the RT patches: "RT requires X86_FEATURE_CONSTANT_TSC".
  const why =
    'this CPU does not have the flag constant_tsc, and without it KVM does not load under a real-time kernel';
  return given.kvm === 'required'
    ? { refusal: `${why}: the machine cannot be a host of real-time guests`, warnings: [] }
    : { warnings: [why] };
}

/** Pinned before the kernel's package rebuilds the menu: by itself GRUB boots whatever sorts first. */
function pin(context: PlanContext): readonly Step[] | string {
  const kept = keepKnownGood(context);
  if (kept.type === 'refused') return kept.why;
  if (kept.type === 'none') return [];
  const late = lateDefaultFault(context);
  if (late !== undefined) return late;
  const text = fileText(grubDefaultsPath, context);
  const defaults = parseGrubDefaults(text);
  const file = defaultsSteps(
    defaults.saved === true
      ? text
      : renderGrubDefaults(
          { ...defaults, saved: true },
          baseArgs(context.state('boot', running.name).grubLines),
        ),
    context,
  );
  return typeof file === 'string' ? file : [...kept.steps, ...file];
}

function plan(given: RtKernelArgs, context: PlanContext): TaskPlan {
  const boot = context.state('boot', running.name);
  const names = packagesOf(given, context);
  if (names.length === 0) {
    const known = kernelPackages(systemOf(context, boot));
    return failed(
      `no real-time kernel is known for ${context.facts.osId} ${boot.osVersion ?? ''} on ${boot.machine}${known?.needs === undefined ? '' : `: ${known.needs}`}. Name its package in \`packages\`.`,
    );
  }
  const wanted = wantedOf(given, names);
  const install = planPackages(wanted, context);
  if (install.type === 'failed') {
    const needs = isGiven(given) ? undefined : kernelPackages(systemOf(context, boot))?.needs;
    return needs === undefined ? install : { ...install, msg: `${install.msg}. It comes with ${needs}.` };
  }
  if (install.type !== 'states') return install;
  const transaction = transactionOf(wanted, context);
  const coming = transaction?.changes ?? [];
  const release = comingRelease(coming, transaction?.kernels ?? []) ?? installedRelease(names, boot);
  const entry = release === undefined ? undefined : normalEntry(madeEntries(context), release);
  const result = {
    ...install.result,
    release: release ?? '',
    entry: entry === undefined ? '' : entryPath(entry),
    kernel_packages: names,
  };
  if (coming.length === 0) return { ...install, result };
  const { refusal, warnings } = preflight(given, boot);
  if (refusal !== undefined) return failed(refusal, result);
  const pinned = given.keep_known_good ? pin(context) : [];
  if (typeof pinned === 'string') return failed(pinned, result);
  return {
    ...install,
    result,
    steps: [...pinned, ...install.steps],
    warnings: [...warnings, ...(install.warnings ?? [])],
  };
}

export const rtKernel: Module<RtKernelArgs> = {
  name: 'rt_kernel',
  fullNames: ['rtprov.boot.rt_kernel'],
  barrier: false,
  args,
  aliases: { packages: ['name'] },
  doc: {
    summary:
      "Installs the distribution's PREEMPT_RT kernel. First the running kernel is kept as a separate menu entry and as GRUB's default. The new kernel boots only on trial (`reboot` with `trial`).",
    args: {
      packages:
        "The packages of the kernel. Default: the packages that the distribution's documentation names.",
      kvm: 'Whether KVM has to work under it: `required` (also installs its modules, if they are in a separate package), `warn`, or `ignore` (in a guest). Default: warn.',
      boot_room_mb: 'Free space that /boot must have before, in MiB. Default: 150.',
      update_cache:
        'Whether to refresh the package lists first. `cache_valid_time` asks for it too. Default: false.',
      cache_valid_time:
        'Refresh the package lists only when they are older than this, in seconds. Default: 0, which refreshes them each time.',
      keep_known_good:
        'Whether the running kernel with its arguments is first kept as a separate menu entry and as the default. Default: true.',
    },
    examples: ['- rt_kernel:\n    kvm: required\n  register: kernel\n  notify: Make the boot menu'],
  },
  touches: () => undefined,
  needs(given, context) {
    const first = [...knownGoodNeeds(context), ...defaultsRequests(context.facts)];
    if (first.some((read) => !context.has(read))) return first;
    return [...first, ...packageNeeds(wantedOf(given, packagesOf(given, context)), context)];
  },
  plan,
};
