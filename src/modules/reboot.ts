/** `reboot`: restarts the target and waits for it. */
import * as z from 'zod';
import { ignored, int, name } from './args/types.js';
import type { Module } from './module.js';

const args = z.strictObject({
  reboot_timeout: int({ min: 1 }).default(600),
  pre_reboot_delay: int({ min: 0 }).default(0),
  post_reboot_delay: int({ min: 0 }).default(0),
  connect_timeout: int({ min: 1 }).default(5),
  test_command: name().default('whoami'),
  msg: name().default('Reboot initiated by rtprov'),
  reboot_command: name().optional(),
  boot_time_command: ignored('The boot id of the kernel tells that it is another boot.'),
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
    summary: 'Restarts the target, and waits until another boot of it answers.',
    args: {
      reboot_timeout:
        'How long to wait for the new boot, and then for `test_command`, in seconds. Default: 600.',
      pre_reboot_delay: 'How long to wait before, in seconds. Default: 0.',
      post_reboot_delay: 'How long to wait before the first attempt to connect, in seconds. Default: 0.',
      connect_timeout: 'How long one attempt may take, in seconds. Default: 5.',
      test_command: 'A command that must succeed after the boot. Default: whoami.',
      msg: 'What users of the target are told. Default: Reboot initiated by rtprov.',
      reboot_command: "The command that restarts. Default: systemd's.",
      boot_time_command: 'Accepted; the boot id of the kernel is compared.',
      search_paths: 'Accepted; without effect.',
    },
    examples: ['- reboot:\n    reboot_timeout: 900'],
  },
  needs: () => [],
  plan: (given) => ({
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
  }),
};
