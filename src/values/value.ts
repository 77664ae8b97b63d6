/**
 * The values that variables, templates and results hold: plain JSON data, and `Unknown` for what cannot
 * be known before acting (CONTRIBUTING.md, promise 2). Unknown flows: whatever is computed from it is unknown.
 */

export type Value =
  null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value } | Unknown;

export type Vars = Readonly<Record<string, Value>>;

/** A value that only acting will show, with the reason a person is shown. */
export class Unknown {
  constructor(readonly reason: string) {}
  toJSON(): string {
    return `(unknown: ${this.reason})`;
  }
  toString(): string {
    return `(unknown: ${this.reason})`;
  }
}

/** A mapping whose contents only acting will show: the result of a task. */
export class UnknownMapping extends Unknown {}

/** What is computed from an Unknown: nothing is known of it, not even that it is a mapping. */
export function derived(unknown: Unknown): Unknown {
  return unknown instanceof UnknownMapping ? new Unknown(unknown.reason) : unknown;
}

export function isUnknown(value: unknown): value is Unknown {
  return value instanceof Unknown;
}

/** The first Unknown inside a value, however deep; undefined when all of it is known. */
export function findUnknown(value: Value): Unknown | undefined {
  if (value instanceof Unknown) return value;
  if (Array.isArray(value)) {
    for (const item of value as readonly Value[]) {
      const found = findUnknown(item);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (value !== null && typeof value === 'object') {
    for (const item of Object.values(value as Readonly<Record<string, Value>>)) {
      const found = findUnknown(item);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** A mapping that is neither a list nor Unknown. */
export function isMapping(value: unknown): value is Readonly<Record<string, Value>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Unknown);
}

/** A value where a text is wanted: texts, numbers and booleans as they are, anything else as JSON. */
export function plainText(value: Value): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : JSON.stringify(value);
}
