/** How positional and keyword arguments reach the parameters of filters, tests, methods and functions. */
import { TemplateFault } from '../fault.js';
import {
  Float,
  Undefined,
  isMapping,
  isNumber,
  items,
  numberOf,
  touch,
  typeName,
  type Keywords,
} from '../python/values.js';
import { str } from '../python/format.js';

/** Names of parameters: `name` is optional, `name!` required, `*` takes the rest, `**` the other keywords. */
export type Parameters = readonly string[];

/**
 * One value for each parameter (undefined when it was not given). For `*` the list of the rest, for `**`
 * the mapping of the other keywords.
 */
export function bind(
  what: string,
  parameters: Parameters,
  args: readonly unknown[],
  keywords: Keywords,
): unknown[] {
  const given = new Set(Object.keys(keywords));
  const bound: unknown[] = [];
  let position = 0;
  let takesRest = false;
  for (const parameter of parameters) {
    if (parameter === '*') {
      bound.push(args.slice(position));
      takesRest = true;
      continue;
    }
    if (parameter === '**') {
      bound.push(Object.fromEntries([...given].map((key) => [key, keywords[key]])));
      given.clear();
      continue;
    }
    const name = parameter.replace(/!$/, '');
    if (position < args.length && !takesRest) {
      if (given.has(name)) throw new TemplateFault('TEMPLATE_TYPE', `${what} got "${name}" twice.`);
      bound.push(args[position]);
      position += 1;
    } else if (given.delete(name)) bound.push(keywords[name]);
    else if (parameter.endsWith('!')) {
      throw new TemplateFault('TEMPLATE_TYPE', `${what} needs the argument "${name}".`);
    } else bound.push(undefined);
  }
  if (!takesRest && position < args.length) {
    throw new TemplateFault(
      'TEMPLATE_TYPE',
      `${what} takes at most ${position} arguments, but got ${args.length}.`,
    );
  }
  const [unknown] = given;
  if (unknown !== undefined) {
    throw new TemplateFault('TEMPLATE_TYPE', `${what} has no argument "${unknown}".`, known(parameters));
  }
  return bound;
}

function known(parameters: Parameters): string | undefined {
  const names = parameters.filter((name) => !name.startsWith('*')).map((name) => name.replace('!', ''));
  return names.length === 0 ? undefined : `Its arguments are: ${names.join(', ')}.`;
}

function fault(detail: string): TemplateFault {
  return new TemplateFault('TEMPLATE_TYPE', detail);
}

/** A number without its Python type. */
export function toNumber(value: unknown, what: string): number {
  touch(value);
  if (isNumber(value)) return numberOf(value);
  throw fault(`${what} needs a number, not ${typeName(value)}.`);
}

export function toInteger(value: unknown, what: string): number {
  const number = toNumber(value, what);
  if (Number.isInteger(number) && !(value instanceof Float)) return number;
  throw fault(`${what} needs a whole number, not ${str(value)}.`);
}

export function toText(value: unknown, what: string): string {
  touch(value);
  if (typeof value === 'string') return value;
  throw fault(`${what} needs a text, not ${typeName(value)}.`);
}

export function toList(value: unknown): readonly unknown[] {
  return items(value);
}

export function toMapping(value: unknown, what: string): Record<string, unknown> {
  touch(value);
  if (isMapping(value)) return value;
  throw fault(`${what} needs a mapping, not ${typeName(value)}.`);
}

/** The value, or the default when the argument was not given. */
export function given(value: unknown, fallback: unknown): unknown {
  return value === undefined || value instanceof Undefined ? fallback : value;
}
