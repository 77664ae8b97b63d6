/** Dates: `strftime`, and what `now()` gives. */
import { toNumber, toText } from '../runtime/arguments.js';
import { TemplateFault } from '../fault.js';
import { Attributes, Callable, isNumber, touch, truth } from '../python/values.js';
import { str } from '../python/format.js';
import { define, type Definitions } from '../runtime/toolbox.js';
import { parseFloatText } from './numbers.js';

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

interface Fields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly weekday: number;
  readonly yearday: number;
  readonly micros: number;
  /** Minutes east of Greenwich. */
  readonly offset: number;
}

function fields(date: Date, utc: boolean): Fields {
  const offset = utc ? 0 : -date.getTimezoneOffset();
  const shifted = new Date(date.getTime() + offset * 60_000);
  const year = shifted.getUTCFullYear();
  const start = Date.UTC(year, 0, 1);
  return {
    year,
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    weekday: shifted.getUTCDay(),
    yearday: Math.floor((shifted.getTime() - start) / 86_400_000) + 1,
    micros: shifted.getUTCMilliseconds() * 1000,
    offset,
  };
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Week of the year when weeks start on `first` (0 is Sunday). */
function week(f: Fields, first: 0 | 1): number {
  return Math.floor((f.yearday + 6 - ((f.weekday - first + 7) % 7)) / 7);
}

function isoWeek(f: Fields): readonly [number, number] {
  const weekday = f.weekday === 0 ? 7 : f.weekday;
  const thursday = new Date(Date.UTC(f.year, f.month - 1, f.day + 4 - weekday));
  const year = thursday.getUTCFullYear();
  return [year, Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / 604_800_000) + 1];
}

export function formatDate(format: string, date: Date, utc: boolean): string {
  const f = fields(date, utc);
  const hour12 = f.hour % 12 === 0 ? 12 : f.hour % 12;
  const zone = `${f.offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(f.offset) / 60))}${two(Math.abs(f.offset) % 60)}`;
  const directives: Readonly<Record<string, () => string>> = {
    a: () => (days[f.weekday] ?? '').slice(0, 3),
    A: () => days[f.weekday] ?? '',
    b: () => (months[f.month - 1] ?? '').slice(0, 3),
    h: () => (months[f.month - 1] ?? '').slice(0, 3),
    B: () => months[f.month - 1] ?? '',
    c: () => formatDate('%a %b %e %H:%M:%S %Y', date, utc),
    C: () => two(Math.floor(f.year / 100)),
    d: () => two(f.day),
    D: () => formatDate('%m/%d/%y', date, utc),
    e: () => String(f.day).padStart(2, ' '),
    f: () => String(f.micros).padStart(6, '0'),
    F: () => formatDate('%Y-%m-%d', date, utc),
    G: () => String(isoWeek(f)[0]),
    H: () => two(f.hour),
    I: () => two(hour12),
    j: () => String(f.yearday).padStart(3, '0'),
    m: () => two(f.month),
    M: () => two(f.minute),
    n: () => '\n',
    p: () => (f.hour < 12 ? 'AM' : 'PM'),
    R: () => `${two(f.hour)}:${two(f.minute)}`,
    s: () => String(Math.floor(date.getTime() / 1000)),
    S: () => two(f.second),
    t: () => '\t',
    T: () => `${two(f.hour)}:${two(f.minute)}:${two(f.second)}`,
    u: () => String(f.weekday === 0 ? 7 : f.weekday),
    U: () => two(week(f, 0)),
    V: () => two(isoWeek(f)[1]),
    w: () => String(f.weekday),
    W: () => two(week(f, 1)),
    x: () => formatDate('%m/%d/%y', date, utc),
    X: () => formatDate('%H:%M:%S', date, utc),
    y: () => two(f.year % 100),
    Y: () => String(f.year),
    z: () => zone,
    Z: () => (utc ? 'UTC' : zone),
    '%': () => '%',
  };
  return format.replace(/%-?(.)/gs, (whole, letter: string) => {
    const directive = Object.hasOwn(directives, letter) ? directives[letter] : undefined;
    if (directive === undefined) {
      throw new TemplateFault(
        'TEMPLATE_FILTER_FAILED',
        `The directive "${whole}" of "strftime" is not known.`,
      );
    }
    return whole.startsWith('%-') ? directive().replace(/^[0 ]+(?=\d)/, '') : directive();
  });
}

/** A date in templates: `now().year`, `now().isoformat()`. */
export function dateValue(date: Date, utc: boolean): Attributes {
  const f = fields(date, utc);
  const iso = (separator: string): string => formatDate(`%Y-%m-%d${separator}%H:%M:%S`, date, utc);
  const fraction = f.micros === 0 ? '' : `.${String(f.micros).padStart(6, '0')}`;
  const numbers: Readonly<Record<string, number>> = {
    year: f.year,
    month: f.month,
    day: f.day,
    hour: f.hour,
    minute: f.minute,
    second: f.second,
    microsecond: f.micros,
  };
  const methods: Readonly<Record<string, (args: readonly unknown[]) => unknown>> = {
    strftime: ([format]) => formatDate(toText(format, 'strftime'), date, utc),
    isoformat: () => iso('T') + fraction,
    timestamp: () => date.getTime() / 1000,
    weekday: () => (f.weekday + 6) % 7,
    isoweekday: () => (f.weekday === 0 ? 7 : f.weekday),
  };
  return new Attributes(
    'datetime',
    (name) => {
      if (Object.hasOwn(numbers, name)) return numbers[name];
      const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
      return method === undefined ? undefined : new Callable(name, method, 'method');
    },
    () => iso(' ') + fraction,
  );
}

export const dateFilters: Definitions = {
  strftime: define(['second', 'utc'], (_, value, [second, utc]) => {
    touch(second);
    if (second === undefined || second === null) {
      throw new TemplateFault(
        'TEMPLATE_FILTER_FAILED',
        'The filter "strftime" needs the seconds here, because the plan and the run must give the same result.',
        "Write: '%Y-%m-%d' | strftime(seconds), or now(fmt='%Y-%m-%d') for the clock of the controller.",
      );
    }
    const seconds = isNumber(second) ? toNumber(second, 'strftime') : parseFloatText(str(second));
    if (seconds === undefined)
      throw new TemplateFault('TEMPLATE_FILTER_FAILED', `"${str(second)}" is not a number of seconds.`);
    return formatDate(toText(value, 'strftime'), new Date(seconds * 1000), utc !== undefined && truth(utc));
  }),
};
