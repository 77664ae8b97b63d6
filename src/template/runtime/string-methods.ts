/** The methods of texts that templates may call. */
import { toInteger, toList, toText } from './arguments.js';
import { repeated } from './budget.js';
import { TemplateFault } from '../fault.js';
import { method, type Methods } from './method.js';
import { braceFormat } from '../python/percent-format.js';
import { repr } from '../python/format.js';
import {
  affix,
  align,
  capitalize,
  clamp,
  count,
  find,
  partition,
  replaceText,
  split,
  splitLines,
  strip,
} from '../python/text.js';
import { own, type Keywords } from '../python/values.js';

const isCased = (text: string): boolean => /\p{L}/u.test(text) && text.toLowerCase() !== text.toUpperCase();
const matches = (pattern: RegExp) => method<string>([], (self) => pattern.test(self));

export const stringMethods: Methods<string> = {
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
    return sign + repeated('0', toInteger(width, 'zfill') - self.length) + self.slice(sign.length);
  }),
  ljust: method(['width!', 'fillchar'], (self, [width, fill]) => align(self, width, fill, 'left')),
  rjust: method(['width!', 'fillchar'], (self, [width, fill]) => align(self, width, fill, 'right')),
  center: method(['width!', 'fillchar'], (self, [width, fill]) => align(self, width, fill, 'center')),
  expandtabs: method(['tabsize'], (self, [size]) => {
    const width = size === undefined ? 8 : toInteger(size, 'expandtabs');
    return self.replace(
      /([^\t\n]*)\t/g,
      (_, before: string) => before + repeated(' ', width - (before.length % width)),
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
      'Templates have no bytes type.',
      'Write the filter "b64encode".',
    );
  }),
};
