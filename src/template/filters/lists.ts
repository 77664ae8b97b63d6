/** Filters on lists. */
import { toInteger, toText } from '../runtime/arguments.js';
import { createHash } from 'node:crypto';
import { TemplateFault } from '../fault.js';
import { binary, compare, equal } from '../runtime/operators.js';
import { repr, str } from '../python/format.js';
import {
  Undefined,
  isList,
  isMapping,
  items,
  own,
  touch,
  truth,
  typeName,
  type Keywords,
} from '../python/values.js';
import { define, shallow, type Definitions, type Toolbox } from '../runtime/toolbox.js';
import { tuples } from './arrangements.js';
import { caseless, getter, mapItems, pick } from './select.js';

const isSet = (value: unknown): boolean => value !== undefined && truth(value);

function length(value: unknown): number {
  touch(value);
  if (typeof value === 'string') return Array.from(value).length;
  if (isList(value)) return value.length;
  if (isMapping(value)) return Object.keys(value).length;
  throw new TemplateFault('TEMPLATE_TYPE', `A value of the type ${typeName(value)} has no length.`);
}

const lengthFilter = define([], (_, value) => length(value), shallow);

/** A stable sort by keys which are lists compared in order. */
function sorted(list: readonly unknown[], key: (item: unknown) => unknown, reverse: boolean): unknown[] {
  const keyed = list.map((item) => ({ item, key: key(item) }));
  keyed.forEach(({ key: one }) => touch(one));
  keyed.sort((a, b) => (reverse ? compare(b.key, a.key) : compare(a.key, b.key)));
  return own(keyed.map(({ item }) => item));
}

function sortKey(tools: Toolbox, attribute: unknown, caseSensitive: unknown): (item: unknown) => unknown {
  const fold = caseless(caseSensitive);
  const names = typeof attribute === 'string' ? attribute.split(',') : [attribute];
  const getters = names.map((name) => getter(tools, name));
  const [only] = getters;
  if (getters.length === 1 && only !== undefined) return (item) => fold(only(item));
  return (item) => getters.map((get) => fold(get(item)));
}

export function uniqueBy(list: readonly unknown[], key: (item: unknown) => unknown): unknown[] {
  const seen: unknown[] = [];
  const primitive = new Set<unknown>();
  return own(
    list.filter((item) => {
      const one = key(item);
      if (typeof one === 'string') {
        if (primitive.has(one)) return false;
        primitive.add(one);
        return true;
      }
      if (seen.some((other) => equal(other, one))) return false;
      seen.push(one);
      return true;
    }),
  );
}

function extreme(
  tools: Toolbox,
  list: unknown,
  attribute: unknown,
  caseSensitive: unknown,
  sign: 1 | -1,
): unknown {
  const key = sortKey(tools, attribute, caseSensitive);
  const all = items(list);
  const [first, ...rest] = all;
  if (all.length === 0)
    return new Undefined('The list is empty and has no smallest or largest item.', undefined, undefined);
  return rest.reduce((best, item) => (sign * compare(key(item), key(best)) > 0 ? item : best), first);
}

/** A number in [0, 1) that depends on the seed alone. Python's own generator is not imitated. */
function seeded(seed: unknown): number {
  return createHash('sha256').update(repr(seed)).digest().readUInt32BE(0) / 2 ** 32;
}

function random(value: unknown, start: unknown, step: unknown, seed: unknown): unknown {
  if (seed === undefined || seed === null) {
    throw new TemplateFault(
      'TEMPLATE_FILTER_FAILED',
      'The filter "random" needs a seed here, because the plan and the run must give the same result.',
      'Write: random(seed=inventory_hostname).',
    );
  }
  const share = seeded(seed);
  if (isList(value) || typeof value === 'string') {
    const all = items(value);
    return all[Math.floor(share * all.length)];
  }
  const low = start === undefined || start === null ? 0 : toInteger(start, 'random');
  const by = step === undefined || step === null ? 1 : toInteger(step, 'random');
  return low + by * Math.floor(share * Math.ceil((toInteger(value, 'random') - low) / by));
}

function groupBy(
  tools: Toolbox,
  list: unknown,
  attribute: unknown,
  fallback: unknown,
  caseSensitive: unknown,
): unknown[] {
  const get = getter(tools, attribute, fallback);
  const fold = caseless(caseSensitive);
  const rows = sorted(items(list), (item) => fold(get(item)), false);
  const groups: { readonly key: unknown; readonly label: unknown; readonly members: unknown[] }[] = [];
  for (const item of rows) {
    const label = get(item);
    const last = groups.at(-1);
    if (last !== undefined && equal(last.key, fold(label))) last.members.push(item);
    else groups.push({ key: fold(label), label, members: [item] });
  }
  return tuples(groups.map(({ label, members }) => [label, members]));
}

const picker = (attribute: boolean, keep: boolean) =>
  define(
    ['*', '**'],
    (tools, value, [args, keywords]) =>
      own(pick(tools, value, args as unknown[], keywords as Keywords, { attribute, keep })),
    shallow,
  );

export const listFilters: Definitions = {
  length: lengthFilter,
  count: lengthFilter,
  list: define([], (_, value) => own([...items(value)]), shallow),
  first: define(
    [],
    (_, value) => {
      const all = items(value);
      return all.length > 0
        ? all[0]
        : new Undefined('The list is empty and has no first item.', undefined, undefined);
    },
    shallow,
  ),
  last: define(
    [],
    (_, value) => {
      const all = items(value);
      return all.length > 0
        ? all.at(-1)
        : new Undefined('The list is empty and has no last item.', undefined, undefined);
    },
    shallow,
  ),
  join: define(['d', 'attribute'], (tools, value, [by, attribute]) =>
    items(value)
      .map(getter(tools, attribute))
      .map(str)
      .join(by === undefined ? '' : str(by)),
  ),
  map: define(
    ['*', '**'],
    (tools, value, [args, keywords]) => own(mapItems(tools, value, args as unknown[], keywords as Keywords)),
    { shallow: true },
  ),
  select: picker(false, true),
  reject: picker(false, false),
  selectattr: picker(true, true),
  rejectattr: picker(true, false),
  sort: define(
    ['reverse', 'case_sensitive', 'attribute'],
    (tools, value, [reverse, caseSensitive, attribute]) =>
      sorted(items(value), sortKey(tools, attribute, caseSensitive), isSet(reverse)),
  ),
  unique: define(['case_sensitive', 'attribute'], (tools, value, [caseSensitive, attribute]) => {
    const fold = caseless(caseSensitive);
    const get = getter(tools, attribute);
    return uniqueBy(items(value), (item) => fold(get(item)));
  }),
  groupby: define(
    ['attribute!', 'default', 'case_sensitive'],
    (tools, value, [attribute, fallback, caseSensitive]) =>
      groupBy(tools, value, attribute, fallback, caseSensitive),
  ),
  min: define(['case_sensitive', 'attribute'], (tools, value, [caseSensitive, attribute]) =>
    extreme(tools, value, attribute, caseSensitive, -1),
  ),
  max: define(['case_sensitive', 'attribute'], (tools, value, [caseSensitive, attribute]) =>
    extreme(tools, value, attribute, caseSensitive, 1),
  ),
  sum: define(['attribute', 'start'], (tools, value, [attribute, start]) =>
    items(value)
      .map(getter(tools, attribute))
      .reduce((sum, item) => binary('+', sum, item), start ?? 0),
  ),
  reverse: define(
    [],
    (_, value) =>
      typeof value === 'string' ? Array.from(value).reverse().join('') : own([...items(value)].reverse()),
    shallow,
  ),
  random: define(['start', 'step', 'seed'], (_, value, [start, step, seed]) =>
    random(value, start, step, seed),
  ),
  extract: define(
    ['container!', 'morekeys'],
    (tools, value, [container, more]) => {
      const keys = [value, ...(more === undefined || more === null ? [] : isList(more) ? more : [more])];
      return keys.reduce((target, key) => tools.attribute(target, key), container);
    },
    shallow,
  ),
  subelements: define(
    ['subelements!', 'skip_missing'],
    (tools, value, [path, skip]) => {
      const list = isMapping(value) ? Object.values(value) : items(value);
      const rows: unknown[][] = [];
      for (const item of list) {
        const found = getter(
          tools,
          isList(path) ? path.map(str).join('.') : toText(path, 'subelements'),
        )(item);
        if (found instanceof Undefined) {
          if (isSet(skip)) continue;
          throw found.fault();
        }
        touch(found);
        if (!isList(found))
          throw new TemplateFault(
            'TEMPLATE_FILTER_FAILED',
            `The filter "subelements" needs a list in "${str(path)}" of each item, not ${typeName(found)}.`,
          );
        for (const inner of found) rows.push([item, inner]);
      }
      return tuples(rows);
    },
    shallow,
  ),
};
