/** `grub_menu`: makes GRUB's menu anew. */
import * as z from 'zod';
import { raw } from '../shell/shell.js';
import type { Module } from './module.js';

const args = z.strictObject({});
export type GrubMenuArgs = z.infer<typeof args>;

export const grubMenu: Module<GrubMenuArgs> = {
  name: 'grub_menu',
  fullNames: ['rtprov.boot.grub_menu'],
  barrier: true,
  args,
  aliases: {},
  doc: {
    summary:
      "Makes GRUB's menu anew (grub-mkconfig). The new file takes the old one's place in one step, so that a power cut never meets a half one. Say `touches: [/boot/grub/grub.cfg]` (/boot/grub2/grub.cfg on the families of RHEL and SUSE), so that undo puts the old one back. Nothing else is changed: RHEL's environment block, kernel entries and the default stay as they are.",
    args: {},
    examples: ['- grub_menu:\n  touches: [/boot/grub/grub.cfg]'],
  },
  needs: () => [],
  plan: () => ({
    type: 'command',
    command: {
      script: raw('rtp_grub_menu'),
      shown: 'update-grub',
      result: ({ status, stdout, stderr }) => ({
        changed: stdout.toString('utf8').includes('changed'),
        failed: status !== 0,
        ...(status === 0 ? {} : { msg: stderr.toString('utf8').trim() }),
        result: { rc: status, stderr: stderr.toString('utf8').trim() },
      }),
    },
  }),
};
