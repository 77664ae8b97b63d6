/** Where the variables of a template come from. */
import type { SourceRange } from '../../diagnostics/diagnostic.js';
import type { Value, Vars } from '../../values/value.js';

export { OMIT } from '../python/values.js';

/**
 * Variables as a template sees them. A trusted value (inventory, playbook) may itself hold templates, which
 * are rendered when they are used; any other value (facts, results) is data and never rendered.
 */
export interface Variable {
  readonly value: Value;
  readonly trusted: boolean;
  /** Inventory data: its templates compute, but reach nothing on the controller (docs/adr/0012). */
  readonly data?: boolean;
  readonly origin?: SourceRange | undefined;
}

export interface Scope {
  lookup(name: string): Variable | undefined;
  names(): Iterable<string>;
}

/** The variables of a mapping. They are trusted unless said otherwise. */
export function scopeOf(vars: Vars, trusted = true): Scope {
  return {
    lookup(name) {
      if (!Object.hasOwn(vars, name)) return undefined;
      const value = vars[name];
      return value === undefined ? undefined : { value, trusted };
    },
    names: () => Object.keys(vars),
  };
}

/** Several scopes as one; the first that has a name wins. */
export function layeredScope(scopes: readonly Scope[]): Scope {
  return {
    lookup(name) {
      for (const scope of scopes) {
        const found = scope.lookup(name);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    *names() {
      const seen = new Set<string>();
      for (const scope of scopes) {
        for (const name of scope.names()) {
          if (!seen.has(name)) yield name;
          seen.add(name);
        }
      }
    },
  };
}
