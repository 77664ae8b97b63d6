/** `wait_for_connection`: until the target can be reached. */
import * as z from 'zod';
import { float, int } from '../args/types.js';
import type { Module } from '../core/module.js';

const args = z.strictObject({
  timeout: int({ min: 0 }).default(600),
  connect_timeout: int({ min: 1 }).default(5),
  sleep: float().default(1),
  delay: float().default(0),
});
export type WaitForConnectionArgs = z.infer<typeof args>;

export const waitForConnection: Module<WaitForConnectionArgs> = {
  name: 'wait_for_connection',
  fullNames: ['ansible.builtin.wait_for_connection', 'ansible.legacy.wait_for_connection'],
  barrier: true,
  endsAtTimeout: true,
  offline: true,
  args,
  aliases: {},
  doc: {
    summary: 'Waits until the target can be reached over a new connection.',
    args: {
      timeout: 'How long to wait at most, in seconds. Default: 600.',
      connect_timeout: 'How long one attempt may take, in seconds. Default: 5.',
      sleep: 'How long to wait between attempts, in seconds. Default: 1.',
      delay: 'How long to wait before the first attempt, in seconds. Default: 0.',
    },
    examples: ['- wait_for_connection:\n    delay: 10\n    timeout: 300'],
  },
  needs: () => [],
  plan: (given) => ({
    type: 'controller',
    operation: {
      op: 'wait_for_connection',
      timeoutSeconds: given.timeout,
      connectTimeoutSeconds: given.connect_timeout,
      sleepSeconds: given.sleep,
      delaySeconds: given.delay,
    },
  }),
};
