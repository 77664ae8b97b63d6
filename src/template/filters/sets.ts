/** Set filters, which keep the order of the items. */
import { toList } from '../runtime/arguments.js';
import { binary, equal } from '../runtime/operators.js';
import { define, type Definitions } from '../runtime/toolbox.js';
import { uniqueBy } from './lists.js';

const isIn = (list: readonly unknown[], item: unknown): boolean => list.some((other) => equal(other, item));
const distinct = (list: readonly unknown[]): unknown[] => uniqueBy(list, (item) => item);

function set(operation: (a: readonly unknown[], b: readonly unknown[]) => readonly unknown[]) {
  return define(['other!'], (_, value, [other]) => distinct(operation(toList(value), toList(other))));
}

export const setFilters: Definitions = {
  union: define(['other!'], (_, value, [other]) => distinct(toList(binary('+', value, other)))),
  intersect: set((a, b) => a.filter((item) => isIn(b, item))),
  difference: set((a, b) => a.filter((item) => !isIn(b, item))),
  symmetric_difference: set((a, b) => [
    ...a.filter((item) => !isIn(b, item)),
    ...b.filter((item) => !isIn(a, item)),
  ]),
};
