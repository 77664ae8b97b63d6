/** `setup`: facts, filtered by name. */
import { prefixedFacts } from '../facts.js';
import { good, type OperationInputs, type OperationOf, type OperationOutcome } from './operation.js';

/** Glob patterns of `setup: filter=`: `*`, `?` and `[...]` over fact names with or without the prefix. */
function matches(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const source = pattern
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    const glob = new RegExp(`^${source}$`);
    return glob.test(name) || glob.test(`ansible_${name}`);
  });
}

export async function setup(
  operation: OperationOf<'setup'>,
  inputs: OperationInputs,
): Promise<OperationOutcome> {
  inputs.step('gathering facts');
  if (inputs.target.changed) inputs.shell.forgetFacts();
  inputs.target.changed = false;
  const all = await inputs.shell.allFacts();
  const wanted =
    operation.filter.length === 0
      ? all
      : Object.fromEntries(Object.entries(all).filter(([name]) => matches(name, operation.filter)));
  return good({ ansible_facts: prefixedFacts(wanted) });
}
