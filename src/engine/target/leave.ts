/** Has the shells of users end before a change that takes those users, or their homes, away: userdel(8) refuses a user who has running processes. */
import { awaitShells } from '../../journal/departed.js';
import { kindOf } from '../../resources/registry.js';
import type { Change, KindName } from '../../resources/resource.js';
import type { Leaving } from './target-options.js';
import type { TargetShell } from './target-shell.js';

/** Whom and what changes remove. */
export interface Cleared {
  /** By their names: is the user no more then? */
  readonly users: ReadonlyMap<string, boolean>;
  readonly folders: readonly string[];
}

export function clearedBy(changes: readonly Change[]): Cleared {
  const users = new Map<string, boolean>();
  const folders: string[] = [];
  for (const change of changes) {
    const cleared = kindOf<KindName>(change.id.kind).clears?.(change);
    if (cleared === undefined) continue;
    if ('folder' in cleared) folders.push(cleared.folder);
    else users.set(cleared.user, cleared.isGone || users.get(cleared.user) === true);
  }
  return { users, folders };
}

/** Ends shells, and has another one wait until they have ended on the target. */
export async function endShells(
  leaving: ReadonlyMap<TargetShell, Leaving>,
  waits: TargetShell,
): Promise<void> {
  const processes: string[] = [];
  for (const [shell, options] of leaving) processes.push(...(await shell.leave(options)));
  if (processes.length > 0) await waits.script(awaitShells(processes));
}
