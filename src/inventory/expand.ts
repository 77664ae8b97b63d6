/** Host ranges: `web[01:12]`, `[a:e]`, `n[0:10:2]`, several in one name. Both bounds are included. */

export class RangeFault extends Error {
  constructor(
    readonly code: 'HOST_RANGE_FORMAT' | 'HOST_RANGE_REVERSED' | 'HOST_RANGE_UNCLOSED' | 'HOST_RANGE_TOO_BIG',
    message: string,
    /** Offset of the bracket in the name. */
    readonly at: number,
  ) {
    super(message);
  }
}

/** A typo such as [1:100000000] must not eat the memory. */
const MAX_HOSTS = 100_000;

/** The names that a pattern stands for, in order; a name without brackets stands for itself. */
export function expandRange(pattern: string): readonly string[] {
  const open = pattern.indexOf('[');
  const stray = pattern.indexOf(']');
  if (open < 0) {
    if (stray >= 0) throw new RangeFault('HOST_RANGE_UNCLOSED', 'The ] has no [ before it.', stray);
    return [pattern];
  }
  const close = pattern.indexOf(']', open);
  if (close < 0)
    throw new RangeFault('HOST_RANGE_UNCLOSED', 'The [ that starts a range is never closed.', open);
  const head = pattern.slice(0, open);
  const middle = bounds(pattern.slice(open + 1, close), open);
  let tails: readonly string[];
  try {
    tails = expandRange(pattern.slice(close + 1));
  } catch (error) {
    if (error instanceof RangeFault) throw new RangeFault(error.code, error.message, error.at + close + 1);
    throw error;
  }
  if (middle.length * tails.length > MAX_HOSTS) throw tooBig(open);
  return middle.flatMap((part) => tails.map((tail) => head + part + tail));
}

function tooBig(at: number): RangeFault {
  return new RangeFault('HOST_RANGE_TOO_BIG', `The range has more than ${MAX_HOSTS} hosts.`, at);
}

function bounds(range: string, at: number): readonly string[] {
  const parts = range.split(':');
  const [written = '', end = '', step = '1'] = parts;
  const begin = written === '' ? '0' : written;
  const letters = /^[A-Za-z]$/.test(begin) && /^[A-Za-z]$/.test(end);
  const digits = /^[0-9]+$/.test(begin) && /^[0-9]+$/.test(end);
  if (parts.length < 2 || parts.length > 3 || !(letters || digits)) {
    const why = `[${range}] is not a range: it takes two numbers or two letters, and a stride if wanted.`;
    throw new RangeFault('HOST_RANGE_FORMAT', why, at);
  }
  if (!/^[0-9]+$/.test(step) || Number(step) === 0) {
    throw new RangeFault('HOST_RANGE_FORMAT', `The stride "${step}" is not a number above 0.`, at);
  }
  const padded = begin.length > 1 && begin.startsWith('0');
  if (padded && begin.length !== end.length) {
    const why = `${begin} has leading zeros, so both bounds need the same number of digits; ${end} has a different number.`;
    throw new RangeFault('HOST_RANGE_FORMAT', why, at);
  }
  const [from, to] = letters ? [ordinal(begin), ordinal(end)] : [Number(begin), Number(end)];
  if (from > to) throw new RangeFault('HOST_RANGE_REVERSED', `${begin} comes after ${end}.`, at);
  if ((to - from) / Number(step) > MAX_HOSTS) throw tooBig(at);
  const names: string[] = [];
  for (let value = from; value <= to; value += Number(step)) {
    names.push(letters ? (LETTERS[value] ?? '') : String(value).padStart(padded ? begin.length : 0, '0'));
  }
  return names;
}

/** Small letters come before capital ones, so [a:C] runs through z. */
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

function ordinal(letter: string): number {
  return LETTERS.indexOf(letter);
}
