/** Filters on mappings. */
import { given, toMapping, toText } from '../runtime/arguments.js';
import { TemplateFault } from '../fault.js';
import { attribute } from '../runtime/member.js';
import { derived, isUnknown } from '../../values/value.js';
import { compare, equal } from '../runtime/operators.js';
import { str } from '../python/format.js';
import {
  Undefined,
  isList,
  isMapping,
  items,
  mappingOf,
  own,
  setKey,
  touch,
  truth,
  tuple,
} from '../python/values.js';
import { define, shallow, type Definitions } from '../runtime/toolbox.js';
import { caseless } from './select.js';

type ListMerge = 'replace' | 'keep' | 'append' | 'prepend' | 'append_rp' | 'prepend_rp';
const listMerges = new Set<string>(['replace', 'keep', 'append', 'prepend', 'append_rp', 'prepend_rp']);

function without(list: readonly unknown[], others: readonly unknown[]): unknown[] {
  return list.filter((item) => !others.some((other) => equal(other, item)));
}

function mergeLists(low: unknown[], high: unknown[], how: ListMerge): unknown[] {
  switch (how) {
    case 'replace':
      return high;
    case 'keep':
      return low;
    case 'append':
      return [...low, ...high];
    case 'prepend':
      return [...high, ...low];
    case 'append_rp':
      return [...without(low, high), ...high];
    case 'prepend_rp':
      return [...high, ...without(low, high)];
  }
}

/** Ansible's `merge_hash`: what is in `high` wins. */
function merge(
  low: Record<string, unknown>,
  high: Record<string, unknown>,
  recursive: boolean,
  lists: ListMerge,
): Record<string, unknown> {
  const made = mappingOf(Object.entries(low));
  for (const [key, value] of Object.entries(high)) {
    const before = Object.hasOwn(made, key) ? made[key] : undefined;
    const joins = (recursive && isMapping(value)) || (lists !== 'replace' && isList(value));
    if (recursive && isMapping(before) && isMapping(value))
      setKey(made, key, merge(before, value, recursive, lists));
    else if (isList(before) && isList(value)) setKey(made, key, mergeLists(before, value, lists));
    // What it is joined to is not known.
    else setKey(made, key, joins && isUnknown(before) ? derived(before) : value);
  }
  return made;
}

function combine(value: unknown, others: readonly unknown[], recursive: boolean, lists: string): unknown {
  if (!listMerges.has(lists)) {
    throw new TemplateFault(
      'TEMPLATE_FILTER_FAILED',
      `"${lists}" is not a value of list_merge.`,
      `It is one of: ${[...listMerges].join(', ')}.`,
    );
  }
  const all = [value, ...others].flatMap((one) => (isList(one) ? one : [one]));
  return own(
    all
      .filter((one) => one !== null)
      .map((one) => toMapping(one, 'The filter "combine"'))
      .reduce<Record<string, unknown>>((made, one) => merge(made, one, recursive, lists as ListMerge), {}),
  );
}

export const mappingFilters: Definitions = {
  items: define(
    [],
    (_, value) => {
      if (value instanceof Undefined) return [];
      touch(value);
      return own(Object.entries(toMapping(value, 'items')).map(([key, item]) => tuple(key, item)));
    },
    { undefinedInput: true, shallow: true },
  ),
  dictsort: define(['case_sensitive', 'by', 'reverse'], (_, value, [caseSensitive, by, reverse]) => {
    const side = given(by, 'key');
    if (side !== 'key' && side !== 'value') {
      throw new TemplateFault('TEMPLATE_FILTER_FAILED', '"dictsort" sorts by "key" or "value".');
    }
    const fold = caseless(caseSensitive);
    const sign = reverse !== undefined && truth(reverse) ? -1 : 1;
    const index = side === 'key' ? 0 : 1;
    const rows = Object.entries(toMapping(value, 'dictsort'));
    rows.sort((a, b) => sign * compare(fold(a[index]), fold(b[index])));
    return own(rows.map(([key, item]) => tuple(key, item)));
  }),
  dict2items: define(
    ['key_name', 'value_name'],
    (_, value, [keyName, valueName]) => {
      const names = [
        toText(given(keyName, 'key'), 'dict2items'),
        toText(given(valueName, 'value'), 'dict2items'),
      ] as const;
      const rows = Object.entries(toMapping(value, 'dict2items'));
      return own(
        rows.map(([key, item]) =>
          mappingOf([
            [names[0], key],
            [names[1], item],
          ]),
        ),
      );
    },
    shallow,
  ),
  items2dict: define(
    ['key_name', 'value_name'],
    (tools, value, [keyName, valueName]) => {
      const names = [given(keyName, 'key'), given(valueName, 'value')] as const;
      return own(
        mappingOf(
          items(value).map((item) => {
            const [key, one] = names.map((name) => tools.attribute(item, name));
            touch(key);
            if (one instanceof Undefined) throw one.fault();
            return [str(key), one] as const;
          }),
        ),
      );
    },
    shallow,
  ),
  combine: define(
    ['*', 'recursive', 'list_merge'],
    (_, value, [others, recursive, lists]) =>
      combine(
        value,
        others as unknown[],
        recursive !== undefined && truth(recursive),
        toText(given(lists, 'replace'), 'combine'),
      ),
    shallow,
  ),
  attr: define(
    ['name!'],
    (_, value, [name]) => {
      const found = attribute(value, name);
      return (
        found ??
        new Undefined(
          `The value has no attribute "${str(name)}".`,
          'Write value["key"] for a key.',
          undefined,
        )
      );
    },
    shallow,
  ),
  rekey_on_member: define(['key!', 'duplicates'], (tools, value, [key, duplicates]) => {
    const made: Record<string, unknown> = {};
    for (const item of isMapping(value) ? Object.values(value) : items(value)) {
      const name = tools.attribute(item, key);
      touch(name);
      const label = str(name);
      if (Object.hasOwn(made, label) && given(duplicates, 'error') === 'error') {
        throw new TemplateFault('TEMPLATE_FILTER_FAILED', `The key "${label}" appears twice.`);
      }
      setKey(made, label, item);
    }
    return own(made);
  }),
};
