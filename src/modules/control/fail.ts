/** `fail`: ends the host's run with a message. */
import * as z from 'zod';
import { any } from '../args/types.js';
import { contentText } from '../files/content-text.js';
import type { Module } from '../core/module.js';
import { failed } from '../core/plan-result.js';

const args = z.strictObject({ msg: any().default('Failed as requested from task') });
export type FailArgs = z.infer<typeof args>;

export const fail: Module<FailArgs> = {
  name: 'fail',
  fullNames: ['ansible.builtin.fail', 'ansible.legacy.fail'],
  barrier: false,
  offline: true,
  args,
  aliases: {},
  doc: {
    summary: 'Fails with a message.',
    args: { msg: 'The message. Default: Failed as requested from task' },
    examples: ["- fail:\n    msg: 'the host has no TSC'\n  when: not tsc_stable"],
  },
  needs: () => [],
  plan: (given) => failed(contentText(given.msg)),
};
