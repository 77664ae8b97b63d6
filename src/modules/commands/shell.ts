/** `shell`: text that a shell on the target reads. */
import * as z from 'zod';
import { ignored, name, path } from '../args/types.js';
import {
  commandResult,
  commandScript,
  guardArgs,
  guardDocs,
  guardNeeds,
  interpreted,
  stdinArgs,
  stdinDocs,
  stoppedByGuards,
  inCheckMode,
} from './run.js';
import type { Module } from '../core/module.js';

const args = z.strictObject({
  cmd: name(),
  ...guardArgs,
  ...stdinArgs,
  executable: path().default('/bin/sh'),
  warn: ignored('An old argument that has no effect.'),
});
export type ShellArgs = z.infer<typeof args>;

export const shell: Module<ShellArgs> = {
  name: 'shell',
  fullNames: ['ansible.builtin.shell', 'ansible.legacy.shell'],
  barrier: true,
  endsAtTimeout: true,
  args,
  aliases: { cmd: ['_raw_params'] },
  freeForm: 'cmd',
  doc: {
    summary: 'Runs text with a shell of the target.',
    args: {
      cmd: 'The text. Text directly after `shell:` is this argument.',
      ...guardDocs,
      ...stdinDocs,
      executable: 'The shell. Default: /bin/sh.',
      warn: 'Accepted, but has no effect.',
    },
    examples: ["- shell: 'cat /proc/interrupts | grep -c eth0'\n  changed_when: false"],
  },
  needs: guardNeeds,
  plan(given, context) {
    const stopped = stoppedByGuards(given, given.cmd, context);
    if (stopped !== undefined) return stopped;
    return {
      type: 'command',
      command: {
        script: commandScript(given, given, interpreted(given.executable, given.cmd), context.facts),
        shown: given.cmd,
        ...inCheckMode(given),
        result: (output) => commandResult(given.cmd, given.strip_empty_ends, output),
      },
    };
  },
};
