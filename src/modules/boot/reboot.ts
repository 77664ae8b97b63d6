/** `reboot`: restarts the target and waits for it. */
import * as z from 'zod';
import { bool, choice, ignored, int, list, listOfWhole, name, str } from '../args/types.js';
import { placeRequests } from './places.js';
import { planTrial, type WantedTrial } from './plan-trial.js';
import type { Module, TaskPlan } from '../core/module.js';

const args = z.strictObject({
  reboot_timeout: int({ min: 1 }).default(600),
  pre_reboot_delay: int({ min: 0 }).default(0),
  post_reboot_delay: int({ min: 0 }).default(0),
  connect_timeout: int({ min: 1 }).default(5),
  test_command: name().default('whoami'),
  msg: name().default('Reboot initiated by rtprov'),
  reboot_command: name().optional(),
  trial: bool().default(false),
  kernel: str().optional(),
  realtime: bool().default(false),
  args: listOfWhole().default([]),
  absent_args: list().default([]),
  checks: listOfWhole().default([]),
  confirm_within: int({ min: 60 }).default(600),
  panic: int({ min: 1 }).default(30),
  watchdog: choice(['auto', 'none']).default('auto'),
  without_grubenv: choice(['refuse', 'userspace']).default('refuse'),
  max_rebooting: int({ min: 1 }).optional(),
  boot_time_command: ignored('The boot id of the kernel shows that it is a new boot.'),
  search_paths: ignored('systemctl is used.'),
});
export type RebootArgs = z.infer<typeof args>;

export const reboot: Module<RebootArgs> = {
  name: 'reboot',
  fullNames: ['ansible.builtin.reboot', 'ansible.legacy.reboot'],
  barrier: true,
  args,
  aliases: {
    reboot_timeout: ['reboot_timeout_sec'],
    pre_reboot_delay: ['pre_reboot_delay_sec'],
    post_reboot_delay: ['post_reboot_delay_sec'],
    connect_timeout: ['connect_timeout_sec'],
  },
  doc: {
    summary: 'Restarts the target, and waits until it answers after the new boot.',
    args: {
      reboot_timeout:
        'How long to wait for the new boot, and then for `test_command`, in seconds. Default: 600.',
      pre_reboot_delay: 'How long to wait before, in seconds. Default: 0.',
      post_reboot_delay: 'How long to wait before the first attempt to connect, in seconds. Default: 0.',
      connect_timeout: 'How long one attempt may take, in seconds. Default: 5.',
      test_command: 'A command that must succeed after the boot. Default: whoami.',
      msg: 'The message that users of the target see. Default: Reboot initiated by rtprov.',
      reboot_command: "The command that restarts the target. Default: systemd's.",
      trial:
        'Whether this is a trial boot. It is done only when the machine does not have `kernel`, `realtime`, `args` yet. It is kept only when the machine has them afterwards; otherwise the whole run is undone. See docs/trial-boot.md. Default: false.',
      kernel: 'With `trial`: the kernel release that has to run. Default: the running one.',
      realtime: 'With `trial`: whether it has to be a PREEMPT_RT kernel. Default: false.',
      args: 'With `trial`: kernel arguments that have to be in effect, one per item.',
      absent_args: 'With `trial`: names of kernel arguments that must be absent.',
      checks: 'With `trial`: commands that have to succeed after the boot.',
      confirm_within:
        'With `trial`: how long the machine waits for its confirmation, in seconds from the start of its kernel. Default: 600.',
      panic: 'With `trial`: seconds after which a kernel that panics resets the machine. Default: 30.',
      watchdog: 'With `trial`: `auto` arms a watchdog, `none` does not. Default: auto.',
      without_grubenv:
        'With `trial`: what to do when GRUB cannot write its environment block: `refuse`, or `userspace`. Default: refuse.',
      max_rebooting:
        'With `trial`: how many hosts may be on trial at the same time. After a failed trial no other trial starts. Default: no limit.',
      boot_time_command: 'Accepted; the boot id of the kernel is compared.',
      search_paths: 'Accepted, but has no effect.',
    },
    examples: [
      '- reboot:\n    reboot_timeout: 900',
      '- reboot:\n    trial: true\n    kernel: "{{ kernel.release }}"\n    realtime: true\n    args: "{{ rt_kernel_args }}"\n    checks: [systemctl is-active sshd]',
    ],
  },
  needs: (given, context) => (given.trial ? placeRequests(context.facts) : []),
  plan: (given, context) => (given.trial ? planTrial(trialOf(given), context) : plainReboot(given)),
};

function trialOf(given: RebootArgs): WantedTrial {
  return {
    kernel: given.kernel,
    realtime: given.realtime,
    args: given.args,
    absentArgs: given.absent_args,
    checks: given.checks,
    confirmWithinSeconds: given.confirm_within,
    panicSeconds: given.panic,
    watchdog: given.watchdog,
    withoutGrubenv: given.without_grubenv,
    maxRebooting: given.max_rebooting,
    timeoutSeconds: given.reboot_timeout,
    connectTimeoutSeconds: given.connect_timeout,
  };
}

function plainReboot(given: RebootArgs): TaskPlan {
  return {
    type: 'controller',
    operation: {
      op: 'reboot',
      timeoutSeconds: given.reboot_timeout,
      preDelaySeconds: given.pre_reboot_delay,
      postDelaySeconds: given.post_reboot_delay,
      connectTimeoutSeconds: given.connect_timeout,
      testCommand: given.test_command,
      message: given.msg,
      ...(given.reboot_command === undefined ? {} : { command: given.reboot_command }),
    },
  };
}
