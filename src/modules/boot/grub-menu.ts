/** `grub_menu`: rebuilds GRUB's menu. */
import * as z from 'zod';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { grubDefaultsPath, parseGrubDefaults } from '../../rt/boot/grub-defaults.js';
import { promiseOf, promiseText } from '../../rt/boot/menu-promise.js';
import { sh } from '../../shell/shell.js';
import { placeRequests, fileText } from './places.js';
import { loaderRefusal } from './loader-refusal.js';
import { lateFault } from './late-defaults.js';
import { fileRequest } from '../files/follow.js';
import type { Module, PlanContext, TaskPlan } from '../core/module.js';
import { failed } from '../core/plan-result.js';

const args = z.strictObject({});
export type GrubMenuArgs = z.infer<typeof args>;

/** What the file of defaults promises of the menu; a file that was edited by hand promises nothing that could be read. */
function plan(_given: GrubMenuArgs, context: PlanContext): TaskPlan {
  const other = loaderRefusal(context);
  if (other !== undefined) return failed(other);
  let promise: string;
  try {
    const defaults = parseGrubDefaults(fileText(grubDefaultsPath, context));
    const fault = lateFault(defaults, context);
    if (fault !== undefined) return failed(fault);
    promise = promiseText(promiseOf(defaults));
  } catch (error) {
    if (!(error instanceof RtprovError)) throw error;
    return failed(`${error.message}: ${error.hint ?? ''}`);
  }
  return {
    type: 'command',
    command: {
      script: promise === '' ? sh`rtp_grub_menu` : sh`rtp_grub_menu ${promise}`,
      shown: 'update-grub',
      result: ({ status, stdout, stderr }) => ({
        changed: stdout.toString('utf8').includes('changed'),
        failed: status !== 0,
        ...(status === 0 ? {} : { msg: stderr.toString('utf8').trim() }),
        result: { rc: status, ...(status === 0 ? { stderr: stderr.toString('utf8').trim() } : {}) },
      }),
    },
  };
}

export const grubMenu: Module<GrubMenuArgs> = {
  name: 'grub_menu',
  fullNames: ['rtprov.boot.grub_menu'],
  barrier: true,
  args,
  aliases: {},
  doc: {
    summary:
      "Rebuilds GRUB's menu (grub-mkconfig), and compares it with what `kernel_cmdline` planned: the arguments of the usual entries, and the saved entry as the default while a known-good entry is kept. A menu that differs fails the task and is not put in place. The new file replaces the old one in one step, so a power failure never leaves an incomplete file. Write `touches: [/boot/grub/grub.cfg]` (/boot/grub2/grub.cfg on the RHEL and SUSE families), so that undo restores the old file. Nothing else is changed: RHEL's environment block, kernel entries and the default are not changed.",
    args: {},
    examples: ['- grub_menu:\n  touches: [/boot/grub/grub.cfg]'],
  },
  needs: (_given, context) => [...placeRequests(context.facts), fileRequest(grubDefaultsPath, 'content')],
  plan,
};
