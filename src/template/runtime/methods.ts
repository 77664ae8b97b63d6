/**
 * Methods of texts, mappings and lists that templates may call: an allow-list of Python's. Nothing else of
 * a JavaScript value can be reached.
 */
import { toInteger, toList, toMapping } from './arguments.js';
import { TemplateFault } from '../fault.js';
import { boundMethod, method, type Attribute, type Methods } from './method.js';
import { compare, contains, equal } from './operators.js';
import {
  Undefined,
  isList,
  isMapping,
  isOwned,
  own,
  setKey,
  touch,
  tuple,
  type Callable,
} from '../python/values.js';
import { repr, str } from '../python/format.js';
import { stringMethods } from './string-methods.js';

function changeable<T extends object>(self: T, name: string): T {
  if (isOwned(self)) return self;
  throw new TemplateFault(
    'TEMPLATE_TYPE',
    `"${name}" would change a variable of the playbook or inventory.`,
    'Make a new value: {% set name = list + [item] %} or the filter "combine"; or start from .copy().',
  );
}

const mappingMethods: Methods<Record<string, unknown>> = {
  items: method([], (self) => own(Object.entries(self).map(([key, value]) => tuple(key, value)))),
  keys: method([], (self) => own(Object.keys(self))),
  values: method([], (self) => own(Object.values(self))),
  get: method(['key!', 'default'], (self, [key, fallback]) => {
    touch(key);
    const name = str(key);
    return Object.hasOwn(self, name) ? self[name] : (fallback ?? null);
  }),
  copy: method([], (self) => own({ ...self })),
  update: method(['other', '**'], (self, [other, keywords]) => {
    const target = changeable(self, 'update');
    const pairs = other === undefined ? [] : Object.entries(toMapping(other, 'update'));
    for (const [key, value] of [...pairs, ...Object.entries(keywords as object)]) setKey(target, key, value);
    return null;
  }),
  setdefault: method(['key!', 'default'], (self, [key, fallback]) => {
    const name = str(key);
    if (!Object.hasOwn(self, name)) setKey(changeable(self, 'setdefault'), name, fallback ?? null);
    return self[name];
  }),
  pop: method(['key!', 'default'], (self, [key, fallback]) => {
    const name = str(key);
    if (!Object.hasOwn(self, name)) {
      if (fallback !== undefined) return fallback;
      throw new TemplateFault('TEMPLATE_TYPE', `The mapping has no key "${name}".`);
    }
    const value = self[name];
    Reflect.deleteProperty(changeable(self, 'pop'), name);
    return value;
  }),
};

function position(self: readonly unknown[], item: unknown): number {
  const at = self.findIndex((candidate) => equal(candidate, item));
  if (at < 0) throw new TemplateFault('TEMPLATE_TYPE', `The list does not contain ${repr(item)}.`);
  return at;
}

const listMethods: Methods<unknown[]> = {
  append: method(['item!'], (self, [item]) => {
    touchUndefined(item);
    changeable(self, 'append').push(item);
    return null;
  }),
  extend: method(['items!'], (self, [more]) => {
    const target = changeable(self, 'extend');
    // Copied first: a list may be extended by itself.
    for (const item of [...toList(more)]) target.push(item);
    return null;
  }),
  insert: method(['index!', 'item!'], (self, [index, item]) => {
    changeable(self, 'insert').splice(toInteger(index, 'insert'), 0, item);
    return null;
  }),
  remove: method(['item!'], (self, [item]) => {
    changeable(self, 'remove').splice(position(self, item), 1);
    return null;
  }),
  pop: method(['index'], (self, [index]) => {
    if (self.length === 0) throw new TemplateFault('TEMPLATE_TYPE', 'The list is empty.');
    return changeable(self, 'pop').splice(index === undefined ? -1 : toInteger(index, 'pop'), 1)[0];
  }),
  reverse: method([], (self) => {
    changeable(self, 'reverse').reverse();
    return null;
  }),
  sort: method(['reverse'], (self, [reverse]) => {
    changeable(self, 'sort').sort((a, b) => (reverse === true ? compare(b, a) : compare(a, b)));
    return null;
  }),
  copy: method([], (self) => own([...self])),
  clear: method([], (self) => {
    changeable(self, 'clear').length = 0;
    return null;
  }),
  index: method(['item!'], (self, [item]) => position(self, item)),
  count: method(['item!'], (self, [item]) => self.filter((one) => contains([one], item)).length),
};

function touchUndefined(value: unknown): void {
  if (value instanceof Undefined) throw value.fault();
}

/** The method of that name which the value has, if any. */
export function methodOf(value: unknown, name: string, attribute: Attribute): Callable | undefined {
  if (typeof value === 'string') return boundMethod(value, stringMethods, name, attribute);
  if (isList(value)) return boundMethod(value, listMethods, name, attribute);
  if (isMapping(value)) return boundMethod(value, mappingMethods, name, attribute);
  return undefined;
}

/** Names of methods, for hints. */
export function methodNames(value: unknown): readonly string[] {
  if (typeof value === 'string') return Object.keys(stringMethods);
  if (isList(value)) return Object.keys(listMethods);
  return isMapping(value) ? Object.keys(mappingMethods) : [];
}
