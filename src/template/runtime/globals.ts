/** Global functions of templates. */
import { bind, given, toInteger, toMapping, toText } from './arguments.js';
import { TemplateFault } from '../fault.js';
import { dateValue, formatDate } from '../filters/dates.js';
import { lookupFunctions, type LookupHost } from './lookup.js';
import { str } from '../python/format.js';
import { Callable, Namespace, OMIT, items, mappingOf, own, truth, type Keywords } from '../python/values.js';

export interface GlobalOptions {
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

/** The names that every template knows besides its variables. */
export function globalsOf(options: GlobalOptions, lookups: LookupHost): ReadonlyMap<string, unknown> {
  const clock = options.now ?? (() => new Date());
  return new Map<string, unknown>([
    ['range', new Callable('range', (args) => range(args))],
    ['dict', new Callable('dict', dict)],
    ['namespace', new Callable('namespace', namespace)],
    ['now', new Callable('now', (args, keywords) => now(clock, args, keywords))],
    ...lookupFunctions(lookups),
    ['omit', OMIT],
  ]);
}
