/** `script`: a script of the controller, run on the target. */
import * as z from 'zod';
import { lines, raw, sh, withheld, type Shell } from '../../shell/shell.js';
import { name } from '../args/types.js';
import {
  commandResult,
  commandScript,
  guardArgs,
  guardDocs,
  guardNeeds,
  stoppedByGuards,
  inCheckMode,
} from './run.js';
import { commandWords, expandingWord } from './words.js';
import { baseName } from '../files/target-path.js';
import type { CommandResult, Module } from '../core/module.js';
import { failed, skipped } from '../core/plan-result.js';

const args = z.strictObject({ cmd: name(), ...guardArgs, executable: name().optional() });
export type ScriptArgs = z.infer<typeof args>;

function split(given: ScriptArgs): { readonly source: string; readonly words: readonly string[] } {
  const found = commandWords(given.cmd);
  if (typeof found === 'string') return { source: given.cmd, words: [] };
  const [source = '', ...words] = found;
  return { source, words };
}

/**
 * The script is in a file of its own while it runs: so any interpreter in its first line works, and a script that is not text as
 * well. Its folder is below the journal's, which nobody else can change: whoever can change a folder above a script can exchange
 * the script before it runs, and TMPDIR may name a folder of anybody. It is made before the task's environment counts.
 */
function placeFile(file: string, content: Buffer): Shell {
  const encoded = (content.toString('base64').match(/.{1,76}/g) ?? []).join('\n');
  return lines([
    raw('rtp_folder=$rtp_stage/script'),
    raw(
      `trap 'rm -rf -- "$rtp_folder"' EXIT\ntrap 'exit 129' HUP\ntrap 'exit 130' INT\ntrap 'exit 143' TERM`,
    ),
    raw('(umask 077; rm -rf -- "$rtp_folder" && rtp_make_place && mkdir -p -- "$rtp_folder") || exit 1'),
    sh`base64 -d >"$rtp_folder/"${file} <<'RTP_BASE64' || exit 1`,
    withheld('content in base64', raw(encoded)),
    raw('RTP_BASE64'),
    sh`chmod 0700 "$rtp_folder/"${file} || exit 1`,
  ]);
}

/** Ansible calls a script that did not run skipped, and a command that did not run ok. */
function skippedResult(result: CommandResult): CommandResult {
  if (result.changed) return result;
  return { ...result, result: { ...result.result, skipped: true } };
}

export const script: Module<ScriptArgs> = {
  name: 'script',
  fullNames: ['ansible.builtin.script', 'ansible.legacy.script'],
  barrier: true,
  endsAtTimeout: true,
  args,
  aliases: { cmd: ['_raw_params'] },
  freeForm: 'cmd',
  doc: {
    summary: 'Copies a script from the controller to the target, runs it there, and removes it.',
    args: {
      cmd: "The script, searched in the role's files/ and beside the playbook, and its arguments. Text directly after `script:` is this argument.",
      ...guardDocs,
      executable: 'The program that runs the script. Default: the program that its first line names.',
    },
    examples: ['- script: measure.sh --seconds 10\n  args:\n    creates: /var/lib/rt/measured'],
  },
  sources: (given) => [{ name: split(given).source, folder: 'files' }],
  needs: guardNeeds,
  plan(given, context) {
    const { source: wanted, words } = split(given);
    const source = context.source(wanted);
    if (source.type !== 'file') return failed(`The script ${source.path} is a directory`);
    if (source.content === undefined) return failed(`The script ${source.path} is too large`);
    const stopped = stoppedByGuards(given, given.cmd, context);
    if (stopped !== undefined)
      return skipped((stopped.type === 'states' ? stopped.msg : undefined) ?? 'Did not run');
    const program = given.executable === undefined ? [] : commandWords(given.executable);
    if (typeof program === 'string') return failed(`executable: ${program}`);
    const file = baseName(wanted);
    return {
      type: 'command',
      command: {
        prepare: placeFile(file, source.content),
        script: commandScript(
          given,
          undefined,
          sh`${program} "$rtp_folder/"${file} ${words.map(expandingWord)}`,
          context.facts,
        ),
        shown: given.cmd,
        ...inCheckMode(given),
        result: (output) => skippedResult(commandResult(given.cmd, true, output)),
      },
    };
  },
};
