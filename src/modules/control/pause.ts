/** `pause`: waits, for a time or for a person. */
import * as z from 'zod';
import { bool, float, str } from '../args/types.js';
import type { Module } from '../core/module.js';

const args = z.strictObject({
  seconds: float().optional(),
  minutes: float().optional(),
  prompt: str().optional(),
  echo: bool().default(true),
});
export type PauseArgs = z.infer<typeof args>;

export const pause: Module<PauseArgs> = {
  name: 'pause',
  fullNames: ['ansible.builtin.pause', 'ansible.legacy.pause'],
  barrier: true,
  endsAtTimeout: true,
  offline: true,
  args,
  aliases: {},
  rules: [{ type: 'exclusive', args: ['seconds', 'minutes'] }],
  doc: {
    summary:
      'Waits for some time, or for a person at the controller. The typed text is `user_input` in the result.',
    args: {
      seconds: 'How long, in seconds. Without this and `minutes`, the task waits for a person.',
      minutes: 'How long.',
      prompt: 'The question to the person.',
      echo: 'Whether the typed text is shown. Default: true.',
    },
    examples: ["- pause:\n    prompt: 'Switch the governor in the BIOS, then press Enter'"],
  },
  needs: () => [],
  plan(given) {
    const seconds = given.seconds ?? (given.minutes === undefined ? undefined : given.minutes * 60);
    return {
      type: 'controller',
      operation: {
        op: 'pause',
        echo: given.echo,
        ...(seconds === undefined ? {} : { seconds: Math.max(0, seconds) }),
        ...(given.prompt === undefined ? {} : { prompt: given.prompt }),
      },
    };
  },
};
