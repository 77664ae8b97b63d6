/** What `register` holds. */
import { isMapping, isUnknown, type Value, type Vars } from '../values/value.js';
import type { Item } from './item.js';

/** The registered value of one item. */
export function registered(
  fields: {
    readonly changed: Value;
    readonly failed: Value;
    readonly skipped?: boolean;
    readonly msg?: string;
  },
  result: Vars,
): Value {
  return {
    ...result,
    changed: fields.changed,
    failed: fields.failed,
    ...(fields.skipped === true ? { skipped: true } : {}),
    ...(fields.msg === undefined || 'msg' in result ? {} : { msg: fields.msg }),
  };
}

/** The registered value of a loop: Ansible's `results` list with the sums. */
export function registeredLoop(
  items: readonly { readonly value: Value; readonly item: Pick<Item, 'value' | 'loopVar' | 'vars'> }[],
): Value {
  const results = items.map(({ value, item }) =>
    isMapping(value)
      ? {
          ...value,
          ...(item.vars ?? {
            [item.loopVar ?? 'item']: item.value ?? null,
            ansible_loop_var: item.loopVar ?? 'item',
          }),
        }
      : value,
  );
  const any = (field: string): Value => {
    let seen: Value = false;
    for (const result of results) {
      if (isUnknown(result)) seen = result;
      else if (isMapping(result)) {
        const value = result[field];
        if (value === true) return true;
        if (value !== undefined && isUnknown(value)) seen = value;
      }
    }
    return seen;
  };
  const failed = any('failed');
  const skipped = results.every((result) => isMapping(result) && result['skipped'] === true);
  return {
    results,
    changed: any('changed'),
    failed,
    msg: isUnknown(failed) ? failed : failed === true ? 'One or more items failed' : 'All items completed',
    ...(results.length === 0 ? { skipped_reason: 'No items in the list' } : {}),
    ...(skipped ? { skipped: true } : {}),
  };
}
