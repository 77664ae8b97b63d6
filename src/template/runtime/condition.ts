/** What a condition comes to: only a boolean is a result. */
import { TemplateFault } from '../fault.js';
import { typeName, Undefined } from '../python/values.js';

/** Throws TemplateFault for what is not a boolean. The value itself is not named: it may be a secret. */
export function heldBy(condition: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (value instanceof Undefined) throw value.fault();
  const text = condition.trim();
  throw new TemplateFault(
    'CONDITION_NOT_BOOLEAN',
    `The condition \`${text}\` gives a value of the type ${typeName(value)}. A condition has to give true or false.`,
    hintFor(value),
  );
}

function hintFor(value: unknown): string {
  if (value === null) return 'Compare it: `... is not none`.';
  if (typeof value === 'number') return 'Compare it: `... > 0`, or `... != 0`.';
  if (typeof value === 'string')
    return 'Write `... | bool` for a text such as "yes" or "false", or `... | length > 0` for one that must not be empty.';
  return 'Write `... | length > 0` for a list or a mapping that must not be empty.';
}
