/**
 * Methods of texts, mappings and lists that templates may call: an allow-list of Python's. Nothing else of
 * a JavaScript value can be reached.
 */
import { bind, toInteger, toList, toMapping, toText, type Parameters } from './arguments.js';
import { TemplateFault } from './fault.js';
import { braceFormat } from './percent-format.js';
import { compare, contains, equal } from './operators.js';
import {
  Callable,
  Undefined,
  isList,
  isMapping,
  isOwned,
  own,
  setKey,
  touch,
  tuple,
  type Keywords,
} from './python-values.js';
import { repr, str } from './python-format.js';

type Attribute = (target: unknown, key: string) => unknown;
interface Method<T> {
  readonly parameters: Parameters;
  readonly run: (self: T, args: unknown[], attribute: Attribute) => unknown;
}
type Methods<T> = Readonly<Record<string, Method<T>>>;

function method<T>(parameters: Parameters, run: Method<T>['run']): Method<T> {
  return { parameters, run };
}

function escaped(characters: string): string {
  return characters.replaceAll(/[\\\]^-]/g, '\\$&');
}

/** Python's `strip`: white space, or any of the characters. */
export function strip(text: string, characters: unknown, side: 'both' | 'left' | 'right'): string {
  const set = characters === undefined || characters === null ? '\\s' : escaped(toText(characters, 'strip'));
  if (set === '') return text;
  let result = text;
  if (side !== 'right') result = result.replace(new RegExp(`^[${set}]+`, 'u'), '');
  if (side !== 'left') result = result.replace(new RegExp(`[${set}]+$`, 'u'), '');
  return result;
}

function split(text: string, separator: unknown, limit: unknown, fromRight: boolean): string[] {
  const most = limit === undefined ? -1 : toInteger(limit, 'split');
  if (separator === undefined || separator === null) {
    const words = text.trim() === '' ? [] : text.trim().split(/\s+/);
    if (most < 0 || words.length <= most + 1) return words;
    const trimmed = fromRight ? text.trimEnd() : text.trimStart();
    const pattern = fromRight
      ? new RegExp(`^(.*?)((?:\\s+\\S+){${most}})$`, 's')
      : new RegExp(`^((?:\\S+\\s+){${most}})(.*)$`, 's');
    const [, first = '', second = ''] = pattern.exec(trimmed) ?? [];
    return fromRight
      ? [first, ...second.trim().split(/\s+/).filter(Boolean)]
      : [...first.trim().split(/\s+/).filter(Boolean), second];
  }
  const by = toText(separator, 'split');
  if (by === '') throw new TemplateFault('TEMPLATE_TYPE', 'The separator of "split" cannot be empty.');
  const parts = text.split(by);
  if (most < 0 || parts.length <= most + 1) return parts;
  return fromRight
    ? [parts.slice(0, parts.length - most).join(by), ...parts.slice(parts.length - most)]
    : [...parts.slice(0, most), parts.slice(most).join(by)];
}

/** Python's line ends. */
const lineEnd = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g;

export function splitLines(text: string, keepEnds = false): string[] {
  const lines: string[] = [];
  let start = 0;
  for (const end of text.matchAll(lineEnd)) {
    lines.push(text.slice(start, keepEnds ? end.index + end[0].length : end.index));
    start = end.index + end[0].length;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}

export function capitalize(text: string): string {
  const [first = '', ...rest] = Array.from(text);
  return first.toUpperCase() + rest.join('').toLowerCase();
}

function affix(affixes: unknown, test: (affix: string) => boolean): boolean {
  touch(affixes);
  return (isList(affixes) ? affixes : [affixes]).some((one) => test(toText(one, 'startswith and endswith')));
}

function clamp(
  text: string,
  start: unknown,
  end: unknown,
): { readonly part: string; readonly offset: number } {
  const length = text.length;
  const place = (value: unknown, fallback: number): number => {
    if (value === undefined || value === null) return fallback;
    const index = toInteger(value, 'find');
    return Math.min(length, Math.max(0, index < 0 ? index + length : index));
  };
  const offset = place(start, 0);
  return { part: text.slice(offset, place(end, length)), offset };
}

function count(text: string, part: string): number {
  return part === '' ? text.length + 1 : text.split(part).length - 1;
}

export function replaceText(text: string, old: string, by: string, limit: number): string {
  if (limit < 0) return text.split(old).join(by);
  const parts = text.split(old);
  return parts.reduce(
    (made, part, index) => (index === 0 ? part : made + (index <= limit ? by : old) + part),
    '',
  );
}

const isCased = (text: string): boolean => /\p{L}/u.test(text) && text.toLowerCase() !== text.toUpperCase();
const matches = (pattern: RegExp) => method<string>([], (self) => pattern.test(self));

function align(text: string, width: unknown, fill: unknown, where: 'left' | 'right' | 'center'): string {
  const filler = fill === undefined ? ' ' : toText(fill, 'The fill character');
  const missing = toInteger(width, 'The width') - Array.from(text).length;
  if (missing <= 0) return text;
  if (where === 'left') return text + filler.repeat(missing);
  if (where === 'right') return filler.repeat(missing) + text;
  const left = Math.floor(missing / 2) + (missing & (missing + Array.from(text).length) & 1);
  return filler.repeat(left) + text + filler.repeat(missing - left);
}

export const center = (text: string, width: unknown): string => align(text, width, undefined, 'center');

function partition(text: string, separator: unknown, last: boolean): unknown {
  const by = toText(separator, 'partition');
  const at = last ? text.lastIndexOf(by) : text.indexOf(by);
  if (at < 0) return last ? tuple('', '', text) : tuple(text, '', '');
  return tuple(text.slice(0, at), by, text.slice(at + by.length));
}

function find(self: string, [part, start, end]: readonly unknown[], last: boolean): number {
  const { part: within, offset } = clamp(self, start, end);
  const text = toText(part, 'find');
  const at = last ? within.lastIndexOf(text) : within.indexOf(text);
  return at < 0 ? -1 : at + offset;
}

const stringMethods: Methods<string> = {
  split: method(['sep', 'maxsplit'], (self, [by, limit]) => own(split(self, by, limit, false))),
  rsplit: method(['sep', 'maxsplit'], (self, [by, limit]) => own(split(self, by, limit, true))),
  splitlines: method(['keepends'], (self, [keep]) => own(splitLines(self, keep === true))),
  strip: method(['chars'], (self, [set]) => strip(self, set, 'both')),
  lstrip: method(['chars'], (self, [set]) => strip(self, set, 'left')),
  rstrip: method(['chars'], (self, [set]) => strip(self, set, 'right')),
  lower: method([], (self) => self.toLowerCase()),
  upper: method([], (self) => self.toUpperCase()),
  casefold: method([], (self) => self.toLowerCase()),
  swapcase: method([], (self) =>
    Array.from(self, (c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join(''),
  ),
  title: method([], (self) =>
    self.replace(/\p{L}+/gu, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()),
  ),
  capitalize: method([], (self) => capitalize(self)),
  startswith: method(['prefix!', 'start', 'end'], (self, [prefix, start, end]) =>
    affix(prefix, (one) => clamp(self, start, end).part.startsWith(one)),
  ),
  endswith: method(['suffix!', 'start', 'end'], (self, [suffix, start, end]) =>
    affix(suffix, (one) => clamp(self, start, end).part.endsWith(one)),
  ),
  removeprefix: method(['prefix!'], (self, [prefix]) => {
    const text = toText(prefix, 'removeprefix');
    return self.startsWith(text) ? self.slice(text.length) : self;
  }),
  removesuffix: method(['suffix!'], (self, [suffix]) => {
    const text = toText(suffix, 'removesuffix');
    return text !== '' && self.endsWith(text) ? self.slice(0, -text.length) : self;
  }),
  replace: method(['old!', 'new!', 'count'], (self, [old, by, limit]) =>
    replaceText(
      self,
      toText(old, 'replace'),
      toText(by, 'replace'),
      limit === undefined ? -1 : toInteger(limit, 'replace'),
    ),
  ),
  join: method(['iterable!'], (self, [list]) =>
    toList(list)
      .map((item) => toText(item, 'join'))
      .join(self),
  ),
  find: method(['sub!', 'start', 'end'], (self, args) => find(self, args, false)),
  rfind: method(['sub!', 'start', 'end'], (self, args) => find(self, args, true)),
  index: method(['sub!', 'start', 'end'], (self, args) => {
    const at = find(self, args, false);
    if (at < 0) throw new TemplateFault('TEMPLATE_TYPE', `The text does not contain ${repr(args[0])}.`);
    return at;
  }),
  count: method(['sub!', 'start', 'end'], (self, [part, start, end]) =>
    count(clamp(self, start, end).part, toText(part, 'count')),
  ),
  partition: method(['sep!'], (self, [by]) => partition(self, by, false)),
  rpartition: method(['sep!'], (self, [by]) => partition(self, by, true)),
  zfill: method(['width!'], (self, [width]) => {
    const sign = /^[-+]/.exec(self)?.[0] ?? '';
    return sign + self.slice(sign.length).padStart(toInteger(width, 'zfill') - sign.length, '0');
  }),
  ljust: method(['width!', 'fillchar'], (self, [width, fill]) => align(self, width, fill, 'left')),
  rjust: method(['width!', 'fillchar'], (self, [width, fill]) => align(self, width, fill, 'right')),
  center: method(['width!', 'fillchar'], (self, [width, fill]) => align(self, width, fill, 'center')),
  expandtabs: method(['tabsize'], (self, [size]) => {
    const width = size === undefined ? 8 : toInteger(size, 'expandtabs');
    return self.replace(
      /([^\t\n]*)\t/g,
      (_, before: string) => before + ' '.repeat(width - (before.length % width)),
    );
  }),
  isdigit: matches(/^\p{Nd}+$/u),
  isdecimal: matches(/^\p{Nd}+$/u),
  isnumeric: matches(/^\p{N}+$/u),
  isalpha: matches(/^\p{L}+$/u),
  isalnum: matches(/^[\p{L}\p{N}]+$/u),
  isspace: matches(/^\s+$/u),
  isidentifier: matches(/^[\p{ID_Start}_][\p{ID_Continue}]*$/u),
  islower: method([], (self) => isCased(self) && self === self.toLowerCase()),
  isupper: method([], (self) => isCased(self) && self === self.toUpperCase()),
  format: method(['*', '**'], (self, [args, keywords], attribute) =>
    braceFormat(self, args as unknown[], keywords as Keywords, attribute),
  ),
  encode: method(['encoding'], () => {
    throw new TemplateFault(
      'TEMPLATE_TYPE',
      'There are no bytes in templates.',
      'Write the filter "b64encode".',
    );
  }),
};

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
    changeable(self, 'extend').push(...toList(more));
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

function boundMethod<T>(
  self: T,
  methods: Methods<T>,
  name: string,
  attribute: Attribute,
): Callable | undefined {
  const found = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (found === undefined) return undefined;
  return new Callable(
    name,
    (args, keywords) =>
      found.run(self, bind(`The method "${name}"`, found.parameters, args, keywords), attribute),
    'method',
  );
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
