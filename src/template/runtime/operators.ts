/** Python's operators on JSON values. Operands are touched: Undefined is an error, Unknown is thrown. */
import { isUnknown, type Unknown } from '../../values/value.js';
import { repeated, spendItems, spendText, step } from './budget.js';
import { TemplateFault, UnknownTouched } from '../fault.js';
import { percentFormat } from '../python/percent-format.js';
import {
  Float,
  Namespace,
  Tuple,
  float,
  integer,
  isFloat,
  isInteger,
  isList,
  isMapping,
  isNumber,
  numberOf,
  own,
  touch,
  tuple,
  typeName,
} from '../python/values.js';
import { str } from '../python/format.js';

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';

function mismatch(operator: string, left: unknown, right: unknown): TemplateFault {
  const hint =
    operator === '+' && (typeof left === 'string' || typeof right === 'string')
      ? 'Write "~" to join texts, or convert with the filter "int" or "string".'
      : undefined;
  return new TemplateFault(
    'TEMPLATE_TYPE',
    `"${operator}" does not work between the types ${typeName(left)} and ${typeName(right)}.`,
    hint,
  );
}

function arithmetic(operator: BinaryOperator, a: number, b: number): number {
  if (b === 0 && (operator === '/' || operator === '//' || operator === '%')) {
    throw new TemplateFault('TEMPLATE_TYPE', 'Division by zero.');
  }
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '//':
      return Math.floor(a / b);
    case '%':
      return a - b * Math.floor(a / b);
    case '**':
      return a ** b;
  }
}

function repeat(value: unknown, times: number): unknown {
  const count = Math.max(0, times);
  if (typeof value === 'string') return repeated(value, count);
  spendItems((value as unknown[]).length * count);
  const made: unknown[] = value instanceof Tuple ? tuple() : own([]);
  for (let round = 0; round < count; round += 1) for (const item of value as unknown[]) made.push(item);
  return made;
}

const isSequence = (value: unknown): boolean => typeof value === 'string' || isList(value);

export function binary(operator: BinaryOperator, left: unknown, right: unknown): unknown {
  touch(left);
  if (operator === '%' && typeof left === 'string') return percentFormat(left, right);
  touch(right);
  if (isNumber(left) && isNumber(right)) {
    const result = arithmetic(operator, numberOf(left), numberOf(right));
    const isFractional =
      operator === '/' || isFloat(left) || isFloat(right) || (operator === '**' && numberOf(right) < 0);
    return isFractional ? float(result) : integer(result);
  }
  if (operator === '+') {
    if (typeof left === 'string' && typeof right === 'string') {
      spendText(left.length + right.length);
      return left + right;
    }
    if (isList(left) && isList(right)) spendItems(left.length + right.length);
    if (isList(left) && isList(right) && left instanceof Tuple === right instanceof Tuple) {
      return left instanceof Tuple ? tuple(...left, ...right) : own([...left, ...right]);
    }
  }
  if (operator === '*') {
    if (isSequence(left) && isInteger(right)) return repeat(left, Number(right));
    if (isSequence(right) && isInteger(left)) return repeat(right, Number(left));
  }
  throw mismatch(operator, left, right);
}

export function negate(value: unknown, sign: '-' | '+'): unknown {
  touch(value);
  if (!isNumber(value))
    throw new TemplateFault('TEMPLATE_TYPE', `"${sign}" needs a number, not ${typeName(value)}.`);
  const result = sign === '-' ? -numberOf(value) : numberOf(value);
  return isFloat(value) ? float(result) : integer(result);
}

/** Python's `==`: 1 is True and 1.0, but never "1". Unknown inside makes the answer Unknown unless it is already false. */
export function equal(left: unknown, right: unknown): boolean {
  step();
  touch(left);
  touch(right);
  if (left === right) return true;
  if (isNumber(left) && isNumber(right)) return numberOf(left) === numberOf(right);
  if (isList(left) && isList(right)) {
    if (left.length !== right.length || left instanceof Tuple !== right instanceof Tuple) return false;
    return allEqual(left.map((item, index) => [item, right[index]]));
  }
  if (isMapping(left) && isMapping(right)) {
    const keys = Object.keys(left);
    if (keys.length !== Object.keys(right).length || !keys.every((key) => Object.hasOwn(right, key)))
      return false;
    return allEqual(keys.map((key) => [left[key], right[key]]));
  }
  return false;
}

function allEqual(pairs: readonly (readonly [unknown, unknown])[]): boolean {
  let unknown: Unknown | undefined;
  for (const [left, right] of pairs) {
    const touched = isUnknown(left) ? left : isUnknown(right) ? right : undefined;
    if (touched !== undefined) unknown ??= touched;
    else if (!equal(left, right)) return false;
  }
  if (unknown !== undefined) throw new UnknownTouched(unknown);
  return true;
}

/** By code points, as Python; JavaScript compares UTF-16 units, which differ for surrogates alone. */
function compareStrings(left: string, right: string): number {
  const most = Math.min(left.length, right.length);
  let at = 0;
  while (at < most && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  if (at === most) return left.length - right.length;
  // After the first half of a pair that is the same in both, the second halves are in order already.
  return (left.codePointAt(at) ?? 0) - (right.codePointAt(at) ?? 0);
}

/** Negative, zero or positive; a fault when Python cannot order the two. */
export function compare(left: unknown, right: unknown, operator = '<'): number {
  step();
  touch(left);
  touch(right);
  if (isNumber(left) && isNumber(right)) return numberOf(left) - numberOf(right);
  if (typeof left === 'string' && typeof right === 'string') return compareStrings(left, right);
  if (isList(left) && isList(right) && left instanceof Tuple === right instanceof Tuple) {
    for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
      if (!equal(left[index], right[index])) return compare(left[index], right[index], operator);
    }
    return left.length - right.length;
  }
  throw new TemplateFault(
    'TEMPLATE_TYPE',
    `"${operator}" cannot order the types ${typeName(left)} and ${typeName(right)}.`,
    typeof left === 'string' || typeof right === 'string'
      ? 'Convert with the filter "int", "float" or "string".'
      : undefined,
  );
}

/** Python's `in`. */
export function contains(container: unknown, item: unknown): boolean {
  touch(container);
  touch(item);
  if (typeof container === 'string') {
    if (typeof item === 'string') return container.includes(item);
    throw new TemplateFault(
      'TEMPLATE_TYPE',
      `"in" a text needs a text on its left side, not ${typeName(item)}.`,
    );
  }
  if (isMapping(container)) {
    if (isList(item) || isMapping(item)) {
      throw new TemplateFault('TEMPLATE_TYPE', `A ${typeName(item)} cannot be the key of a mapping.`);
    }
    return isHashable(item) && Object.hasOwn(container, str(item));
  }
  if (isList(container)) {
    let unknown: Unknown | undefined;
    for (const candidate of container) {
      if (isUnknown(candidate)) unknown ??= candidate;
      else if (equal(candidate, item)) return true;
    }
    if (unknown !== undefined) throw new UnknownTouched(unknown);
    return false;
  }
  throw new TemplateFault(
    'TEMPLATE_TYPE',
    `"in" needs a list, mapping or text on its right side, not ${typeName(container)}.`,
  );
}

function isHashable(value: unknown): boolean {
  return typeof value === 'string' || isNumber(value);
}

export type Comparison = '==' | '!=' | '<' | '>' | '<=' | '>=' | 'in' | 'not in';

export function compareWith(operator: Comparison, left: unknown, right: unknown): boolean {
  switch (operator) {
    case '==':
      return equal(left, right);
    case '!=':
      return !equal(left, right);
    case '<':
      return compare(left, right, operator) < 0;
    case '>':
      return compare(left, right, operator) > 0;
    case '<=':
      return compare(left, right, operator) <= 0;
    case '>=':
      return compare(left, right, operator) >= 0;
    case 'in':
      return contains(right, left);
    case 'not in':
      return !contains(right, left);
  }
}

/** An index or a slice bound: None is left out. */
function bound(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  touch(value);
  if (isInteger(value)) return Number(value);
  throw new TemplateFault('TEMPLATE_TYPE', `A slice needs whole numbers, not ${typeName(value)}.`);
}

/** `value[start:stop:step]`. */
export function slice(value: unknown, from: unknown, to: unknown, by: unknown): unknown {
  touch(value);
  if (typeof value !== 'string' && !isList(value)) {
    throw new TemplateFault('TEMPLATE_TYPE', `A slice needs a list or a text, not ${typeName(value)}.`);
  }
  const all = typeof value === 'string' ? Array.from(value) : value;
  const step = bound(by) ?? 1;
  if (step === 0) throw new TemplateFault('TEMPLATE_TYPE', 'The step of a slice cannot be 0.');
  const clamp = (index: number, low: number, high: number): number =>
    Math.min(high, Math.max(low, index < 0 ? index + all.length : index));
  const forward = step > 0;
  const low = forward ? 0 : -1;
  const high = forward ? all.length : all.length - 1;
  const start = bound(from);
  const stop = bound(to);
  const first = start === undefined ? (forward ? 0 : all.length - 1) : clamp(start, low, high);
  const last = stop === undefined ? (forward ? all.length : -1) : clamp(stop, low, high);
  const picked: unknown[] = [];
  for (let index = first; forward ? index < last : index > last; index += step) picked.push(all[index]);
  if (typeof value === 'string') return picked.join('');
  return value instanceof Tuple ? tuple(...picked) : own(picked);
}

/** `a ~ b`. */
export function concatenate(left: unknown, right: unknown): string {
  const [first, second] = [str(left), str(right)];
  spendText(first.length + second.length);
  return first + second;
}

/** Whether two values are one object, as far as JSON values can be. */
export function same(left: unknown, right: unknown): boolean {
  touch(left);
  touch(right);
  if (left instanceof Float && right instanceof Float) return left.value === right.value;
  return left === right && !(left instanceof Namespace && left !== right);
}
