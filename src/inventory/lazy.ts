/** Values that are computed when they are first read. */

import type { Value, Vars } from '../values/value.js';

/** An object whose properties are computed at the first access, once. */
export function lazyVars(parts: Readonly<Record<string, () => Value>>): Vars {
  const vars: Record<string, Value> = {};
  for (const [name, compute] of Object.entries(parts)) {
    let known: { readonly value: Value } | undefined;
    Object.defineProperty(vars, name, {
      enumerable: true,
      configurable: true,
      get: () => (known ??= { value: compute() }).value,
    });
  }
  return vars;
}

/** An object whose properties are computed at every access: what they are made of may change meanwhile. */
export function freshVars(names: Iterable<string>, compute: (name: string) => Value): Vars {
  const vars: Record<string, Value> = {};
  for (const name of names) {
    Object.defineProperty(vars, name, { enumerable: true, configurable: true, get: () => compute(name) });
  }
  return vars;
}

/** A mapping with the given keys, of which each value is computed at its first access, once. */
export function lazyMapping(
  keys: () => readonly string[],
  compute: (key: string) => Value | undefined,
): Value {
  const known = new Map<string, Value | undefined>();
  return freshMapping(keys, (key) => {
    if (!known.has(key)) known.set(key, compute(key));
    return known.get(key);
  });
}

/**
 * A mapping with the given keys, of which each value is computed at every access. Other keys are asked for too, because
 * `localhost` exists without being listed.
 */
export function freshMapping(
  keys: () => readonly string[],
  compute: (key: string) => Value | undefined,
): Value {
  let listed: ReadonlySet<string> | undefined;
  const names = (): ReadonlySet<string> => (listed ??= new Set(keys()));
  const read = (key: string | symbol): Value | undefined =>
    typeof key === 'symbol' ? undefined : compute(key);
  const has = (key: string | symbol): boolean =>
    typeof key === 'string' && (names().has(key) || read(key) !== undefined);
  return new Proxy<Record<string, Value>>(
    {},
    {
      get: (target, key, receiver) => {
        // What objects inherit (toString, constructor) is not a key of a mapping.
        if (typeof key === 'symbol') return Reflect.get(target, key, receiver) as unknown;
        return has(key) ? read(key) : undefined;
      },
      has: (_, key) => has(key),
      ownKeys: () => [...names()],
      getOwnPropertyDescriptor: (_, key) =>
        has(key) ? { enumerable: true, configurable: true, get: () => read(key) } : undefined,
    },
  );
}
