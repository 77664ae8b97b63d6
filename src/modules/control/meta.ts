/** `meta`: what the engine itself does. */
import * as z from 'zod';
import { choice } from '../args/types.js';
import type { Module } from '../core/module.js';

const args = z.strictObject({
  action: choice([
    'flush_handlers',
    'end_play',
    'end_host',
    'end_batch',
    'clear_facts',
    'clear_host_errors',
    'noop',
    'reset_connection',
  ]),
});
export type MetaArgs = z.infer<typeof args>;

export const meta: Module<MetaArgs> = {
  name: 'meta',
  fullNames: ['ansible.builtin.meta', 'ansible.legacy.meta'],
  barrier: true,
  offline: true,
  uncounted: true,
  args,
  aliases: { action: ['free_form', '_raw_params'] },
  freeForm: 'action',
  doc: {
    summary: 'Controls the run itself.',
    args: {
      action:
        '`flush_handlers` runs the notified handlers now; `end_host`, `end_batch` and `end_play` end the play for the host, the batch or all; `clear_facts` removes the facts of the host; `clear_host_errors` lets hosts that failed or were unreachable take part again from the next play on, and they no longer count for the exit code; `reset_connection` connects again; `noop` does nothing. Text directly after `meta:` is this argument.',
    },
    examples: ['- meta: flush_handlers'],
  },
  needs: () => [],
  plan: (given) => ({ type: 'controller', operation: { op: 'meta', action: given.action } }),
};
