/** Python's operations on texts, for methods and filters. */
import { toInteger, toText } from '../runtime/arguments.js';
import { repeated, spendText } from '../runtime/budget.js';
import { TemplateFault } from '../fault.js';
import { isList, touch, tuple } from './values.js';

/** Python's `strip`: white space, or any of the characters. No expression: one that looks for an end takes the square of the time. */
export function strip(text: string, characters: unknown, side: 'both' | 'left' | 'right'): string {
  const set = characters === undefined || characters === null ? undefined : toText(characters, 'strip');
  if (set === undefined) {
    if (side === 'both') return text.trim();
    return side === 'left' ? text.trimStart() : text.trimEnd();
  }
  const wanted = new Set(set);
  const all = Array.from(text);
  let from = 0;
  let to = all.length;
  if (side !== 'right') while (from < to && wanted.has(all[from] ?? '')) from += 1;
  if (side !== 'left') while (to > from && wanted.has(all[to - 1] ?? '')) to -= 1;
  return all.slice(from, to).join('');
}

export function split(text: string, separator: unknown, limit: unknown, fromRight: boolean): string[] {
  const most = limit === undefined ? -1 : toInteger(limit, 'split');
  if (separator === undefined || separator === null) {
    const words = text.trim() === '' ? [] : text.trim().split(/\s+/);
    if (most < 0 || words.length <= most + 1) return words;
    const trimmed = fromRight ? text.trimEnd() : text.trimStart();
    const pattern = fromRight
      ? new RegExp(`^(.*?)((?:\\s+\\S+){${most}})$`, 's')
      : new RegExp(`^((?:\\S+\\s+){${most}})(.*)$`, 's');
    const [, first = '', second = ''] = pattern.exec(trimmed) ?? [];
    return fromRight
      ? [first, ...second.trim().split(/\s+/).filter(Boolean)]
      : [...first.trim().split(/\s+/).filter(Boolean), second];
  }
  const by = toText(separator, 'split');
  if (by === '') throw new TemplateFault('TEMPLATE_TYPE', 'The separator of "split" cannot be empty.');
  const parts = text.split(by);
  if (most < 0 || parts.length <= most + 1) return parts;
  return fromRight
    ? [parts.slice(0, parts.length - most).join(by), ...parts.slice(parts.length - most)]
    : [...parts.slice(0, most), parts.slice(most).join(by)];
}

/** Python's line ends. */
const lineEnd = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g;

export function splitLines(text: string, keepEnds = false): string[] {
  const lines: string[] = [];
  let start = 0;
  for (const end of text.matchAll(lineEnd)) {
    lines.push(text.slice(start, keepEnds ? end.index + end[0].length : end.index));
    start = end.index + end[0].length;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}

export function capitalize(text: string): string {
  const [first = '', ...rest] = Array.from(text);
  return first.toUpperCase() + rest.join('').toLowerCase();
}

export function affix(affixes: unknown, test: (affix: string) => boolean): boolean {
  touch(affixes);
  return (isList(affixes) ? affixes : [affixes]).some((one) => test(toText(one, 'startswith and endswith')));
}

export function clamp(
  text: string,
  start: unknown,
  end: unknown,
): { readonly part: string; readonly offset: number } {
  const length = text.length;
  const place = (value: unknown, fallback: number): number => {
    if (value === undefined || value === null) return fallback;
    const index = toInteger(value, 'find');
    return Math.min(length, Math.max(0, index < 0 ? index + length : index));
  };
  const offset = place(start, 0);
  return { part: text.slice(offset, place(end, length)), offset };
}

export function count(text: string, part: string): number {
  return part === '' ? text.length + 1 : text.split(part).length - 1;
}

export function replaceText(text: string, old: string, by: string, limit: number): string {
  const parts = text.split(old);
  spendText(text.length + parts.length * by.length);
  if (limit < 0) return parts.join(by);
  return parts.reduce(
    (made, part, index) => (index === 0 ? part : made + (index <= limit ? by : old) + part),
    '',
  );
}

export function align(
  text: string,
  width: unknown,
  fill: unknown,
  where: 'left' | 'right' | 'center',
): string {
  const filler = fill === undefined ? ' ' : toText(fill, 'The fill character');
  const missing = toInteger(width, 'The width') - Array.from(text).length;
  if (missing <= 0) return text;
  if (where === 'left') return text + repeated(filler, missing);
  if (where === 'right') return repeated(filler, missing) + text;
  const left = Math.floor(missing / 2) + (missing & (missing + Array.from(text).length) & 1);
  return repeated(filler, left) + text + repeated(filler, missing - left);
}

export const center = (text: string, width: unknown): string => align(text, width, undefined, 'center');

export function partition(text: string, separator: unknown, last: boolean): unknown {
  const by = toText(separator, 'partition');
  const at = last ? text.lastIndexOf(by) : text.indexOf(by);
  if (at < 0) return last ? tuple('', '', text) : tuple(text, '', '');
  return tuple(text.slice(0, at), by, text.slice(at + by.length));
}

export function find(self: string, [part, start, end]: readonly unknown[], last: boolean): number {
  const { part: within, offset } = clamp(self, start, end);
  const text = toText(part, 'find');
  const at = last ? within.lastIndexOf(text) : within.indexOf(text);
  return at < 0 ? -1 : at + offset;
}
