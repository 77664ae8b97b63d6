/** Tasks of which it is sure, without looking at any target, that nothing is done. */
import { DiagnosticError } from '../diagnostics/diagnostic.js';
import type { Task } from '../playbook/read/model.js';
import { LookupPending } from '../template/runtime/lookup.js';
import type { Scope } from '../template/runtime/scope.js';
import type { Templates } from '../template/engine.js';
import { isUnknown } from '../values/value.js';
import { allHold } from './conditions.js';
import { loopItems, type LoopItem } from './loop.js';

/** Do the conditions of the task hold for no item of its loop, or not for `one`? What is not known counts as no. */
export function isSkipped(task: Task, scope: Scope, templates: Templates, one?: LoopItem): boolean {
  if (task.keywords.when.length === 0) return false;
  try {
    return templates.waiting(() => noneHolds(task, scope, templates, one));
  } catch (error) {
    if (!(error instanceof DiagnosticError || error instanceof LookupPending)) throw error;
    return false;
  }
}

function noneHolds(task: Task, scope: Scope, templates: Templates, one: LoopItem | undefined): boolean {
  const items = one === undefined ? loopItems(task, scope, templates) : [one];
  if (isUnknown(items) || 'msg' in items) return false;
  return items.every((item) => allHold(task.keywords.when, item.scope, templates).holds === false);
}
