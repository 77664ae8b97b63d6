/** `command`: a program with its arguments; no shell reads them. */
import * as z from 'zod';
import { sh } from '../../shell/shell.js';
import { bool, ignored, listOfWhole, str } from '../args/types.js';
import {
  commandResult,
  commandScript,
  guardArgs,
  guardDocs,
  guardNeeds,
  stdinArgs,
  stdinDocs,
  stoppedByGuards,
  inCheckMode,
} from './run.js';
import { commandWords } from './words.js';
import { expandingWord } from './words.js';
import type { Module } from '../core/module.js';
import { failed } from '../core/plan-result.js';

const args = z.strictObject({
  cmd: str().optional(),
  argv: listOfWhole().optional(),
  ...guardArgs,
  ...stdinArgs,
  expand_argument_vars: bool().default(true),
  warn: ignored('An old argument that has no effect.'),
});
export type CommandArgs = z.infer<typeof args>;

function wordsOf({ argv, cmd = '' }: CommandArgs): readonly string[] | string {
  return argv ?? commandWords(cmd);
}

export const command: Module<CommandArgs> = {
  name: 'command',
  fullNames: ['ansible.builtin.command', 'ansible.legacy.command'],
  barrier: true,
  endsAtTimeout: true,
  args,
  aliases: { cmd: ['_raw_params'] },
  freeForm: 'cmd',
  rules: [
    { type: 'exclusive', args: ['cmd', 'argv'] },
    { type: 'one-of', args: ['cmd', 'argv'] },
  ],
  doc: {
    summary: 'Runs a program. No shell reads its arguments, so `|`, `>`, `*` and `;` are plain text.',
    args: {
      cmd: 'The command line, split into words as in a shell. Text directly after `command:` is this argument.',
      argv: 'The program and its arguments, one per item.',
      ...guardDocs,
      ...stdinDocs,
      expand_argument_vars: 'Whether `$NAME` and a leading `~` are replaced on the target. Default: true.',
      warn: 'Accepted, but has no effect.',
    },
    examples: [
      '- command: update-grub\n  undo: update-grub\n  touches: [/boot/grub/grub.cfg]',
      '# Only if needed; a rollback restores the files.\n- command: timedatectl show --property=Timezone --value\n  register: zone\n  changed_when: false\n  check_mode: false\n- command: timedatectl set-timezone Europe/Berlin\n  when: zone.stdout != "Europe/Berlin"\n  touches: [/etc/localtime, /etc/timezone]',
      "- command:\n    argv: [virsh, define, '{{ domain_file }}']\n    creates: '/etc/libvirt/qemu/{{ domain }}.xml'",
    ],
  },
  needs: guardNeeds,
  plan(given, context) {
    const words = wordsOf(given);
    if (typeof words === 'string') return failed(words, { rc: 256 });
    if (words.length === 0) return failed('no command given', { rc: 256 });
    const stopped = stoppedByGuards(given, words, context);
    if (stopped !== undefined) return stopped;
    const quoted = sh`${words.map((word) => (given.expand_argument_vars ? expandingWord(word) : word))}`;
    // A function or a built-in of the session must not be taken for the program: `env` starts programs only. What
    // env would take for an option or a variable is not a built-in anyway.
    const body = /^-|=/.test(words[0] ?? '') ? quoted : sh`env ${quoted}`;
    return {
      type: 'command',
      command: {
        script: commandScript(given, given, body, context.facts),
        shown: words.join(' '),
        ...inCheckMode(given),
        result: (output) => commandResult(words, given.strip_empty_ends, output),
      },
    };
  },
};
