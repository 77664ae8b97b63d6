/**
 * The types of module arguments, with the coercions that Ansible users rely on ("yes" is true, "5" is 5,
 * "a,b" is a list) and messages that say what was given and what is expected. All else is strict.
 */
import { shortened } from '../../values/shortened.js';
import * as z from 'zod';
import { translatePythonRegex } from '../../values/python-regex.js';
import { isUnknown, type Value } from '../../values/value.js';

/** Why a value is not what an argument takes. */
export class ArgFault {
  constructor(
    readonly expected: string,
    readonly hint?: string,
  ) {}
}

/** What the documentation says of a type; held by zod's metadata. */
export interface ArgMeta {
  readonly type: string;
  readonly choices?: readonly string[];
  /** Set for an argument that Ansible has and rtprov refuses, with the reason. */
  readonly unsupported?: string;
  /** Without this the argument has no effect, whatever it is. */
  readonly onlyWith?: OnlyWith;
  /** Nested fields, for lists of mappings. */
  readonly raw?: true;
  [key: string]: unknown;
}

/** A few words for a value in a message. Long text is cut. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (isUnknown(value)) return 'a value that is not known yet';
  if (typeof value === 'string') {
    return `the text ${JSON.stringify(shortened(value, 60))}`;
  }
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return value ? 'the boolean true' : 'the boolean false';
  return Array.isArray(value) ? 'a list' : 'a mapping';
}

/** Makes an argument type from a reader that returns the typed value or a fault. */
export function argument<T>(meta: ArgMeta, read: (value: Value) => T | ArgFault) {
  return z
    .unknown()
    .transform((value, context): T => {
      const result = read(value as Value);
      if (!(result instanceof ArgFault)) return result;
      context.addIssue({
        code: 'custom',
        message: `expects ${result.expected}, but got ${describeValue(value)}`,
        params: { hint: result.hint },
      });
      return z.NEVER;
    })
    .meta(meta);
}

const TRUE = new Set(['yes', 'true', 'on', '1', 'y', 't']);
const FALSE = new Set(['no', 'false', 'off', '0', 'n', 'f']);

export function readBool(value: Value): boolean | ArgFault {
  if (typeof value === 'boolean') return value;
  if (value === 1) return true;
  if (value === 0) return false;
  if (typeof value === 'string') {
    const text = value.trim().toLowerCase();
    if (TRUE.has(text)) return true;
    if (FALSE.has(text)) return false;
  }
  return new ArgFault('true or false (or yes, no, on, off, 1, 0)');
}

export const bool = () => argument<boolean>({ type: 'bool' }, readBool);

function readInt(value: Value): number | ArgFault {
  const number = typeof value === 'string' && /^\s*[-+]?\d+\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : new ArgFault('a whole number');
}

export const int = (range: { readonly min?: number; readonly max?: number } = {}) =>
  argument<number>({ type: 'int' }, (value) => {
    const number = readInt(value);
    if (number instanceof ArgFault) return number;
    const { min = -Infinity, max = Infinity } = range;
    if (number >= min && number <= max) return number;
    return new ArgFault(
      max === Infinity ? `a whole number of at least ${min}` : `a whole number from ${min} to ${max}`,
    );
  });

export const float = () =>
  argument<number>({ type: 'float' }, (value) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : new ArgFault('a number');
  });

export function readStr(value: Value): string | ArgFault {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') {
    return new ArgFault(
      'text',
      'Put the word in quotes ("yes", "on", "true"): without quotes YAML turns it into a boolean, and the word is lost.',
    );
  }
  return new ArgFault('text');
}

export const str = () => argument<string>({ type: 'str' }, readStr);

/** Text that must not be empty. */
export const name = () =>
  argument<string>({ type: 'str' }, (value) => {
    const text = readStr(value);
    return text === '' ? new ArgFault('text that is not empty') : text;
  });

/** A regular expression in Python's syntax that is not empty, as it was written. */
export const regex = () =>
  argument<string>({ type: 'str' }, (value) => {
    const text = readStr(value);
    if (text instanceof ArgFault) return text;
    if (text === '') return new ArgFault('a regular expression that is not empty');
    try {
      const { source, flags } = translatePythonRegex(text);
      new RegExp(source, flags);
      return text;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return new ArgFault("a regular expression of Python's", `What is wrong with it: ${why}.`);
    }
  });

/** A path on the target, as written: `targetPath` of files/target-path.ts makes it absolute. */
export const path = () =>
  argument<string>({ type: 'path' }, (value) => {
    const text = readStr(value);
    if (text instanceof ArgFault) return text;
    if (text === '') return new ArgFault('a path that is not empty');
    return text.includes('\0') ? new ArgFault('a path without NUL bytes') : text;
  });

/** One of some words. Numbers and YAML's booleans are matched where the words mean them (`yes`, `no`). */
export const choice = <const T extends string>(choices: readonly T[]) =>
  argument<T>({ type: 'str', choices }, (value) => {
    const words =
      typeof value === 'boolean'
        ? value
          ? ['yes', 'true', 'on']
          : ['no', 'false', 'off']
        : [readStr(value)];
    const found = choices.find((item) => words.includes(item));
    return found ?? new ArgFault(`one of ${choices.join(', ')}`);
  });

function listItems(value: Value): readonly Value[] | ArgFault {
  if (Array.isArray(value)) return value as readonly Value[];
  if (typeof value === 'string') {
    return value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }
  if (typeof value === 'number') return [value];
  return new ArgFault('a list');
}

/** A list of text; a comma separated string is one too. */
export const list = () =>
  argument<readonly string[]>({ type: 'list of str' }, (value) => {
    const items = listItems(value);
    if (items instanceof ArgFault) return items;
    const read = items.map(readStr);
    const bad = read.find((item) => item instanceof ArgFault);
    return bad === undefined ? (read as string[]) : new ArgFault('a list of text', bad.hint);
  });

/** A list of text; a string is one item, commas and all. */
export const listOfWhole = () => argument<readonly string[]>({ type: 'list of str' }, readList);

/** Texts, or one of them; none is cut up at its commas. */
export function readList(value: Value): readonly string[] | ArgFault {
  const items: readonly Value[] = Array.isArray(value) ? (value as readonly Value[]) : [value];
  const read = items.map(readStr);
  const bad = read.find((item) => item instanceof ArgFault);
  return bad === undefined ? (read as string[]) : new ArgFault('text or a list of text', bad.hint);
}

/** Any value at all, Unknown included. */
export const any = () => argument<Value>({ type: 'any', raw: true }, (value) => value);

/** An argument of Ansible's that does nothing here but is harmless: any value is taken. */
export const ignored = (why: string) =>
  argument<unknown>({ type: 'any', ignored: why }, (value) => value).optional();

/** What another argument has to be for one to have an effect: any value when none is said. */
export interface OnlyWith {
  readonly arg: string;
  readonly value?: string | boolean;
}

/**
 * An argument that Ansible has and rtprov refuses. Ansible's own default may be written out. `onlyWith`: without that Ansible takes no
 * notice of the argument, and then neither does rtprov.
 */
export const unsupported = (why: string, harmless?: Value, onlyWith?: OnlyWith) =>
  argument<undefined>({ type: 'any', unsupported: why, ...(onlyWith && { onlyWith }) }, (value) => {
    if (harmless !== undefined) {
      const given = typeof harmless === 'boolean' ? readBool(value) : value;
      if (given === harmless) return undefined;
    }
    return new ArgFault(
      harmless === undefined ? 'not to be given here' : `only the value ${JSON.stringify(harmless)}`,
      why,
    );
  }).optional();
