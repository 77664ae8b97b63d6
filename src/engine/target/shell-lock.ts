/** What scripts of a target's shell find there: the functions that they call, and the lock that they work under. */
import { randomBytes } from 'node:crypto';
import { checkHeld, holdLock, lendLock, lockLibrary } from '../../journal/lock.js';
import { journalLibrary } from '../../journal/target.js';
import { resourceLibrary } from '../../journal/window-journal.js';
import { lines, sh, type Shell } from '../../shell/shell.js';
import type { ScriptResult, ShellSession } from '../../transport/types.js';
import type { TargetOptions } from './target-options.js';

/** `locked`: this run holds the lock, which has to outlive the shell when that gives up its channel. */
export function equip(
  session: ShellSession,
  { run, who }: Pick<TargetOptions, 'run' | 'who'>,
  locked: boolean,
): ShellSession {
  session.define('journal', lines([journalLibrary, lockLibrary, resourceLibrary]));
  session.define(`run-${run}`, sh`rtp_open ${run}`);
  if (locked) session.beforeGivingWay(lendLock(run, who));
  return session;
}

/** Runs a script where the lock is held still. Throws RtprovError HOST_LOCKED: nothing of it was run. */
export async function runHeld(
  { name, run, who }: Pick<TargetOptions, 'name' | 'run' | 'who'>,
  script: Shell,
  send: (script: Shell) => Promise<ScriptResult>,
): Promise<ScriptResult> {
  const word = randomBytes(9).toString('hex');
  const output = await send(lines([holdLock(run, who, word), script]));
  checkHeld(name, word, output);
  return output;
}
