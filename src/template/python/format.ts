/** Text of values as Python prints them: `str()` and `repr()`. */
import {
  Attributes,
  Callable,
  Float,
  Namespace,
  OMIT,
  Tuple,
  isList,
  Undefined,
  isMapping,
  touch,
  typeName,
} from './values.js';
import { TemplateFault } from '../fault.js';

/** Python writes an exponent from 1e16 up and below 1e-4, JavaScript from 1e21 up and below 1e-6. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) {
    const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
    const digits = exponent.replace(/^[+-]/, '').padStart(2, '0');
    return `${mantissa}e${exponent.startsWith('-') ? '-' : '+'}${digits}`;
  }
  const text = Object.is(value, -0) ? '-0' : String(value);
  return Number.isInteger(value) ? `${text}.0` : text;
}

function integerText(value: number): string {
  return Math.abs(value) < 1e21 ? BigInt(value).toString() : BigInt(Math.trunc(value)).toString();
}

/** A Python string literal: single quotes unless that needs more escapes. */
function stringRepr(value: string): string {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  let text = '';
  for (const character of value) {
    const code = character.codePointAt(0) ?? 0;
    if (character === quote || character === '\\') text += `\\${character}`;
    else if (character === '\n') text += '\\n';
    else if (character === '\r') text += '\\r';
    else if (character === '\t') text += '\\t';
    else if (code < 0x20 || (code >= 0x7f && code < 0xa1) || code === 0xad) {
      text += `\\x${code.toString(16).padStart(2, '0')}`;
    } else if (/[\p{C}\p{Z}]/u.test(character) && character !== ' ') {
      text +=
        code > 0xffff
          ? `\\U${code.toString(16).padStart(8, '0')}`
          : `\\u${code.toString(16).padStart(4, '0')}`;
    } else text += character;
  }
  return quote + text + quote;
}

export function repr(value: unknown): string {
  return written(value, false);
}

/** `asLists`: tuples are written as lists. */
function written(value: unknown, asLists: boolean): string {
  touch(value);
  const inside = (item: unknown): string => written(item, asLists);
  if (typeof value === 'string') return stringRepr(value);
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value instanceof Float) return floatText(value.value);
  if (typeof value === 'number') return Number.isInteger(value) ? integerText(value) : floatText(value);
  if (value instanceof Tuple && !asLists) {
    return value.length === 1 ? `(${inside(value[0])},)` : `(${value.map(inside).join(', ')})`;
  }
  if (Array.isArray(value)) return `[${value.map(inside).join(', ')}]`;
  if (isMapping(value)) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${stringRepr(key)}: ${inside(item)}`)
      .join(', ')}}`;
  }
  return objectText(value);
}

function objectText(value: unknown): string {
  if (value instanceof Attributes && value.text !== undefined) return value.text();
  if (value === OMIT) {
    throw new TemplateFault(
      'TEMPLATE_TYPE',
      'The value of "omit" cannot be part of a text.',
      'Make it the whole value of an argument: "{{ name | default(omit) }}".',
    );
  }
  if (value instanceof Callable) {
    throw new TemplateFault(
      'TEMPLATE_TYPE',
      `"${value.name}" is a ${value.kind} here and has no text.`,
      value.kind === 'method'
        ? `Call it with "${value.name}()", or write ["${value.name}"] for the key of that name.`
        : `Call it: ${value.name}(...).`,
    );
  }
  if (value instanceof Namespace) {
    return `<Namespace {${[...value.attributes].map(([key, item]) => `${stringRepr(key)}: ${repr(item)}`).join(', ')}}>`;
  }
  throw new TemplateFault('TEMPLATE_TYPE', `A value of the type ${typeName(value)} has no text.`);
}

/** Python's `str()`. */
export function str(value: unknown): string {
  if (value instanceof Undefined && value.lenient) return '';
  return typeof value === 'string' ? value : repr(value);
}

/** What `{{ }}` prints: as ansible-core 2.19, nothing for None, and lists for tuples. */
export function output(value: unknown): string {
  return value === null ? '' : isList(value) || isMapping(value) ? written(value, true) : str(value);
}
