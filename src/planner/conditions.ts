/** Conditions and keywords that are true or false. */
import type { Located, Task } from '../playbook/read/model.js';
import type { Templates } from '../template/engine.js';
import type { Scope } from '../template/runtime/scope.js';
import { isUnknown, type Unknown, type Value } from '../values/value.js';

/** All of the conditions must hold; the first that is unknown makes it unknown. */
export function allHold(
  conditions: readonly Located<string | boolean>[],
  scope: Scope,
  templates: Templates,
): { readonly holds: boolean | Unknown; readonly failing?: Located<string | boolean> } {
  for (const condition of conditions) {
    const held = templates.condition(condition.value, scope, condition.range);
    if (held !== true) return { holds: held, failing: condition };
  }
  return { holds: true };
}

/** Does the task have `check_mode: true`? Then nothing of it is done, in a check as in a run. */
export function isDry(task: Task, scope: Scope, templates: Templates): boolean {
  return flag(task.keywords.checkMode, scope, templates) === true;
}

/** A keyword that must be a boolean by now; undefined when it is not given. */
export function flag(
  value: { readonly value: Value; readonly range: unknown } | undefined,
  scope: Scope,
  templates: Templates,
): boolean | undefined {
  if (value === undefined) return undefined;
  const evaluated = templates.evaluate(value.value, scope);
  if (isUnknown(evaluated)) return undefined;
  if (typeof evaluated === 'string') return ['true', 'yes', 'on', '1'].includes(evaluated.toLowerCase());
  return evaluated === true || evaluated === 1;
}
