/** The items of a task's loop. */
import type { Keywords, Loop } from '../playbook/read/model.js';
import type { Templates } from '../template/engine.js';
import { layeredScope, scopeOf, type Scope } from '../template/runtime/scope.js';
import { isUnknown, plainText, type Unknown, type Value, type Vars } from '../values/value.js';

export interface LoopItem {
  readonly scope: Scope;
  /** The loop's own variables, which are in `scope`. */
  readonly vars?: Vars;
  readonly label?: string;
  readonly value?: Value;
  readonly loopVar?: string;
}

/** The items of a task's loop, or one without a value. */
export function loopItems(
  { keywords }: { readonly keywords: Pick<Keywords, 'loop' | 'loopControl'> },
  scope: Scope,
  templates: Templates,
): readonly LoopItem[] | Unknown | { readonly msg: string } {
  const { loop, loopControl } = keywords;
  if (loop === undefined) return [{ scope }];
  const evaluated = loopValue(loop, scope, templates);
  if (isUnknown(evaluated)) return evaluated;
  if (!Array.isArray(evaluated)) return { msg: `the loop is not a list but ${describe(evaluated)}` };
  const list = evaluated as readonly Value[];
  const loopVar = plainText(templates.evaluate(loopControl.loopVar, scope, loop.range));
  const indexVar =
    loopControl.indexVar === undefined
      ? undefined
      : plainText(templates.evaluate(loopControl.indexVar, scope, loop.range));
  const wrong = [loopVar, indexVar].find((name) => name !== undefined && !/^[A-Za-z_]\w*$/.test(name));
  if (wrong !== undefined) return { msg: `"${wrong}" cannot be the name of a loop's variable` };
  return list.map((value, index) => {
    const vars: Record<string, Value> = {
      [loopVar]: value,
      ansible_loop_var: loopVar,
    };
    if (indexVar !== undefined) {
      vars[indexVar] = index;
      vars['ansible_index_var'] = indexVar;
    }
    if (loopControl.extended)
      vars['ansible_loop'] = extendedLoop(list, index, loopControl.withoutAll === true);
    const inner = layeredScope([scopeOf(vars, false), scope]);
    const label =
      loopControl.label === undefined
        ? value
        : templates.evaluate(loopControl.label.value, inner, loopControl.label.range);
    return {
      scope: inner,
      vars,
      label: typeof label === 'string' ? label : JSON.stringify(label),
      value,
      loopVar,
    };
  });
}

/** What a loop goes over, before it is looked at whether that is a list. */
export function loopValue(loop: Loop, scope: Scope, templates: Templates): Value {
  return loop.lookup === undefined
    ? templates.evaluate(loop.value, scope, loop.range)
    : templates.loop(loop.lookup, loop.value, scope, loop.range);
}

function extendedLoop(list: readonly Value[], index: number, withoutAll: boolean): Value {
  const { length } = list;
  return {
    ...(withoutAll ? {} : { allitems: list }),
    index: index + 1,
    index0: index,
    revindex: length - index,
    revindex0: length - index - 1,
    first: index === 0,
    last: index === length - 1,
    length,
    ...(index > 0 ? { previtem: list[index - 1] ?? null } : {}),
    ...(index < length - 1 ? { nextitem: list[index + 1] ?? null } : {}),
  };
}

function describe(value: Value): string {
  if (value === null) return 'nothing (null)';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `the ${typeof value} ${JSON.stringify(value)}`;
}
