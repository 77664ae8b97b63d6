/** Lookups that only compute from their terms, and those over the variables. */
import { TemplateFault } from '../template/fault.js';
import { percentFormat } from '../template/python/percent-format.js';
import { pythonRegex } from '../values/python-regex.js';
import { isMapping, type Value, type Vars } from '../values/value.js';
import type { LookupCall } from '../template/runtime/lookup.js';
import type { Lookup } from './lookup.js';
import { termOptions, textOf } from './options.js';

/** Lists inside of a list are opened once. */
function opened(values: readonly Value[]): readonly Value[] {
  return values.flatMap((value) => (Array.isArray(value) ? (value as readonly Value[]) : [value]));
}

const asList = (value: Value): readonly Value[] =>
  Array.isArray(value) ? (value as readonly Value[]) : [value];

export const items: Lookup = (call) => opened(call.terms);

export const list: Lookup = (call) => call.terms;

export const dict: Lookup = (call) =>
  call.terms.flatMap((term) => {
    if (!isMapping(term)) throw new Error('it takes a mapping');
    return Object.entries(term).map(([key, value]) => ({ key, value }));
  });

export const indexedItems: Lookup = (call) => opened(call.terms).map((item, index) => [index, item]);

export const nested: Lookup = (call) => {
  if (call.terms.length === 0) throw new Error('it takes at least one list');
  return call.terms
    .map(asList)
    .reduce<readonly (readonly Value[])[]>(
      (rows, column) => rows.flatMap((row) => column.map((item) => [...row, ...asList(item)])),
      [[]],
    );
};

export const together: Lookup = (call) => {
  if (call.terms.length === 0) throw new Error('it takes at least one list');
  const lists = call.terms.map(asList);
  const length = Math.max(...lists.map((one) => one.length));
  return Array.from({ length }, (_, index) => opened(lists.map((one) => one[index] ?? null)));
};

export const subelements: Lookup = (call) => {
  const [elements, path, flags] = call.terms;
  if (typeof path !== 'string' || elements === undefined)
    throw new Error('it takes a list of mappings and the key of the list in each of them');
  const skips = [flags, call.options].some((one) => isMapping(one) && one['skip_missing'] === true);
  const given = isMapping(elements) ? Object.values(elements) : asList(elements);
  return given.flatMap((element) => {
    if (!isMapping(element)) throw new Error('every element has to be a mapping');
    const { rest, found } = without(element, path.split('.'));
    if (found === undefined && skips) return [];
    if (found === undefined) throw new Error(`an element has no "${path}"`);
    if (!Array.isArray(found)) throw new Error(`"${path}" of an element is not a list`);
    return (found as readonly Value[]).map((one) => [rest, one]);
  });
};

/** The element without the list, and the list: as in Ansible the first of each pair does not hold it. */
function without(element: Vars, [key = '', ...deeper]: readonly string[]): { rest: Vars; found?: Value } {
  if (!Object.hasOwn(element, key)) return { rest: element };
  const value = element[key] ?? null;
  if (deeper.length > 0) {
    if (!isMapping(value)) return { rest: element };
    const inner = without(value, deeper);
    return {
      rest: { ...element, [key]: inner.rest },
      ...(inner.found === undefined ? {} : { found: inner.found }),
    };
  }
  return { rest: Object.fromEntries(Object.entries(element).filter(([name]) => name !== key)), found: value };
}

const shortcut = /^(?:(0?x?[0-9a-f]+)-)?(0?x?[0-9a-f]+)(?:\/(0?x?[0-9a-f]+))?(?::(.*))?$/i;
const sequenceOptions = ['start', 'end', 'count', 'stride', 'format'];
/** More is not a list that somebody means. */
const longestSequence = 1_000_000;

export const sequence: Lookup = (call) => {
  const terms = call.terms.length === 0 && Object.keys(call.options).length > 0 ? [''] : call.terms;
  return terms.flatMap((term) => sequenceOf(textOf(term, 'what it takes'), call.options));
};

function sequenceOf(term: string, options: Vars): readonly string[] {
  const short = shortcut.exec(term.trim());
  const [, first, last, step, form] = short ?? [];
  const inTerm: Vars =
    short === null ? named(term) : defined({ start: first, end: last, stride: step, format: form });
  const given: Vars = { ...options, ...inTerm };
  const number = (name: string): number | undefined => {
    const value = given[name];
    return value === undefined || value === null ? undefined : wholeNumber(textOf(value, name), name);
  };
  const start = number('start') ?? 1;
  const stride = number('stride') ?? 1;
  const count = number('count');
  const end = number('end');
  const format = typeof given['format'] === 'string' ? given['format'] : '%d';
  if ((count === undefined) === (end === undefined)) throw new Error('it takes either "end" or "count"');
  if (stride === 0 || count === 0) return [];
  const stop = end ?? start + (count ?? 0) * stride - Math.sign(stride);
  if (stride > 0 ? stop < start : stop > start)
    throw new Error(`steps of ${stride} do not lead from ${start} to ${stop}; the sign of "stride" is wrong`);
  if (Math.abs((stop - start) / stride) > longestSequence)
    throw new Error(`it gives at most ${longestSequence} numbers`);
  const numbers: string[] = [];
  for (let at = start; stride > 0 ? at <= stop : at >= stop; at += stride)
    numbers.push(percentFormat(format, at));
  return numbers;
}

function defined(given: Readonly<Record<string, string | undefined>>): Vars {
  return Object.fromEntries(
    Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

function named(term: string): Vars {
  const { words, options } = termOptions(term);
  const strange = [...words, ...Object.keys(options).filter((name) => !sequenceOptions.includes(name))];
  if (strange.length > 0)
    throw new Error(`it does not know "${strange.join('", "')}"; it takes ${sequenceOptions.join(', ')}`);
  return options;
}

/** As Python reads it with base 0: `0x1f`, and `010` is octal as in Ansible. */
function wholeNumber(text: string, name: string): number {
  const octal = /^(-?)0([0-7]+)$/.exec(text);
  const number = octal === null ? Number(text) : Number(`${octal[1] ?? ''}1`) * parseInt(octal[2] ?? '', 8);
  if (Number.isSafeInteger(number) && text.trim() !== '') return number;
  throw new Error(`"${name}" has to be a whole number, but is "${text}"`);
}

export const vars: Lookup = (call) =>
  call.terms.map((term) => {
    const name = textOf(term, 'the name of a variable');
    const value = valueOf(call, name);
    if (value !== undefined) return value;
    if (call.options['default'] !== undefined) return call.options['default'];
    throw new Error(`there is no variable "${name}"`);
  });

/** A variable that is made of one that is not there is not there either, when there is a default. */
function valueOf(call: LookupCall, name: string): Value | undefined {
  try {
    return call.variable(name);
  } catch (error) {
    const isUndefined = error instanceof TemplateFault && error.code === 'TEMPLATE_UNDEFINED';
    if (!isUndefined || call.options['default'] === undefined) throw error;
    return undefined;
  }
}

export const varnames: Lookup = (call) =>
  call.terms.flatMap((term) => {
    const like = pythonRegex(textOf(term, 'a pattern of names'));
    return [...new Set(call.variableNames())].filter((name) => like.test(name)).sort();
  });

export const env: Lookup = (call, world) =>
  call.terms.map((term) => {
    const [name = ''] = textOf(term, 'the name of a variable').trim().split(/\s+/);
    return world.env[name] ?? call.options['default'] ?? '';
  });
