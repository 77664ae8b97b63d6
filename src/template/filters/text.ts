/** Filters on texts. */
import { toInteger, toMapping, toText } from '../runtime/arguments.js';
import { repeated, spendText } from '../runtime/budget.js';
import { TemplateFault } from '../fault.js';
import { center, capitalize, replaceText, splitLines, strip } from '../python/text.js';
import { percentFormat } from '../python/percent-format.js';
import { str } from '../python/format.js';
import { isMapping, items, mappingOf, own, touch, truth, tuple } from '../python/values.js';
import { define, type Definitions } from '../runtime/toolbox.js';
import { wrapLine } from './wrap.js';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

const escape = define([], (_, value) => escapeMarkup(str(value)));

/** Jinja's indent: `first` and `blank` say whether the first and empty lines are indented. */
function indent(text: string, width: unknown, first: boolean, blank: boolean): string {
  const by =
    typeof width === 'string' ? width : repeated(' ', width === undefined ? 4 : toInteger(width, 'indent'));
  // Jinja adds a line end before splitting, so that one at the end of the text is kept.
  const lines = splitLines(`${text}\n`);
  spendText(lines.length * by.length);
  const indented = lines.map((line, index) => (index > 0 && (blank || line !== '') ? by + line : line));
  return (first ? by : '') + indented.join('\n');
}

function truncate(text: string, length: number, killWords: boolean, end: string, leeway: number): string {
  if (text.length <= length + leeway) return text;
  const cut = text.slice(0, Math.max(0, length - end.length));
  if (killWords) return cut + end;
  const space = cut.lastIndexOf(' ');
  return (space < 0 ? cut : cut.slice(0, space)) + end;
}

const styles: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plain: { decoration: '# ' },
  erlang: { decoration: '% ' },
  c: { decoration: '// ' },
  cblock: { beginning: '/*', decoration: ' * ', end: ' */' },
  xml: { beginning: '<!--', decoration: ' - ', end: '-->' },
};

/** Ansible's `comment`. */
function comment(text: string, style: string, options: Readonly<Record<string, unknown>>): string {
  const base = styles[style];
  if (base === undefined) {
    throw new TemplateFault('TEMPLATE_FILTER_FAILED', `The style "${style}" of "comment" is not known.`);
  }
  const option = (name: string, fallback: string): string =>
    toText(options[name] ?? base[name] ?? fallback, 'comment');
  const count = (name: string): number => toInteger(options[name] ?? 1, 'comment');
  const newline = option('newline', '\n');
  const decoration = option('decoration', '');
  const bare = decoration.trimEnd();
  const beginning = option('beginning', '');
  const prefix = option('prefix', bare);
  const postfix = option('postfix', bare);
  const end = option('end', '');
  const body = `${decoration}${text.replaceAll(newline, newline + decoration)}`.replaceAll(
    decoration + newline,
    bare + newline,
  );
  const head =
    prefix === '' ? '' : repeated(prefix === newline ? newline : prefix + newline, count('prefix_count'));
  return (
    (beginning === '' ? '' : beginning + newline) +
    head +
    body +
    repeated(newline + postfix, count('postfix_count')) +
    (end === '' ? '' : newline + end)
  );
}

function encoded(text: string, slash: boolean): string {
  const made = encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return slash ? made : made.replaceAll('%2F', '/');
}

function urlEncode(value: unknown): string {
  if (typeof value === 'string' || (!Array.isArray(value) && !isMapping(value)))
    return encoded(str(value), false);
  const pairs = Array.isArray(value) ? value.map((pair) => items(pair)) : Object.entries(value);
  const part = (one: unknown): string => encoded(str(one), true).replaceAll('%20', '+');
  return pairs.map(([key, item]) => `${part(key)}=${part(item)}`).join('&');
}

/** Python's `urlsplit` as Ansible gives it out. */
function urlSplit(url: string, query: unknown): unknown {
  const [, scheme = '', authority, path = '', search = '', fragment = ''] =
    /^(?:([A-Za-z][A-Za-z\d+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(url) ?? [];
  const [, user, password, host = '', port] =
    /^(?:([^:@]*)(?::([^@]*))?@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority ?? '') ?? [];
  const parts = {
    fragment,
    hostname: host === '' ? null : host.replace(/^\[|\]$/g, '').toLowerCase(),
    netloc: authority ?? '',
    password: password ?? null,
    path,
    port: port === undefined || port === '' ? null : Number(port),
    query: search,
    scheme: scheme.toLowerCase(),
    username: user ?? null,
  };
  const all = own(mappingOf(Object.entries(parts)));
  if (query === undefined || query === '') return all;
  const name = toText(query, 'urlsplit');
  if (!Object.hasOwn(all, name)) {
    throw new TemplateFault('TEMPLATE_FILTER_FAILED', `"urlsplit" has no part "${name}".`);
  }
  return all[name];
}

/** Python's `shlex.quote`, to the byte, so that files come out as with Ansible. */
function shellQuoted(text: string): string {
  if (text !== '' && !/[^A-Za-z0-9_@%+=:,./-]/.test(text)) return text;
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

const attributeBreaker = /[\s/>=]/;

export const textFilters: Definitions = {
  upper: define([], (_, value) => str(value).toUpperCase()),
  lower: define([], (_, value) => str(value).toLowerCase()),
  capitalize: define([], (_, value) => capitalize(str(value))),
  title: define([], (_, value) =>
    str(value)
      .split(/([-\s({[<]+)/)
      .map((part) => part.charAt(0).toUpperCase() + part.slice(1).toLowerCase())
      .join(''),
  ),
  trim: define(['chars'], (_, value, [chars]) => strip(str(value), chars, 'both')),
  center: define(['width'], (_, value, [width]) => center(str(value), width ?? 80)),
  replace: define(['old!', 'new!', 'count'], (_, value, [old, by, count]) =>
    replaceText(
      str(value),
      str(old),
      str(by),
      count === undefined || count === null ? -1 : toInteger(count, 'replace'),
    ),
  ),
  indent: define(['width', 'first', 'blank'], (_, value, [width, first, blank]) =>
    indent(
      toText(value, 'indent'),
      width,
      first !== undefined && truth(first),
      blank !== undefined && truth(blank),
    ),
  ),
  truncate: define(['length', 'killwords', 'end', 'leeway'], (_, value, [length, kill, end, leeway]) =>
    truncate(
      toText(value, 'truncate'),
      length === undefined ? 255 : toInteger(length, 'truncate'),
      kill !== undefined && truth(kill),
      end === undefined ? '...' : toText(end, 'truncate'),
      leeway === undefined || leeway === null ? 5 : toInteger(leeway, 'truncate'),
    ),
  ),
  wordwrap: define(
    ['width', 'break_long_words', 'wrapstring', 'break_on_hyphens'],
    (_, value, [width, long, by, hyphens]) => {
      const join = by === undefined || by === null ? '\n' : toText(by, 'wordwrap');
      const options = {
        width: width === undefined ? 79 : toInteger(width, 'wordwrap'),
        breakLong: long === undefined || truth(long),
        breakHyphens: hyphens === undefined || truth(hyphens),
      };
      return splitLines(toText(value, 'wordwrap'))
        .map((line) => wrapLine(line, options).join(join))
        .join(join);
    },
  ),
  wordcount: define([], (_, value) => (str(value).match(/[\p{L}\p{N}_]+/gu) ?? []).length),
  format: define(['*', '**'], (_, value, [args, keywords]) => {
    const list = args as unknown[];
    return percentFormat(str(value), list.length > 0 ? tuple(...list) : keywords);
  }),
  split: define(['separator', 'maxsplit'], (_, value, args) => {
    const text = toText(value, 'split');
    const [by, limit] = args;
    if (by === undefined || by === null) return own(text.trim() === '' ? [] : text.trim().split(/\s+/));
    const separator = toText(by, 'split');
    if (separator === '')
      throw new TemplateFault('TEMPLATE_TYPE', 'The separator of "split" cannot be empty.');
    const parts = text.split(separator);
    const most = limit === undefined ? -1 : toInteger(limit, 'split');
    return own(
      most < 0 || parts.length <= most + 1
        ? parts
        : [...parts.slice(0, most), parts.slice(most).join(separator)],
    );
  }),
  escape,
  e: escape,
  forceescape: escape,
  striptags: define([], (_, value) =>
    str(value)
      .replace(/<!--[\s\S]*?-->|<[^>]*>/g, '')
      .replace(/\s+/g, ' ')
      .trim(),
  ),
  xmlattr: define(['autospace'], (_, value, [space]) => {
    const parts = Object.entries(toMapping(value, 'xmlattr'))
      .filter(([, item]) => item !== null)
      .map(([key, item]) => {
        if (attributeBreaker.test(key)) {
          throw new TemplateFault(
            'TEMPLATE_FILTER_FAILED',
            `"${key}" is not valid as the name of an attribute.`,
          );
        }
        touch(item);
        return `${escapeMarkup(key)}="${escapeMarkup(str(item))}"`;
      });
    const text = parts.join(' ');
    return text !== '' && (space === undefined || truth(space)) ? ` ${text}` : text;
  }),
  urlencode: define([], (_, value) => urlEncode(value)),
  urlsplit: define(['query'], (_, value, [query]) => urlSplit(toText(value, 'urlsplit'), query)),
  quote: define([], (_, value) => shellQuoted(value === null ? '' : str(value))),
  comment: define(['style', '**'], (_, value, [style, options]) =>
    comment(
      toText(value, 'comment'),
      style === undefined ? 'plain' : toText(style, 'comment'),
      options as Record<string, unknown>,
    ),
  ),
};
