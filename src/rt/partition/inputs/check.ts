/** Checking one variable of the inventory against its schema, and what is wrong with it as diagnostics of the plan. */
import type * as z from 'zod';
import type { Value } from '../../../values/value.js';
import type { Origin, PlanDiagnostic } from '../model.js';

/** `rt_guest.vcpus.rt` for a path. */
function dotted(path: Origin): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}

export function inputFault(owner: string, path: Origin, message: string, hint?: string): PlanDiagnostic {
  return {
    code: 'PLAN_INPUT',
    severity: 'error',
    message: `${dotted(path)}: ${message}`,
    origin: [owner, ...path],
    ...(hint === undefined ? {} : { hint }),
  };
}

/** The issues of a value, those of a union's best alternative instead of "invalid input". */
function issuesOf(error: z.ZodError): readonly { readonly path: Origin; readonly message: string }[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    if (issue.code !== 'invalid_union') return [{ path, message: issue.message }];
    const deepest = issue.errors
      .flat()
      .filter((inner) => inner.path.length > 0)
      .map((inner) => ({
        path: [...path, ...inner.path.map((part) => (typeof part === 'symbol' ? String(part) : part))],
        message: inner.message,
      }));
    return deepest.length > 0
      ? deepest.slice(0, 1)
      : [{ path, message: 'none of the forms that it may have' }];
  });
}

/** Checks one variable. Undefined: it is wrong, and what is wrong is in `faults`. */
export function check<T extends z.ZodType>(
  schema: T,
  owner: string,
  variable: string,
  value: Value,
  faults: PlanDiagnostic[],
): z.output<T> | undefined {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const { path, message } of issuesOf(result.error)) {
    faults.push(inputFault(owner, [variable, ...path], message, 'docs/partition.md says what it may hold.'));
  }
  return undefined;
}
