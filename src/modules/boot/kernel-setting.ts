/** `kernel_setting`: the live value of a setting of the kernel in a file of sysfs, a cgroup, debugfs or /proc/irq. */
import * as z from 'zod';
import { canonicalText } from '../../resources/kernel-setting/canon.js';
import { isPattern, pathFault } from '../../resources/kernel-setting/path.js';
import type { KernelSettingState } from '../../resources/kernel-setting/state.js';
import { ArgFault, argument, choice, path, readStr } from '../args/types.js';
import type { Module, NeedsContext, Step, TaskPlan } from '../core/module.js';
import { failed, planned, unchanged } from '../core/plan-result.js';
import { forms, WishFault, wishedText, type WishedValue } from './kernel-setting-wish.js';

const value = argument<WishedValue>({ type: 'str' }, (given) => {
  const text = readStr(given);
  if (text instanceof ArgFault) return text;
  return /[^\t -~]/.test(text)
    ? new ArgFault('plain text on one line')
    : { text, isNumber: typeof given === 'number' };
});

const args = z.strictObject({
  path: path(),
  value,
  form: choice(forms).default('auto'),
  state: choice(['present', 'if_present']).default('present'),
});
type KernelSettingArgs = z.infer<typeof args>;

const idOf = (name: string) => ({ kind: 'kernel_setting', name }) as const;

/** The files that the path stands for, as far as they are read. */
function pathsOf(given: KernelSettingArgs, context: NeedsContext): readonly string[] {
  if (!isPattern(given.path)) return [given.path];
  return context.has(idOf(given.path)) ? (context.state('kernel_setting', given.path).matches ?? []) : [];
}

/** Why the file has no value to compare and to put back. */
function unusable(file: string, { why, reason }: KernelSettingState): TaskPlan {
  const debugfs = file.startsWith('/sys/kernel/debug/');
  switch (why) {
    case 'absent': {
      const hint = debugfs
        ? 'perhaps debugfs is not mounted'
        : 'perhaps the kernel is built without it, or the kernel module that provides it is not loaded';
      const msg = `the running kernel has no ${file}: ${hint} (state: if_present leaves it out)`;
      return { type: 'failed', msg, afterPending: true };
    }
    case 'not-a-file':
      return failed(`${file} is a folder, a device or a symbolic link, and no file that holds a setting`);
    case 'outside':
      return failed(`${file} is not a setting: a link in its path leads out of /sys and /proc/irq`);
    case 'unreadable': {
      const lockdown =
        debugfs && reason === 'Operation not permitted'
          ? '. The kernel is locked down (Secure Boot, or `lockdown=`), which closes debugfs'
          : '';
      return failed(
        `${file} cannot be read${reason === undefined ? '' : `: ${reason}`}, so its value can be neither compared nor put back${lockdown}`,
      );
    }
    default:
      return failed(`${file} does not hold one line of plain text, so it is not a setting`);
  }
}

/** What has to be done for one file, or why it cannot be done; neither where there is nothing to do. */
interface FilePlan {
  readonly step?: Step;
  readonly fault?: TaskPlan;
}

function planFile(
  file: string,
  present: KernelSettingState,
  { value: wished, form, state }: KernelSettingArgs,
): FilePlan {
  if (present.value === undefined)
    return present.why === 'absent' && state === 'if_present' ? {} : { fault: unusable(file, present) };
  const text = wishedText(file, form, wished, present.value);
  if (text instanceof WishFault) {
    const msg = `"${wished.text}" is not a value for ${file}: ${text.message}. It is "${present.value}" now`;
    return { fault: failed(msg) };
  }
  if (canonicalText(text) === canonicalText(present.value)) return {};
  if (!present.writable)
    return { fault: failed(`${file} is read-only here (a container?): it stays "${present.value}"`) };
  return { step: { type: 'change', id: idOf(file), to: { value: text, writable: true } } };
}

export const kernelSetting: Module<KernelSettingArgs> = {
  name: 'kernel_setting',
  fullNames: ['rtprov.kernel_setting'],
  barrier: false,
  args,
  aliases: {},
  doc: {
    summary:
      'Sets a setting of the running kernel in a file below /sys or /proc/irq. A boot brings back what the kernel begins with. Parameters below /proc/sys are for `sysctl`.',
    args: {
      path: 'The file, or a pattern with `*` for several: /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor.',
      value:
        'Its value. Masks, and words such as on and off, are put in quotes. Lists, masks and numbers are compared by what they mean.',
      form: 'How it is written: `cpu_list` (0-3,8), `mask` (hexadecimal), `number`, `choice` (one of the words that the file lists) or `word`. Default: auto, from the path and the present value.',
      state:
        '`present`: the file must be there. `if_present`: nothing is done where the running kernel has none. Default: present.',
    },
    examples: [
      "- kernel_setting:\n    path: /proc/irq/default_smp_affinity\n    value: '3'",
      '- kernel_setting:\n    path: /sys/kernel/mm/transparent_hugepage/enabled\n    value: never\n    state: if_present',
      '- kernel_setting:\n    path: /sys/kernel/debug/sched/fair_server/cpu*/runtime\n    value: 0\n    form: number\n    state: if_present',
    ],
  },
  touches: ({ path: file }) => (typeof file === 'string' && !isPattern(file) ? [idOf(file)] : undefined),
  needs(given, context) {
    if (pathFault(given.path) !== undefined) return [];
    return [...(isPattern(given.path) ? [idOf(given.path)] : []), ...pathsOf(given, context).map(idOf)];
  },
  plan(given, context) {
    const fault = pathFault(given.path);
    if (fault !== undefined)
      return failed(`${JSON.stringify(given.path)} is not the path of a setting of the kernel: ${fault}`);
    const files = pathsOf(given, context);
    if (files.length === 0) {
      const msg = `the running kernel has no file ${given.path}`;
      return given.state === 'if_present'
        ? unchanged({ path: given.path, value: given.value.text, paths: [] }, msg)
        : { type: 'failed', msg: `${msg} (state: if_present leaves it out)`, afterPending: true };
    }
    const steps: Step[] = [];
    for (const file of files) {
      const { step, fault: why } = planFile(file, context.state('kernel_setting', file), given);
      if (why !== undefined) return why;
      if (step !== undefined) steps.push(step);
    }
    const paths = files.filter((file) => context.state('kernel_setting', file).value !== undefined);
    return planned(steps, { path: given.path, value: given.value.text, paths });
  },
};
