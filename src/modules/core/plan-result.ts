/** Short forms of a module's plans. */
import type { Result, Step, TaskPlan } from './module.js';

export function failed(msg: string, result?: Result): TaskPlan {
  return { type: 'failed', msg, ...(result === undefined ? {} : { result }) };
}

export function skipped(msg: string): TaskPlan {
  return { type: 'skipped', msg };
}

export function planned(
  steps: readonly Step[],
  result: Result,
  extra: { readonly msg?: string | undefined; readonly warnings?: readonly string[] } = {},
): TaskPlan {
  const warnings = extra.warnings ?? [];
  return {
    type: 'states',
    steps,
    result,
    ...(extra.msg === undefined ? {} : { msg: extra.msg }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

/** Nothing to change. */
export function unchanged(result: Result, msg?: string): TaskPlan {
  return planned([], result, { msg });
}
