/** `raw`: text for the shell of the target. With rtprov it is `shell` without its arguments. */
import * as z from 'zod';
import { name, path } from '../args/types.js';
import { commandResult, commandScript, interpreted } from './run.js';
import type { Module } from '../core/module.js';

const args = z.strictObject({ cmd: name(), executable: path().default('/bin/sh') });
export type RawArgs = z.infer<typeof args>;

export const rawModule: Module<RawArgs> = {
  name: 'raw',
  fullNames: ['ansible.builtin.raw', 'ansible.legacy.raw'],
  barrier: true,
  endsAtTimeout: true,
  args,
  aliases: { cmd: ['_raw_params', 'free_form'] },
  freeForm: 'cmd',
  doc: {
    summary: 'Runs text with a shell of the target; the output is kept unchanged.',
    args: {
      cmd: 'The text. Text directly after `raw:` is this argument.',
      executable: 'The shell. Default: /bin/sh.',
    },
    examples: ['- raw: uptime'],
  },
  needs: () => [],
  plan: (given, context) => ({
    type: 'command',
    command: {
      script: commandScript({}, undefined, interpreted(given.executable, given.cmd), context.facts),
      shown: given.cmd,
      inCheckMode: 'nothing',
      result: (output) => commandResult(given.cmd, false, output),
    },
  }),
};
