/**
 * Handlers by the names under which a target remembers them between runs (journal/owed.ts), and whose journal remembers them. A user
 * can write in his own journal what he likes, so that counts only for what runs as himself; root's counts for all.
 */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import type { Handler } from '../../playbook/read/model.js';
import { becomeOf } from './become.js';
import type { HostState } from '../../planner/host-state.js';
import type { PlayHost } from './play-host.js';
import type { Debts } from '../target/target.js';
import { ignored } from '../target/owed.js';
import type { TargetShell } from '../target/target-shell.js';
import { taskVars } from '../../planner/task-vars.js';

function labelOf(handler: Handler): string {
  const { name, role } = handler;
  const own = name ?? (handler.type === 'task' ? handler.module.name : `include_${handler.kind}`);
  return role === undefined ? own : `${role.name} : ${own}`;
}

/** The names of handlers that wait in a state. */
export function owedNames(state: Pick<HostState, 'notified' | 'program'>): readonly string[] {
  return [...state.notified].flatMap((index) => {
    const handler = state.program.handlers[index];
    return handler === undefined ? [] : [labelOf(handler)];
  });
}

/** The shell that a handler runs in. An include has none of its own: what it loads may run as anybody. */
function shellOf(host: PlayHost, state: HostState, handler: Handler): TargetShell | undefined {
  if (handler.type === 'include') return undefined;
  try {
    const vars = taskVars(state.vars, { task: handler });
    return host.target.shell(becomeOf(host.name, handler.keywords, vars, host.context));
  } catch (error) {
    // It fails when it runs.
    if (!(error instanceof RtprovError)) throw error;
    return undefined;
  }
}

/** The handlers that wait in these states. */
export function debtsOf(host: PlayHost, states: readonly HostState[]): Debts {
  const debts = new Map<TargetShell, readonly string[]>();
  for (const state of states)
    for (const index of state.notified) {
      const handler = state.program.handlers[index];
      if (handler === undefined) continue;
      const keeper = shellOf(host, state, handler) ?? host.target.rootShell();
      if (keeper === undefined) continue;
      debts.set(keeper, [...new Set([...(debts.get(keeper) ?? []), labelOf(handler)])]);
    }
  return debts;
}

/**
 * The indexes of a play's handlers that earlier runs owe. What the journal of another user says is only a reason to look into that of
 * the handler's own user; undefined before the target was used.
 */
export async function handlersOwed(host: PlayHost, state: HostState): Promise<readonly number[] | undefined> {
  const said = host.target.owedBefore();
  if (said === undefined) return undefined;
  const found: number[] = [];
  for (const [index, handler] of state.program.handlers.entries()) {
    const label = labelOf(handler);
    if (![...said.values()].some((names) => names.includes(label))) continue;
    const own = shellOf(host, state, handler);
    const owes = (): boolean =>
      [own, host.target.rootShell()].some(
        (shell) => shell !== undefined && host.target.owedBefore()?.get(shell)?.includes(label) === true,
      );
    // A user that one cannot become will not run it either.
    if (!owes()) await (own ?? host.target.rootShell())?.targetFacts(false).catch(ignored);
    if (owes()) found.push(index);
  }
  return found;
}
