/** What Python values are at run time where JavaScript has no such thing. JSON values stand for themselves. */
import { isUnknown, type Value } from '../../values/value.js';
import { TemplateFault, UnknownTouched, type Position } from '../fault.js';

/** A float whose value is whole (`3.0`), which as a JavaScript number looks like an integer. */
export class Float {
  constructor(readonly value: number) {}
}

/** A list in every way but that it prints with parentheses. */
export class Tuple extends Array<unknown> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

export function tuple(...items: readonly unknown[]): Tuple {
  const made = new Tuple();
  for (const item of items) made.push(item);
  return made;
}

/** The value of a name, attribute or item that does not exist. Any use but `is defined` and `default` is an error. */
export class Undefined {
  constructor(
    readonly detail: string,
    /** Given as a function, for the search of the nearest name costs more than a template. */
    private readonly hintOf: string | (() => string | undefined) | undefined,
    readonly at: Position | undefined,
    /** Name of the variable, for `mandatory`. */
    readonly name?: string,
    /** What an inline `if` without `else` gives: it prints nothing, is false, and is empty. */
    readonly lenient = false,
  ) {}

  get hint(): string | undefined {
    return typeof this.hintOf === 'function' ? this.hintOf() : this.hintOf;
  }

  fault(): TemplateFault {
    return new TemplateFault('TEMPLATE_UNDEFINED', this.detail, this.hint, this.at);
  }
}

export type Keywords = Readonly<Record<string, unknown>>;

/** Anything that can be called: macros, methods, global functions. */
export class Callable {
  constructor(
    readonly name: string,
    readonly call: (args: readonly unknown[], keywords: Keywords) => unknown,
    /** What it prints as, or undefined when printing it is a mistake. */
    readonly kind: 'method' | 'function' | 'macro' = 'function',
  ) {}
}

/** An object with attributes, which is not a mapping: `loop`, an imported template, `now()`. */
export class Attributes {
  constructor(
    readonly kind: string,
    readonly get: (name: string) => unknown,
    readonly text?: () => string,
  ) {}
}

/** `namespace()`: the one thing whose attributes a template can set. */
export class Namespace {
  readonly attributes = new Map<string, unknown>();
}

/** Module arguments whose value is this are left out: `{{ x | default(omit) }}`. */
export const OMIT: Value = Object.freeze({ __omit__: true });

/** Lists and mappings that a template made itself and may therefore change. */
const owned = new WeakSet();

export function own<T extends object>(made: T): T {
  owned.add(made);
  return made;
}

export function isOwned(value: object): boolean {
  return owned.has(value);
}

/** Sets a key without ever reaching the prototype. */
export function setKey(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

export function mappingOf(entries: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [key, value] of entries) setKey(made, key, value);
  return made;
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value === OMIT) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

export function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

/** An integer or a boolean, which is an integer in Python. */
export function isInteger(value: unknown): value is number | boolean {
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isInteger(value));
}

export function isNumber(value: unknown): value is number | boolean | Float {
  return typeof value === 'number' || typeof value === 'boolean' || value instanceof Float;
}

export function isFloat(value: unknown): boolean {
  return value instanceof Float || (typeof value === 'number' && !Number.isInteger(value));
}

export function numberOf(value: number | boolean | Float): number {
  return value instanceof Float ? value.value : Number(value);
}

/** A number that is a float in Python, even when it is whole. */
export function float(value: number): number | Float {
  return Number.isInteger(value) ? new Float(value) : value;
}

/** An integer result. Beyond 2^53 JavaScript would silently be wrong. */
export function integer(value: number): number {
  if (Number.isFinite(value) && !Number.isSafeInteger(value)) {
    throw new TemplateFault(
      'TEMPLATE_TYPE',
      'The result is a whole number beyond 2^53 - 1, which cannot be held exactly.',
      'Keep such numbers (masks, for instance) as strings.',
    );
  }
  return value === 0 ? 0 : value;
}

/** Throws for Undefined and Unknown: whoever calls this uses the value. */
export function touch(value: unknown): void {
  if (value instanceof Undefined) throw value.fault();
  if (isUnknown(value)) throw new UnknownTouched(value);
}

/** The name of a value's type as Python has it. */
export function typeName(value: unknown): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'str';
  if (isFloat(value)) return 'float';
  if (typeof value === 'number') return 'int';
  if (value instanceof Tuple) return 'tuple';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Callable) return value.kind;
  if (value instanceof Attributes) return value.kind;
  if (value instanceof Namespace) return 'namespace';
  return isMapping(value) ? 'dict' : 'object';
}

/** Python's truth: empty lists, mappings and strings, zero, None and False are false. */
export function truth(value: unknown): boolean {
  if (value instanceof Undefined && value.lenient) return false;
  touch(value);
  if (value instanceof Float) return value.value !== 0;
  if (typeof value === 'number') return value !== 0;
  if (Array.isArray(value)) return value.length > 0;
  if (isMapping(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** The items of anything that a loop can run over. */
export function items(value: unknown): readonly unknown[] {
  if (value instanceof Undefined && value.lenient) return [];
  touch(value);
  if (Array.isArray(value)) return value as readonly unknown[];
  if (typeof value === 'string') return Array.from(value);
  if (isMapping(value)) return Object.keys(value);
  throw new TemplateFault('TEMPLATE_TYPE', `A value of the type ${typeName(value)} cannot be iterated over.`);
}
