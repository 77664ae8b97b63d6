/** Whether a machine has to boot on trial, and what the plan says of it. */
import type { BootState } from '../../resources/boot/state.js';
import { argsNamed, parseKernelLine, sameArg } from '../../rt/args/kernel-args.js';
import { realtime } from '../../rt/kernel/kernel-log.js';
import { trialMarker } from '../../rt/boot/trial-names.js';
import type { WatchdogPlan } from '../core/controller-operation.js';
import type { PlanContext, TaskPlan } from '../core/module.js';
import { failed, skipped, unchanged } from '../core/plan-result.js';
import { loaderRefusal } from './loader-refusal.js';
import { running } from './places.js';

export interface WantedTrial {
  readonly kernel?: string | undefined;
  readonly realtime: boolean;
  readonly args: readonly string[];
  readonly absentArgs: readonly string[];
  readonly checks: readonly string[];
  readonly confirmWithinSeconds: number;
  readonly panicSeconds: number;
  readonly watchdog: 'auto' | 'none';
  readonly withoutGrubenv: 'refuse' | 'userspace';
  readonly maxRebooting?: number | undefined;
  readonly timeoutSeconds: number;
  readonly connectTimeoutSeconds: number;
}

/** What of the wanted state the running machine does not show. Whether it is in effect is checked after the boot. */
export function missing(wanted: WantedTrial, boot: BootState): readonly string[] {
  const { args } = parseKernelLine(boot.cmdline);
  const reasons: string[] = [];
  if (wanted.kernel !== undefined && wanted.kernel !== '' && wanted.kernel !== boot.release)
    reasons.push(`the running kernel is ${boot.release}, not ${wanted.kernel}`);
  if (wanted.realtime && !realtime(boot.version, boot.files['/sys/kernel/realtime']).realtime)
    reasons.push('the running kernel is not a real-time kernel');
  for (const arg of parseKernelLine(wanted.args.join(' ')).args) {
    if (!argsNamed(args, arg.name).some((other) => sameArg(other, arg)))
      reasons.push(`the kernel was booted without ${arg.text}`);
  }
  for (const name of wanted.absentArgs) {
    if (argsNamed(args, name).length > 0) reasons.push(`the kernel was booted with ${name}`);
  }
  return reasons;
}

/**
 * Whether GRUB can take the trial's entry out of its environment block before it boots it. It writes blocks that it looked up in a
 * plain file system; what is on LVM or RAID, or where file systems move blocks, it only reads (GRUB manual, "The GRUB
 * environment block").
 */
export function whyNotWritable(boot: BootState): string | undefined {
  if (boot.grubAbstractions.length > 0) return `it is on ${boot.grubAbstractions.join(' and ')}`;
  const fs = boot.grubFileSystem ?? '';
  return ['btrfs', 'zfs', 'f2fs', 'squash4', 'iso9660'].includes(fs) ? `it is on ${fs}` : undefined;
}

function watchdogOf(wanted: WantedTrial, boot: BootState): WatchdogPlan {
  if (wanted.watchdog === 'none') return { type: 'none' };
  if (boot.watchdogDevice) {
    const [module] = boot.watchdogModules;
    return module === undefined ? { type: 'hardware' } : { type: 'hardware', module };
  }
  const [module] = boot.watchdogModules;
  return module === undefined ? { type: 'software' } : { type: 'hardware', module };
}

function watchdogText(watchdog: WatchdogPlan): string {
  switch (watchdog.type) {
    case 'hardware':
      return `a watchdog device${watchdog.module === undefined ? '' : ` (${watchdog.module})`} resets it when it hangs`;
    case 'software':
      return 'NO WATCHDOG DEVICE: the kernel resets itself when its user space hangs (softdog); if the kernel itself hangs, somebody has to reset the machine';
    case 'none':
      return 'NO WATCHDOG: if the boot hangs, somebody has to reset the machine';
  }
}

export function planTrial(wanted: WantedTrial, context: PlanContext): TaskPlan {
  if (context.facts.container)
    return skipped('a container does not boot a kernel: it shares the kernel of its machine');
  const boot = context.state('boot', running.name);
  const { state, run = '' } = boot.trial ?? {};
  const onTrial = argsNamed(parseKernelLine(boot.cmdline).args, trialMarker).some(
    ({ value }) => value === run,
  );
  const reasons = [
    ...missing(wanted, boot),
    ...(state === 'armed' && !onTrial ? [`the trial boot that run ${run} prepared is still pending`] : []),
  ];
  const open = onTrial && (state === 'trial' || state === 'armed');
  const result = { rebooted: false, kernel: boot.release, elapsed: 0 };
  if (reasons.length === 0 && !open) return unchanged(result);
  const other = loaderRefusal(context);
  if (other !== undefined) return failed(other, result);
  if (boot.grubFileSystem === undefined)
    return failed('this machine has no GRUB, so no entry could be booted on trial', result);
  const unwritable = whyNotWritable(boot);
  if (unwritable !== undefined && wanted.withoutGrubenv === 'refuse') {
    return failed(
      `GRUB cannot write its environment block here, because ${unwritable}: an entry for one boot would be booted again after each reset, and after a kernel panic the machine would never return. Move /boot to a plain partition, or accept with \`without_grubenv: userspace\` that the machine can return only after the trial's user space has started.`,
      result,
    );
  }
  const watchdog = watchdogOf(wanted, boot);
  const shown =
    reasons.length === 0
      ? [`confirm the trial boot of run ${run}`]
      : [
          `reboot on trial${wanted.kernel === undefined || wanted.kernel === '' ? '' : ` into ${wanted.kernel}`}: ${reasons.join('; ')}`,
          `returns to ${boot.release} by itself unless confirmed within ${wanted.confirmWithinSeconds} s, after a panic in ${wanted.panicSeconds} s`,
          watchdogText(watchdog),
          ...(unwritable === undefined
            ? []
            : [
                `GRUB cannot write its environment block (${unwritable}): the trial's own user space removes its entry`,
              ]),
        ];
  return {
    type: 'controller',
    operation: {
      op: 'trial_reboot',
      reasons,
      shown,
      ...(wanted.kernel === undefined || wanted.kernel === '' ? {} : { kernel: wanted.kernel }),
      realtime: wanted.realtime,
      args: wanted.args,
      absentArgs: wanted.absentArgs,
      checks: wanted.checks,
      confirmWithinSeconds: wanted.confirmWithinSeconds,
      panicSeconds: wanted.panicSeconds,
      watchdog,
      ...(wanted.maxRebooting === undefined ? {} : { maxRebooting: wanted.maxRebooting }),
      timeoutSeconds: wanted.timeoutSeconds,
      connectTimeoutSeconds: wanted.connectTimeoutSeconds,
    },
  };
}
