/** What Jinja's filters on lists share: attribute paths, and which items a test picks. */
import { TemplateFault } from '../fault.js';
import { isUnknown } from '../../values/value.js';
import { str } from '../python/format.js';
import { Undefined, items, touch, truth, type Keywords } from '../python/values.js';
import type { Toolbox } from '../runtime/toolbox.js';

/** The getter of `attribute='a.b.0'`; the item itself when no attribute is given. */
export function getter(tools: Toolbox, attribute: unknown, fallback?: unknown): (item: unknown) => unknown {
  if (attribute === undefined || attribute === null) return (item) => item;
  const path =
    typeof attribute === 'string'
      ? attribute.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part))
      : [attribute];
  return (item) => {
    let value = item;
    for (const part of path) {
      value = tools.attribute(value, part);
      if (value instanceof Undefined && fallback !== undefined && fallback !== null) value = fallback;
    }
    return value;
  };
}

/** Letter case does not count for `sort`, `unique`, `groupby`, `min` and `max` unless asked for. */
export function caseless(isSensitive: unknown): (value: unknown) => unknown {
  if (isSensitive !== undefined && truth(isSensitive)) return (value) => value;
  return (value) => (typeof value === 'string' ? value.toLowerCase() : value);
}

/** Jinja's `map` and `select` take what is false (None, for instance) for an empty list. */
function itemsOrNone(list: unknown): readonly unknown[] {
  return truth(list) ? items(list) : [];
}

/** `select`, `reject`, `selectattr`, `rejectattr`: the arguments are (attribute,) test, its arguments. */
export function pick(
  tools: Toolbox,
  list: unknown,
  args: readonly unknown[],
  keywords: Keywords,
  options: { readonly attribute: boolean; readonly keep: boolean },
): unknown[] {
  const [attribute, ...others] = options.attribute ? args : [undefined, ...args];
  if (options.attribute && attribute === undefined) {
    throw new TemplateFault('TEMPLATE_TYPE', 'The name of an attribute is missing.');
  }
  const [test, ...testArguments] = others;
  const get = getter(tools, attribute);
  return itemsOrNone(list).filter((item) => {
    const value = get(item);
    // Whether it will be there is not known either, which the test "defined" would not ask.
    if (options.attribute && isUnknown(value)) touch(value);
    const passes =
      test === undefined ? truth(value) : tools.applyTest(str(test), value, testArguments, keywords);
    return passes === options.keep;
  });
}

/** `map`: an attribute of every item, or a filter applied to it. */
export function mapItems(
  tools: Toolbox,
  list: unknown,
  args: readonly unknown[],
  keywords: Keywords,
): unknown[] {
  const [name, ...filterArguments] = args;
  if (name === undefined) {
    const { attribute, default: fallback, ...rest } = keywords;
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined)
      throw new TemplateFault('TEMPLATE_TYPE', `The filter "map" has no argument "${unknown}".`);
    if (attribute === undefined) {
      throw new TemplateFault(
        'TEMPLATE_TYPE',
        'The filter "map" needs the name of a filter or attribute="...".',
      );
    }
    return itemsOrNone(list).map(getter(tools, attribute, fallback));
  }
  touch(name);
  return itemsOrNone(list).map((item) => tools.applyFilter(str(name), item, filterArguments, keywords));
}
