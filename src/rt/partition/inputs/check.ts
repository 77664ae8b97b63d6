/** Checking one variable of the inventory against its schema, and what is wrong with it as diagnostics of the plan. */
import type * as z from 'zod';
import { didYouMean, nearest } from '../../../diagnostics/nearest.js';
import type { Value } from '../../../values/value.js';
import type { Origin, PlanDiagnostic } from '../model.js';
import { knownKeys } from './json-schema.js';
import { issueWords } from './words.js';

/** `rt_guest.vcpus.rt` for a path. */
function dotted(path: Origin): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}

/** @param owner `host`, or `guest:NAME`, whose variable it is. */
export function inputFault(owner: string, path: Origin, message: string, hint?: string): PlanDiagnostic {
  const guest = owner.startsWith('guest:') ? ` of ${owner.slice('guest:'.length)}` : '';
  return {
    code: 'PLAN_INPUT',
    severity: 'error',
    message: `${dotted(path)}${guest}: ${message}`,
    origin: [owner, ...path],
    ...(hint === undefined ? {} : { hint }),
  };
}

interface Fault {
  readonly path: Origin;
  readonly message: string;
  /** A key that the mapping at `path` above it does not know. */
  readonly unknownKey?: string;
}

function originOf(path: readonly PropertyKey[]): Origin {
  return path.map((part) => (typeof part === 'symbol' ? String(part) : part));
}

/** Whether a value has another form than an alternative: not that a part of it is wrong. */
function otherForm({ code, path }: z.core.$ZodIssue): boolean {
  return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
}

/** What is wrong; of alternatives, with the one whose form the value has, if there is one. */
function faultsOf(issues: readonly z.core.$ZodIssue[], above: Origin): readonly Fault[] {
  return issues.flatMap((issue): readonly Fault[] => {
    const path = [...above, ...originOf(issue.path)];
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: [...path, key], message: issue.message, unknownKey: key }));
    const meant =
      issue.code === 'invalid_union' ? issue.errors.find((inner) => !inner.some(otherForm)) : undefined;
    return meant === undefined ? [{ path, message: issue.message }] : faultsOf(meant, path);
  });
}

/** A misspelt key is reported alone, without the key that is missing for it. */
function withoutMeant(faults: readonly Fault[]): readonly Fault[] {
  const isMeant = ({ path, message }: Fault): boolean =>
    message === 'is missing' &&
    faults.some(
      ({ unknownKey, path: other }) =>
        unknownKey !== undefined &&
        dotted(other.slice(0, -1)) === dotted(path.slice(0, -1)) &&
        nearest(unknownKey, [String(path.at(-1))]) !== undefined,
    );
  return faults.filter((fault) => !isMeant(fault));
}

function hintOf(schema: z.ZodType, { path, unknownKey }: Fault): string {
  const keys = unknownKey === undefined ? [] : knownKeys(schema, path.slice(0, -1));
  if (unknownKey === undefined || keys.length === 0) return 'docs/partition.md says what it may hold.';
  return didYouMean(unknownKey, keys) ?? `Known keys: ${keys.join(', ')}.`;
}

/** Checks one variable. Undefined: it is wrong, and what is wrong is in `faults`. */
export function check<T extends z.ZodType>(
  schema: T,
  owner: string,
  variable: string,
  value: Value,
  faults: PlanDiagnostic[],
): z.output<T> | undefined {
  const result = schema.safeParse(value, { reportInput: true, error: issueWords });
  if (result.success) return result.data;
  for (const fault of withoutMeant(faultsOf(result.error.issues, []))) {
    faults.push(inputFault(owner, [variable, ...fault.path], fault.message, hintOf(schema, fault)));
  }
  return undefined;
}
