/** Filters on numbers. */
import { toInteger, toNumber, toText } from '../runtime/arguments.js';
import { TemplateFault } from '../fault.js';
import { str } from '../python/format.js';
import { Float, float, integer, isFloat, isNumber, numberOf, truth } from '../python/values.js';
import { define, type Definitions } from '../runtime/toolbox.js';

function failed(detail: string): TemplateFault {
  return new TemplateFault('TEMPLATE_FILTER_FAILED', detail);
}

/** Python's `int(text, base)`; undefined when the text is not a number. */
function parseInteger(text: string, base: number): number | undefined {
  const digits = text
    .trim()
    .replace(/(?<=[\da-z])_(?=[\da-z])/gi, '')
    .toLowerCase();
  const [, sign = '', prefix = '', rest = ''] = /^([-+]?)(0[xob])?([\da-z]+)$/.exec(digits) ?? [];
  if (rest === '') return undefined;
  const prefixBase = { '0x': 16, '0o': 8, '0b': 2 }[prefix];
  let body = rest;
  let radix = base;
  if (base === 0) radix = prefixBase ?? 10;
  else if (prefix !== '' && prefixBase !== base) {
    // "0b1" is a number to the base of 16 too.
    body = prefix + rest;
  }
  const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz'.slice(0, radix);
  if (!Array.from(body).every((digit) => alphabet.includes(digit))) return undefined;
  const value = Array.from(body).reduce((sum, digit) => sum * radix + alphabet.indexOf(digit), 0);
  return integer(sign === '-' ? -value : value);
}

/** Python's `float(text)`. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = text.trim().replace(/(?<=\d)_(?=\d)/g, '');
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(trimmed)) return Number(trimmed);
  const special = /^([-+]?)(inf|infinity|nan)$/i.exec(trimmed);
  if (special === null) return undefined;
  const value = /^nan$/i.test(special[2] ?? '') ? Number.NaN : Infinity;
  return special[1] === '-' ? -value : value;
}

/** Rounding of Python: a half goes to the even neighbour, and what is exact decides. */
function roundHalfEven(value: number, digits: number): number {
  if (digits > 15 || !Number.isFinite(value)) return value;
  if (digits > 0) {
    const [whole = '0', fraction = ''] = exactDecimal(Math.abs(value)).split('.');
    const kept = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'));
    const rest = fraction.slice(digits);
    const up = roundsUp(rest, kept);
    const rounded = (up ? kept + 1n : kept).toString().padStart(digits + 1, '0');
    const text = `${rounded.slice(0, -digits)}.${rounded.slice(-digits)}`;
    return Math.sign(value) * Number(text);
  }
  const scale = 10 ** -digits;
  const floor = Math.floor(value / scale);
  const rest = value / scale - floor;
  const isUp = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  return (isUp ? floor + 1 : floor) * scale;
}

function roundsUp(rest: string, kept: bigint): boolean {
  if (rest === '' || rest.charAt(0) < '5') return false;
  if (rest.charAt(0) > '5' || /[1-9]/.test(rest.slice(1))) return true;
  return kept % 2n === 1n;
}

/** Every decimal digit of a binary number: 2.675 is 2.67499999999999982236431605997495353221893310546875. */
function exactDecimal(value: number): string {
  return value >= 1e21 ? BigInt(value).toString() : value.toFixed(60).replace(/0+$/, '');
}

const units = ['Z', 'E', 'P', 'T', 'G', 'M', 'K', 'B'] as const;
type Unit = (typeof units)[number];
const sizes: Readonly<Record<Unit, number>> = {
  Z: 2 ** 70,
  E: 2 ** 60,
  P: 2 ** 50,
  T: 2 ** 40,
  G: 2 ** 30,
  M: 2 ** 20,
  K: 2 ** 10,
  B: 1,
};

function humanReadable(size: number, isBits: boolean, unit: unknown): string {
  const base = isBits ? 'bits' : 'Bytes';
  const wanted = typeof unit === 'string' && unit !== '' ? unit.charAt(0).toUpperCase() : undefined;
  const suffix = units.find((one) => (wanted === undefined ? size >= sizes[one] : one === wanted)) ?? 'B';
  const label = suffix === 'B' ? base : suffix + (isBits ? 'b' : 'B');
  return `${(size / sizes[suffix]).toFixed(2)} ${label}`;
}

function humanToBytes(text: string, defaultUnit: unknown, isBits: boolean): number {
  const found = /^\s*([\d.]+)\s*([A-Za-z]+)?\s*$/.exec(text);
  const number = Number(found?.[1]);
  if (found === null || Number.isNaN(number)) throw failed(`"${text}" is not a size.`);
  const unit = found[2] ?? (typeof defaultUnit === 'string' && defaultUnit !== '' ? defaultUnit : 'B');
  const size = sizes[unit.charAt(0).toUpperCase() as Unit] as number | undefined;
  const rest = unit.slice(1);
  const small = isBits ? 'b' : 'B';
  const isWhole = unit.length === 1 || rest === small || /^(bits?|bytes?)$/i.test(unit);
  if (size === undefined || !isWhole) throw failed(`"${text}" has the unit "${unit}", which is not known.`);
  return integer(Math.round(number * size));
}

function fileSize(value: number, binary: boolean): string {
  const base = binary ? 1024 : 1000;
  if (value === 1) return '1 Byte';
  if (value < base) return `${Math.trunc(value)} Bytes`;
  const prefixes = binary
    ? ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB']
    : ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
  const power = prefixes.findIndex((_, index) => value < base ** (index + 2));
  const index = power < 0 ? prefixes.length - 1 : power;
  return `${(value / base ** (index + 1)).toFixed(1)} ${prefixes[index] ?? ''}`;
}

export const numberFilters: Definitions = {
  int: define(['default', 'base'], (_, value, [fallback, base]) => {
    const otherwise = fallback === undefined ? 0 : fallback;
    if (isNumber(value)) {
      const number = numberOf(value);
      return Number.isFinite(number) ? integer(Math.trunc(number)) : otherwise;
    }
    if (typeof value !== 'string') return otherwise;
    const whole = parseInteger(value, base === undefined ? 10 : toInteger(base, 'int'));
    if (whole !== undefined) return whole;
    const number = parseFloatText(value);
    return number === undefined || !Number.isFinite(number) ? otherwise : integer(Math.trunc(number));
  }),
  float: define(['default'], (_, value, [fallback]) => {
    const number = isNumber(value)
      ? numberOf(value)
      : typeof value === 'string'
        ? parseFloatText(value)
        : undefined;
    if (number !== undefined) return float(number);
    return fallback === undefined ? float(0) : fallback;
  }),
  abs: define([], (_, value) => {
    const number = Math.abs(toNumber(value, 'abs'));
    return isFloat(value) ? float(number) : number;
  }),
  round: define(['precision', 'method'], (_, value, [precision, method]) => {
    const number = toNumber(value, 'round');
    const digits = precision === undefined ? 0 : toInteger(precision, 'round');
    const how = method === undefined ? 'common' : toText(method, 'round');
    if (how === 'common') {
      const rounded = roundHalfEven(number, digits);
      return isFloat(value) || value instanceof Float ? float(rounded) : integer(rounded);
    }
    if (how !== 'ceil' && how !== 'floor')
      throw failed('The method of "round" is "common", "ceil" or "floor".');
    const scale = 10 ** digits;
    return float((how === 'ceil' ? Math.ceil(number * scale) : Math.floor(number * scale)) / scale);
  }),
  log: define(['base'], (_, value, [base]) => {
    const number = toNumber(value, 'log');
    if (number <= 0) throw failed('The logarithm needs a number above 0.');
    if (base === undefined) return float(Math.log(number));
    const by = toNumber(base, 'log');
    return float(
      by === 10 ? Math.log10(number) : by === 2 ? Math.log2(number) : Math.log(number) / Math.log(by),
    );
  }),
  pow: define(['y!'], (_, value, [power]) => float(toNumber(value, 'pow') ** toNumber(power, 'pow'))),
  root: define(['base'], (_, value, [base]) => {
    const by = base === undefined ? 2 : toNumber(base, 'root');
    const number = toNumber(value, 'root');
    return float(by === 2 ? Math.sqrt(number) : number ** (1 / by));
  }),
  human_readable: define(['isbits', 'unit'], (_, value, [isBits, unit]) =>
    humanReadable(toNumber(value, 'human_readable'), isBits !== undefined && truth(isBits), unit),
  ),
  human_to_bytes: define(['default_unit', 'isbits'], (_, value, [unit, isBits]) =>
    humanToBytes(str(value), unit, isBits !== undefined && truth(isBits)),
  ),
  filesizeformat: define(['binary'], (_, value, [binary]) => {
    const size = isNumber(value) ? numberOf(value) : parseFloatText(toText(value, 'filesizeformat'));
    if (size === undefined) throw failed(`"${str(value)}" is not a number of bytes.`);
    return fileSize(size, binary !== undefined && truth(binary));
  }),
};
