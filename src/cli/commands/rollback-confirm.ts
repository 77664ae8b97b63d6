/** A rollback of more than one run says what it means, and asks first. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import type { RunEvent } from '../../engine/run/events.js';
import type { TargetShell } from '../../engine/target/target-shell.js';
import type { TargetRun } from '../../journal/read-journal.js';
import type { TerminalPrompter } from '../prompter.js';

export type RunsByShell = ReadonlyMap<TargetShell, readonly TargetRun[]>;

const usage = 2;

function described({ run, started, playbooks }: TargetRun): string {
  return `${run} (${[started, ...playbooks].join(' ')})`;
}

/** Undefined: go on. Otherwise the exit code: nobody may be asked, or the answer was no. `hosts`: their runs to undo, by their names. */
export async function confirmed(
  hosts: ReadonlyMap<string, RunsByShell>,
  options: { readonly check: boolean; readonly yes: boolean },
  emit: (event: RunEvent) => void,
  prompter: Pick<TerminalPrompter, 'ask'> | undefined,
): Promise<number | undefined> {
  let [most, count] = [0, 0];
  for (const [host, shells] of hosts) {
    for (const runs of shells.values()) {
      most = Math.max(most, runs.length);
      if (runs.length < 2) continue;
      count += 1;
      const msg = `this undoes ${runs.length} runs, newest first: ${runs.map(described).join(', ')}`;
      emit({ type: 'warning', host, msg });
    }
  }
  if (most < 2 || options.check || options.yes) return undefined;
  const undone = `more than one run on ${count} host${count === 1 ? '' : 's'}`;
  if (prompter === undefined) {
    const msg = `nothing was undone: a rollback of ${undone} has to be confirmed, and there is no terminal to ask at. Give --yes, or use --check first`;
    emit({ type: 'warning', msg });
    return usage;
  }
  const answer = await prompter.ask(`undo ${undone}? (yes/no)`, { echo: true }).catch((error: unknown) => {
    if (!(error instanceof RtprovError)) throw error;
    return '';
  });
  if (/^\s*y(es)?\s*$/i.test(answer)) return undefined;
  emit({ type: 'warning', msg: 'nothing was undone' });
  return usage;
}
