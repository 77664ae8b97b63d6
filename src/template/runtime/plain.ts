/** Run-time values of templates as plain JSON data. */
import { Unknown, type Value } from '../../values/value.js';
import { TemplateFault } from '../fault.js';
import {
  Attributes,
  Float,
  OMIT,
  Tuple,
  Undefined,
  isMapping,
  mappingOf,
  typeName,
} from '../python/values.js';

/**
 * The value outside of templates. Undefined members are faults, members that are OMIT are left out. A list
 * or mapping that needs no change stays the same object.
 */
export function plain(value: unknown): Value {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  if (value instanceof Unknown || value === OMIT) return value as Value;
  if (value instanceof Undefined) {
    if (value.lenient) return '';
    throw value.fault();
  }
  if (value instanceof Float) return value.value;
  if (Array.isArray(value)) return plainList(value);
  if (isMapping(value)) return plainMapping(value);
  if (value instanceof Attributes && value.text !== undefined) return value.text();
  throw new TemplateFault(
    'TEMPLATE_TYPE',
    `A value of the type ${typeName(value)} cannot leave the template.`,
  );
}

function plainList(list: readonly unknown[]): Value {
  const items = list.map(plain).filter((item) => item !== OMIT);
  const isSame = !(list instanceof Tuple) && items.length === list.length && !hasGetter(list);
  return isSame && items.every((item, index) => item === list[index]) ? (list as readonly Value[]) : items;
}

function plainMapping(mapping: Readonly<Record<string, unknown>>): Value {
  const entries = Object.entries(mapping).map(([key, item]) => [key, plain(item)] as const);
  const kept = entries.filter(([, item]) => item !== OMIT);
  if (
    kept.length === entries.length &&
    !hasGetter(mapping) &&
    kept.every(([key, item]) => item === mapping[key])
  ) {
    return mapping as Readonly<Record<string, Value>>;
  }
  return mappingOf(kept) as Readonly<Record<string, Value>>;
}

/** A member that renders itself when read (evaluation.ts) must not leave the template unread. */
function hasGetter(value: object): boolean {
  return Object.values(Object.getOwnPropertyDescriptors(value)).some(
    (property) => property.get !== undefined,
  );
}
