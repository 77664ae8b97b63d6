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

const typeNames: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
};

/** What the value has to be, and what it is. */
function wordsOf(issue: z.core.$ZodIssue): string {
  const { input } = issue;
  const given = input === null || typeof input !== 'object' ? `, not ${JSON.stringify(input)}` : '';
  switch (issue.code) {
    case 'invalid_type':
      return input === undefined
        ? 'is missing'
        : `must be ${typeNames[issue.expected] ?? issue.expected}${given}`;
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}${given}`;
    case 'too_small':
      return issue.origin === 'array' ? 'must not be empty' : `must be ${issue.minimum} or more${given}`;
    case 'too_big':
      return `must be ${issue.maximum} or less${given}`;
    default:
      return issue.message;
  }
}

/** The issues of a value, those of a union's best alternative instead of "invalid input". */
function issuesOf(error: z.ZodError): readonly { readonly path: Origin; readonly message: string }[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: [...path, key], message: 'is not known here' }));
    if (issue.code !== 'invalid_union') return [{ path, message: wordsOf(issue) }];
    const deepest = issue.errors
      .flat()
      .filter((inner) => inner.path.length > 0)
      .map((inner) => ({
        path: [...path, ...inner.path.map((part) => (typeof part === 'symbol' ? String(part) : part))],
        message: wordsOf(inner),
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
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  for (const { path, message } of issuesOf(result.error)) {
    faults.push(inputFault(owner, [variable, ...path], message, 'docs/partition.md says what it may hold.'));
  }
  return undefined;
}
