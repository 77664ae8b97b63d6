/** What of a task that runs alone is one attempt: all of it, or one item of its loop. */
import { DiagnosticError } from '../../diagnostics/diagnostic.js';
import type { HostVars } from '../../inventory/host-vars.js';
import type { Task } from '../../playbook/read/model.js';
import { isUnknown, type Unknown } from '../../values/value.js';
import { delegateOf } from './place.js';
import { loopItems, type LoopItem } from '../../planner/loop.js';
import { isSkipped } from '../../planner/skipped.js';
import type { PlayHost } from './play-host.js';

export interface AttemptScope {
  /** The only item of it; else all of the task. */
  readonly one?: LoopItem;
  /** The host that it is delegated to, as `delegateOf` gives it. */
  delegate(vars: HostVars, one: LoopItem | undefined): string | Unknown | undefined;
}

/**
 * Items of a loop share an attempt, and so its round trips, unless each is repeated by itself or they belong to several hosts.
 * What is skipped belongs nowhere: its delegate need not even have a name.
 */
export function attemptScopesOf(host: PlayHost, task: Task, vars: HostVars): readonly AttemptScope[] {
  const { loop, until } = task.keywords;
  const { templates } = host.context;
  const delegate: AttemptScope['delegate'] = (own, one) =>
    isSkipped(task, own, templates, one)
      ? undefined
      : delegateOf(host, task, one?.vars === undefined ? own : own.with('loop', one.vars));
  if (loop === undefined) return [{ delegate }];
  const items = itemsOf(host, task, vars);
  // A loop that is not a list is reported without doing anything anywhere.
  if (items === undefined) return [{ delegate: () => undefined }];
  const each = items.map((one) => ({ one, delegate }));
  if (until !== undefined && each.length > 0) return each;
  const delegates = items
    .filter((one) => !isSkipped(task, vars, templates, one))
    .map((one) => quietly(() => delegate(vars, one)));
  const [first] = delegates;
  const shared = typeof first !== 'object' && delegates.every((other) => other === first);
  return shared ? [{ delegate: () => first }] : each;
}

function itemsOf(host: PlayHost, task: Task, vars: HostVars): readonly LoopItem[] | undefined {
  try {
    const items = loopItems(task, vars, host.context.templates);
    return isUnknown(items) || 'msg' in items ? undefined : items;
  } catch (error) {
    if (error instanceof DiagnosticError) return undefined;
    throw error;
  }
}

function quietly<T>(evaluate: () => T): T | DiagnosticError {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof DiagnosticError) return error;
    throw error;
  }
}
