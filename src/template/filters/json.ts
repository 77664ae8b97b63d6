/** Python's `json.dumps`. */
import { compare } from '../runtime/operators.js';
import { floatText, repr } from '../python/format.js';
import { Float, isList, isMapping, isFloat, touch } from '../python/values.js';

export interface JsonOptions {
  readonly indent?: number;
  readonly sortKeys: boolean;
  readonly ascii: boolean;
  /** Between members, and between a key and its value. */
  readonly separators: readonly [string, string];
}

function jsonString(text: string, ascii: boolean): string {
  const made = JSON.stringify(text).replaceAll('\x7f', ascii ? '\\u007f' : '\x7f');
  if (!ascii) return made;
  return made.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function number(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? floatText(value) : value > 0 ? 'Infinity' : '-Infinity';
}

export function dumpJson(value: unknown, options: JsonOptions, depth = 0): string {
  touch(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return jsonString(value, options.ascii);
  if (value instanceof Float) return number(value.value);
  if (typeof value === 'number') return isFloat(value) ? number(value) : repr(value);
  if (isList(value)) {
    return wrap(
      value.map((item) => dumpJson(item, options, depth + 1)),
      ['[', ']'],
      options,
      depth,
    );
  }
  if (isMapping(value)) {
    const entries = Object.entries(value);
    if (options.sortKeys) entries.sort(([a], [b]) => compare(a, b));
    const members = entries.map(
      ([key, item]) =>
        jsonString(key, options.ascii) + options.separators[1] + dumpJson(item, options, depth + 1),
    );
    return wrap(members, ['{', '}'], options, depth);
  }
  return jsonString(repr(value), options.ascii);
}

function wrap(
  members: readonly string[],
  [open, close]: readonly [string, string],
  options: JsonOptions,
  depth: number,
): string {
  if (members.length === 0) return open + close;
  if (options.indent === undefined) return open + members.join(options.separators[0]) + close;
  const inner = `\n${' '.repeat(options.indent * (depth + 1))}`;
  return `${open}${inner}${members.join(options.separators[0] + inner)}\n${' '.repeat(options.indent * depth)}${close}`;
}
