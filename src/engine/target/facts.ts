/** Facts as variables: `ansible_NAME` each, and all of them in the mapping `ansible_facts` without the prefix. */
import type { Value, Vars } from '../../values/value.js';

export function prefixedFacts(facts: Readonly<Record<string, Value>>): Vars {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [`ansible_${name}`, value]));
}

export function factVars(facts: Readonly<Record<string, Value>>): Vars {
  return { ...prefixedFacts(facts), ansible_facts: facts };
}
