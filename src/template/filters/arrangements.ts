/** Filters that arrange the items of lists in a new way, whatever they are: rows, pairs, combinations. */
import { spendItems, step } from '../runtime/budget.js';
import { TemplateFault } from '../fault.js';
import { given, toInteger, toList } from '../runtime/arguments.js';
import { isUnknown, UnknownMapping } from '../../values/value.js';
import { isList, items, own, touch, truth, tuple } from '../python/values.js';
import { define, shallow, type Definitions } from '../runtime/toolbox.js';

/** What only acting will show may be a list, or null: how many items come of it is not known. */
function flatten(list: readonly unknown[], levels: number | undefined, skipNulls: boolean): unknown[] {
  const made: unknown[] = [];
  for (const item of list) {
    if (isUnknown(item) && !(item instanceof UnknownMapping) && (skipNulls || levels !== 0)) touch(item);
    if (skipNulls && (item === null || item === 'None' || item === 'null')) continue;
    if (isList(item) && (levels === undefined || levels >= 1)) {
      const inner = flatten(item, levels === undefined ? undefined : levels - 1, skipNulls);
      for (const one of inner) made.push(one);
    } else made.push(item);
  }
  return made;
}

function combinations(pool: readonly unknown[], size: number, start = 0): unknown[][] {
  step();
  if (size === 0) return [[]];
  const made: unknown[][] = [];
  for (let index = start; index <= pool.length - size; index += 1) {
    for (const rest of combinations(pool, size - 1, index + 1)) {
      spendItems(size);
      made.push([pool[index], ...rest]);
    }
  }
  return made;
}

function permutations(pool: readonly unknown[], size: number): unknown[][] {
  step();
  if (size === 0) return [[]];
  return pool.flatMap((item, index) =>
    permutations([...pool.slice(0, index), ...pool.slice(index + 1)], size - 1).map((rest) => {
      spendItems(size);
      return [item, ...rest];
    }),
  );
}

function product(lists: readonly (readonly unknown[])[]): unknown[][] {
  return lists.reduce<unknown[][]>(
    (made, list) => {
      spendItems(made.length * list.length * ((made[0]?.length ?? 0) + 1));
      return made.flatMap((done) => list.map((item) => [...done, item]));
    },
    [[]],
  );
}

export const tuples = (rows: readonly (readonly unknown[])[]): unknown[] =>
  own(rows.map((row) => tuple(...row)));

function zipped(lists: readonly (readonly unknown[])[], count: number, fill: unknown): unknown[] {
  return tuples(
    Array.from({ length: count }, (_, index) =>
      lists.map((list) => (index < list.length ? list[index] : fill)),
    ),
  );
}

export const arrangementFilters: Definitions = {
  batch: define(
    ['linecount!', 'fill_with'],
    (_, value, [count, fill]) => {
      const size = toInteger(count, 'batch');
      if (size < 1) throw new TemplateFault('TEMPLATE_TYPE', '"batch" needs a number above 0.');
      spendItems(size);
      const all = items(value);
      const rows: unknown[][] = [];
      for (let index = 0; index < all.length; index += size) rows.push(all.slice(index, index + size));
      const last = rows.at(-1);
      if (last !== undefined && fill !== undefined && fill !== null)
        while (last.length < size) last.push(fill);
      return own(rows);
    },
    shallow,
  ),
  slice: define(
    ['slices!', 'fill_with'],
    (_, value, [count, fill]) => {
      const all = items(value);
      const slices = toInteger(count, 'slice');
      if (slices < 1) throw new TemplateFault('TEMPLATE_TYPE', '"slice" needs a number above 0.');
      spendItems(slices);
      const size = Math.floor(all.length / slices);
      const extra = all.length % slices;
      return own(
        Array.from({ length: slices }, (_unused, index) => {
          const start = index * size + Math.min(index, extra);
          const row = all.slice(start, start + size + (index < extra ? 1 : 0));
          return index >= extra && fill !== undefined && fill !== null ? [...row, fill] : row;
        }),
      );
    },
    shallow,
  ),
  flatten: define(
    ['levels', 'skip_nulls'],
    (_, value, [levels, skipNulls]) =>
      own(
        flatten(
          toList(value),
          levels === undefined || levels === null ? undefined : toInteger(levels, 'flatten'),
          skipNulls === undefined || truth(skipNulls),
        ),
      ),
    shallow,
  ),
  zip: define(
    ['*'],
    (_, value, [others]) => {
      const lists = [value, ...(others as unknown[])].map(items);
      return zipped(lists, Math.min(...lists.map((list) => list.length)), null);
    },
    shallow,
  ),
  zip_longest: define(
    ['*', 'fillvalue'],
    (_, value, [others, fill]) => {
      const lists = [value, ...(others as unknown[])].map(items);
      return zipped(lists, Math.max(...lists.map((list) => list.length)), given(fill, null));
    },
    shallow,
  ),
  product: define(
    ['*', 'repeat'],
    (_, value, [others, repeat]) => {
      const lists = [value, ...(others as unknown[])].map(items);
      const times = repeat === undefined ? 1 : toInteger(repeat, 'product');
      spendItems(times);
      return tuples(product(Array.from({ length: times }, () => lists).flat()));
    },
    shallow,
  ),
  permutations: define(
    ['r'],
    (_, value, [size]) => {
      const pool = items(value);
      return tuples(
        permutations(
          pool,
          size === undefined || size === null ? pool.length : toInteger(size, 'permutations'),
        ),
      );
    },
    shallow,
  ),
  combinations: define(
    ['r!'],
    (_, value, [size]) => tuples(combinations(items(value), toInteger(size, 'combinations'))),
    shallow,
  ),
};
