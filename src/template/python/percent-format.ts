/** `"%s" % value` (Python's printf-style formatting) and `"{}".format(...)`. */
import { madeLong, repeated } from '../runtime/budget.js';
import { TemplateFault } from '../fault.js';
import { floatText, repr, str } from './format.js';
import {
  Float,
  Tuple,
  isInteger,
  isList,
  isMapping,
  isNumber,
  numberOf,
  touch,
  typeName,
  type Keywords,
} from './values.js';

function fail(detail: string): TemplateFault {
  return new TemplateFault('TEMPLATE_TYPE', detail);
}

function numeric(value: unknown, conversion: string): number {
  touch(value);
  if (isNumber(value)) return numberOf(value);
  throw fail(`The format %${conversion} needs a number, not ${typeName(value)}.`);
}

function exponent(value: number, digits: number): string {
  return value.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2');
}

function general(value: number, precision: number, keepZeros: boolean): string {
  const digits = precision === 0 ? 1 : precision;
  if (value === 0) return '0';
  const power = Number(value.toExponential(digits - 1).split('e')[1]);
  const isFixed = power >= -4 && power < digits;
  const text = isFixed ? value.toFixed(digits - 1 - power) : exponent(value, digits - 1);
  if (keepZeros) return text;
  return text.replace(/(\.\d*?)0+(e|$)/, '$1$2').replace(/\.(e|$)/, '$1');
}

function special(value: number): string | undefined {
  return Number.isFinite(value) ? undefined : floatText(value);
}

/** The digits of one number without sign, for `d i u o x X e E f F g G`. */
function digits(type: string, value: number, precision: number | undefined, alternate: boolean): string {
  const size = Math.abs(value);
  const found = special(size);
  if (found !== undefined) return found;
  switch (type) {
    case 'd':
    case 'i':
    case 'u':
      return BigInt(Math.trunc(size))
        .toString()
        .padStart(madeLong(precision ?? 0), '0');
    case 'o':
      return (
        (alternate ? '0o' : '') +
        BigInt(Math.trunc(size))
          .toString(8)
          .padStart(madeLong(precision ?? 0), '0')
      );
    case 'b':
      return (alternate ? '0b' : '') + BigInt(Math.trunc(size)).toString(2);
    case 'x':
    case 'X': {
      const text =
        (alternate ? '0x' : '') +
        BigInt(Math.trunc(size))
          .toString(16)
          .padStart(madeLong(precision ?? 0), '0');
      return type === 'X' ? text.toUpperCase() : text;
    }
    case 'e':
      return exponent(size, precision ?? 6);
    case 'E':
      return exponent(size, precision ?? 6).toUpperCase();
    case 'f':
    case 'F':
      return size.toFixed(precision ?? 6);
    case 'g':
      return general(size, precision ?? 6, alternate);
    default:
      return general(size, precision ?? 6, alternate).toUpperCase();
  }
}

function pad(text: string, width: number, flags: string, isNumeric: boolean): string {
  const missing = width - Array.from(text).length;
  if (missing <= 0) return text;
  if (flags.includes('-')) return text + repeated(' ', missing);
  if (flags.includes('0') && isNumeric) {
    const sign = /^[-+ ]?(0[xXob])?/.exec(text)?.[0] ?? '';
    return sign + repeated('0', missing) + text.slice(sign.length);
  }
  return repeated(' ', missing) + text;
}

const directive =
  /%(?:\((?<key>[^)]*)\))?(?<flags>[-+ 0#]*)(?<width>\*|\d+)?(?:\.(?<precision>\*|\d+))?[hlL]?(?<type>.)/gs;

/** `format % value`, where value is a tuple of values, a mapping or one value. */
export function percentFormat(format: string, value: unknown): string {
  const values: readonly unknown[] = value instanceof Tuple ? value : [value];
  let used = 0;
  const next = (): unknown => {
    if (used >= values.length) throw fail('The format needs more values than were given.');
    const found = values[used];
    used += 1;
    return found;
  };
  const text = format.replace(directive, (...found) => {
    const parts = found.at(-1) as Readonly<Record<string, string | undefined>>;
    const type = parts['type'] ?? '';
    const flags = parts['flags'] ?? '';
    if (type === '%') return '%';
    const width = parts['width'] === '*' ? numeric(next(), '*') : Number(parts['width'] ?? 0);
    const precision =
      parts['precision'] === '*'
        ? numeric(next(), '*')
        : parts['precision'] === undefined
          ? undefined
          : Number(parts['precision']);
    let argument: unknown;
    const key = parts['key'];
    if (key === undefined) argument = next();
    else {
      touch(value);
      if (!isMapping(value)) throw fail('A format with names needs a mapping.');
      if (!Object.hasOwn(value, key))
        throw fail(`The format names the key "${key}", which the mapping does not have.`);
      argument = value[key];
      used = values.length;
    }
    return convert(type, argument, flags, width, precision);
  });
  if (used < values.length && (value instanceof Tuple || (!isList(value) && !isMapping(value)))) {
    throw fail('Not all values were used by the format.');
  }
  return text;
}

function convert(
  type: string,
  argument: unknown,
  flags: string,
  width: number,
  precision: number | undefined,
): string {
  if (type === 's' || type === 'r' || type === 'a') {
    const text = type === 's' ? str(argument) : repr(argument);
    return pad(precision === undefined ? text : text.slice(0, precision), width, flags, false);
  }
  if (type === 'c')
    return pad(
      typeof argument === 'string' ? argument : String.fromCodePoint(numeric(argument, type)),
      width,
      flags,
      false,
    );
  if (!'diuoxXeEfFgG'.includes(type) || type === '')
    throw fail(`The format character "${type}" is not known.`);
  const value = numeric(argument, type);
  if ('xXo'.includes(type) && !isInteger(argument)) throw fail(`The format %${type} needs a whole number.`);
  const sign = value < 0 ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  return pad(sign + digits(type, value, precision, flags.includes('#')), width, flags, true);
}

const specification =
  /^(?:(?<fill>.)?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<alternate>#)?(?<zero>0)?(?<width>\d+)?(?<group>[,_])?(?:\.(?<precision>\d+))?(?<type>[bcdeEfFgGnosxX%])?$/su;

/** Python's format specification: `{:>8}`, `{:05.1f}`, `{:,}`, `{:#x}`. */
function formatValue(value: unknown, spec: string): string {
  touch(value);
  if (spec === '') return str(value);
  const parts = specification.exec(spec)?.groups as Readonly<Record<string, string | undefined>> | undefined;
  if (parts === undefined) throw fail(`The format specification "${spec}" is not valid.`);
  const type = parts['type'];
  const precision = parts['precision'] === undefined ? undefined : Number(parts['precision']);
  let text: string;
  const isNumeric = isNumber(value) && type !== 's' && !(typeof value === 'boolean' && type === undefined);
  if (isNumeric) text = formatNumber(value, parts, type, precision);
  else {
    if (type !== undefined && type !== 's')
      throw fail(`The format "${type}" does not fit the type ${typeName(value)}.`);
    text = precision === undefined ? str(value) : str(value).slice(0, precision);
  }
  const width = Number(parts['width'] ?? 0);
  const missing = width - Array.from(text).length;
  if (missing <= 0) return text;
  const fill = parts['fill'] ?? (parts['zero'] === undefined ? ' ' : '0');
  const align = parts['align'] ?? (isNumeric ? (parts['zero'] === undefined ? '>' : '=') : '<');
  if (align === '<') return text + repeated(fill, missing);
  if (align === '>') return repeated(fill, missing) + text;
  if (align === '^') {
    const left = Math.floor(missing / 2);
    return repeated(fill, left) + text + repeated(fill, missing - left);
  }
  const sign = /^[-+ ]?(0[xXob])?/.exec(text)?.[0] ?? '';
  return sign + repeated(fill, missing) + text.slice(sign.length);
}

function formatNumber(
  value: number | boolean | Float,
  parts: Readonly<Record<string, string | undefined>>,
  type: string | undefined,
  precision: number | undefined,
): string {
  const number = numberOf(value);
  const isWhole = !(value instanceof Float) && Number.isInteger(number);
  const sign = number < 0 ? '-' : parts['sign'] === '+' ? '+' : parts['sign'] === ' ' ? ' ' : '';
  let text: string;
  if (type === '%') text = `${(Math.abs(number) * 100).toFixed(precision ?? 6)}%`;
  else if (type === undefined || type === 'n') {
    if (isWhole) text = digits('d', number, undefined, false);
    else
      text =
        precision === undefined ? floatText(Math.abs(number)) : general(Math.abs(number), precision, false);
  } else if (type === 'c') return String.fromCodePoint(number);
  else if ('bdoxX'.includes(type) && !isWhole) throw fail(`The format "${type}" needs a whole number.`);
  else text = digits(type, number, precision, parts['alternate'] !== undefined);
  const group = parts['group'];
  if (group !== undefined) text = text.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, group));
  return sign + text;
}

/** `text.format(...)`. `attribute` looks up `{a.b}` and `{a[b]}`. */
export function braceFormat(
  format: string,
  args: readonly unknown[],
  keywords: Keywords,
  attribute: (target: unknown, key: string) => unknown,
): string {
  let automatic = 0;
  return format.replace(
    /\{\{|\}\}|\{(?<field>[^{}!:]*)(?:!(?<conversion>[rsa]))?(?::(?<spec>(?:[^{}]|\{[^{}]*\})*))?\}|[{}]/g,
    (...found) => {
      const whole = found[0];
      if (whole === '{{' || whole === '}}') return whole.charAt(0);
      const parts = found.at(-1) as Readonly<Record<string, string | undefined>>;
      const field = parts['field'];
      if (field === undefined) throw fail(`A single "${whole}" is not valid in a format; double it.`);
      const [, first = '', path = ''] = /^([^.[]*)(.*)$/s.exec(field) ?? [];
      const lookup = (name: string): unknown => {
        if (name === '' || /^\d+$/.test(name)) {
          const index = name === '' ? automatic++ : Number(name);
          if (index >= args.length) throw fail('The format needs more values than were given.');
          return args[index];
        }
        if (!Object.hasOwn(keywords, name)) throw fail(`The format names "${name}", which was not given.`);
        return keywords[name];
      };
      let value = lookup(first);
      for (const [, dotted, indexed] of path.matchAll(/\.([^.[]+)|\[([^\]]+)\]/g)) {
        value = attribute(value, dotted ?? indexed ?? '');
      }
      const spec = (parts['spec'] ?? '').replace(/\{([^{}]*)\}/g, (_, name: string) => str(lookup(name)));
      if (parts['conversion'] === 'r') value = repr(value);
      else if (parts['conversion'] === 's') value = str(value);
      return formatValue(value, spec);
    },
  );
}
