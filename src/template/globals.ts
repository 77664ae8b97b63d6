/** Global functions of templates. */
import { bind, given, toInteger, toMapping, toText } from './arguments.js';
import { TemplateFault } from './fault.js';
import { dateValue, formatDate } from './filters/dates.js';
import { plain } from './plain.js';
import { str } from './python-format.js';
import { Callable, Namespace, OMIT, items, mappingOf, own, truth, type Keywords } from './python-values.js';
import type { Value } from '../values/value.js';

export interface GlobalOptions {
  readonly lookup?: (
    plugin: string,
    terms: readonly Value[],
    options: Readonly<Record<string, Value>>,
  ) => readonly Value[];
  readonly now?: () => Date;
}

const largestRange = 100_000;

function range(args: readonly unknown[]): unknown[] {
  if (args.length === 0 || args.length > 3)
    throw new TemplateFault('TEMPLATE_TYPE', '"range" takes one to three whole numbers.');
  const numbers = args.map((value) => toInteger(value, 'range'));
  const [start = 0, stop = 0, step = 1] = numbers.length === 1 ? [0, ...numbers] : numbers;
  if (step === 0) throw new TemplateFault('TEMPLATE_TYPE', 'The step of "range" cannot be 0.');
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if (count > largestRange)
    throw new TemplateFault('TEMPLATE_TOO_LARGE', `"range" gives at most ${largestRange} numbers.`);
  return own(Array.from({ length: count }, (_, index) => start + index * step));
}

function dict(args: readonly unknown[], keywords: Keywords): unknown {
  const [pairs] = args;
  const first: (readonly [string, unknown])[] =
    pairs === undefined
      ? []
      : Array.isArray(pairs)
        ? items(pairs).map((pair) => {
            const [key, value] = items(pair);
            return [str(key), value] as const;
          })
        : Object.entries(toMapping(pairs, 'dict'));
  return own(mappingOf([...first, ...Object.entries(keywords)]));
}

function namespace(args: readonly unknown[], keywords: Keywords): Namespace {
  const made = new Namespace();
  const [from] = args;
  const entries = from === undefined ? [] : Object.entries(toMapping(from, 'namespace'));
  for (const [key, value] of [...entries, ...Object.entries(keywords)]) made.attributes.set(key, value);
  return made;
}

function now(clock: () => Date, args: readonly unknown[], keywords: Keywords): unknown {
  const [utc, format] = bind('The function "now"', ['utc', 'fmt'], args, keywords);
  const isUtc = utc !== undefined && truth(utc);
  const date = clock();
  return given(format ?? undefined, undefined) === undefined
    ? dateValue(date, isUtc)
    : formatDate(toText(format, 'now'), date, isUtc);
}

/** `lookup` joins what it found with commas, `query` gives the list. */
function lookup(options: GlobalOptions, name: 'lookup' | 'query'): Callable {
  return new Callable(name, (args, keywords) => {
    const [plugin, ...terms] = args;
    const label = toText(plugin, name).replace(/^ansible\.(builtin|legacy)\./, '');
    if (options.lookup === undefined) {
      throw new TemplateFault('TEMPLATE_FUNCTION_UNKNOWN', `Lookups ("${label}") are not possible here.`);
    }
    const { wantlist, default: fallback, errors, ...others } = keywords;
    let found: readonly Value[];
    try {
      const settings = mappingOf(Object.entries(others).map(([key, value]) => [key, plain(value)] as const));
      if (fallback !== undefined) Object.assign(settings, { default: plain(fallback) });
      found = options.lookup(label, terms.map(plain), settings as Readonly<Record<string, Value>>);
    } catch (error) {
      if (error instanceof TemplateFault) throw error;
      if (errors === 'ignore') return name === 'query' ? [] : null;
      const reason = error instanceof Error ? error.message : String(error);
      throw new TemplateFault('TEMPLATE_FILTER_FAILED', `The lookup "${label}" failed: ${reason}`);
    }
    if (name === 'query' || (wantlist !== undefined && truth(wantlist))) return own([...found]);
    return found.length === 1 ? found[0] : found.map(str).join(',');
  });
}

/** The names that every template knows besides its variables. */
export function globalsOf(options: GlobalOptions): ReadonlyMap<string, unknown> {
  const clock = options.now ?? (() => new Date());
  const query = lookup(options, 'query');
  return new Map<string, unknown>([
    ['range', new Callable('range', (args) => range(args))],
    ['dict', new Callable('dict', dict)],
    ['namespace', new Callable('namespace', namespace)],
    ['now', new Callable('now', (args, keywords) => now(clock, args, keywords))],
    ['lookup', lookup(options, 'lookup')],
    ['query', query],
    ['q', query],
    ['omit', OMIT],
  ]);
}
