/** Variables that a task sets by itself, besides what it registers: set_fact, include_vars, setup. */
import type { HostVars } from '../inventory/host-vars.js';
import type { LayerName } from '../inventory/precedence.js';
import type { Task } from '../playbook/read/model.js';
import { isMapping, Unknown, type Vars } from '../values/value.js';
import type { ItemOutcome } from './outcome.js';

/** Variables that are given to a host, and the layer that they go to. */
export interface NewFacts {
  readonly layer: LayerName;
  readonly facts: Vars;
}

/** What the items of a task set, in their order. */
export function factsOf(outcomes: readonly Pick<ItemOutcome, 'item' | 'result'>[]): readonly NewFacts[] {
  return outcomes.flatMap(({ item: { plan }, result }): readonly NewFacts[] => {
    const facts = result['ansible_facts'];
    if (plan.type !== 'controller' || !isMapping(facts)) return [];
    const { op } = plan.operation;
    return [{ layer: op === 'include_vars' ? 'include-vars' : op === 'setup' ? 'facts' : 'set-fact', facts }];
  });
}

export function withFacts(vars: HostVars, made: readonly NewFacts[]): HostVars {
  return made.reduce((all, { layer, facts }) => all.with(layer, facts), vars);
}

/**
 * Variables of a set_fact of which it is unknown whether, or to what, it sets them. They cover what `factsOf` gives: where an item
 * after the unknown one sets a variable for sure, it is not among them.
 */
export function perhapsSet(
  task: Pick<Task, 'module' | 'args'>,
  outcomes: readonly Pick<ItemOutcome, 'item' | 'result'>[],
): readonly NewFacts[] {
  if (task.module.name !== 'set_fact') return [];
  return outcomes.flatMap(({ item: { plan } }, at): readonly NewFacts[] => {
    if (plan.type !== 'unknown') return [];
    const unknown = new Unknown(plan.reason);
    const later = factsOf(outcomes.slice(at + 1));
    const names = Object.keys(task.args).filter(
      (name) => name !== 'cacheable' && !later.some(({ facts }) => Object.hasOwn(facts, name)),
    );
    return [{ layer: 'set-fact', facts: Object.fromEntries(names.map((name) => [name, unknown])) }];
  });
}
