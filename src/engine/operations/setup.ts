/** `setup`: facts, filtered by name. */
import { glob } from '../../values/glob.js';
import type { Value } from '../../values/value.js';
import { factsInCheck } from '../host/check-user.js';
import { prefixedFacts } from '../target/facts.js';
import { good, type OperationInputs, type OperationOf, type OperationOutcome } from './operation.js';

/** Facts whose names, with or without the prefix, are of one of the patterns of `setup: filter=`. */
export function filtered(
  facts: Readonly<Record<string, Value>>,
  patterns: readonly string[],
): Readonly<Record<string, Value>> {
  const globs = patterns.map(glob);
  return Object.fromEntries(
    Object.entries(facts).filter(([name]) =>
      globs.some((pattern) => pattern.test(name) || pattern.test(`ansible_${name}`)),
    ),
  );
}

export async function setup(
  operation: OperationOf<'setup'>,
  inputs: OperationInputs,
): Promise<OperationOutcome> {
  inputs.step('gathering facts');
  if (inputs.target.changed) inputs.target.forgetFacts();
  inputs.target.changed = false;
  const all = await factsInCheck(inputs.shell);
  const wanted = operation.filter.length === 0 ? all : filtered(all, operation.filter);
  return good({ ansible_facts: prefixedFacts(wanted) });
}
