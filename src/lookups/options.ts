/** Options of lookups, as keywords or as `name=value` in a term, with the types that they have. */
import { isMapping, type Value, type Vars } from '../values/value.js';

export function textOf(value: Value, what: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  throw new Error(`${what} has to be a text, but is ${kindOf(value)}`);
}

function kindOf(value: Value): string {
  if (value === null) return 'nothing (null)';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
}

/** An option that is not there, or is null, has its default. */
export function textOption(options: Vars, name: string, fallback: string): string {
  const value = options[name];
  return value === undefined || value === null ? fallback : textOf(value, `the option "${name}"`);
}

const yes = new Set(['true', 'yes', 'on', '1', 'y', 't']);
const no = new Set(['false', 'no', 'off', '0', 'n', 'f']);

export function flagOption(options: Vars, name: string, fallback: boolean): boolean {
  const value = options[name];
  if (value === undefined || value === null) return fallback;
  if (typeof value === 'boolean') return value;
  const word = textOf(value, `the option "${name}"`).toLowerCase();
  if (yes.has(word)) return true;
  if (no.has(word)) return false;
  throw new Error(`the option "${name}" has to be true or false, but is "${word}"`);
}

export function numberOption(options: Vars, name: string, fallback: number): number {
  const value = options[name];
  if (value === undefined || value === null) return fallback;
  const number = typeof value === 'number' ? value : Number(textOf(value, `the option "${name}"`).trim());
  if (Number.isFinite(number)) return number;
  throw new Error(`the option "${name}" has to be a number, but is "${textOf(value, name)}"`);
}

export function wholeOption(options: Vars, name: string, fallback: number): number {
  const number = numberOption(options, name, fallback);
  if (Number.isSafeInteger(number)) return number;
  throw new Error(`the option "${name}" has to be a whole number, but is ${String(number)}`);
}

export function mappingOption(options: Vars, name: string): Vars {
  const value = options[name];
  if (value === undefined || value === null) return {};
  if (isMapping(value)) return value;
  throw new Error(`the option "${name}" has to be a mapping, but is ${kindOf(value)}`);
}

/** A list, or a text that is one member of it. */
export function listOption(options: Vars, name: string): readonly Value[] {
  const value = options[name];
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly Value[]) : [value];
}

export interface TermOptions {
  /** The words that are not options, unchanged. */
  readonly words: readonly string[];
  readonly options: Vars;
}

/** `key file=a.csv delimiter=,`: words, and options whose values may be quoted. */
export function termOptions(term: string): TermOptions {
  const words: string[] = [];
  const options: Record<string, Value> = {};
  for (const [word] of term.matchAll(/(?:[^\s"']+|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|["'])+/gs)) {
    const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(word);
    if (match === null) words.push(word);
    else options[match[1] ?? ''] = unquoted(match[2] ?? '');
  }
  return { words, options };
}

function unquoted(text: string): string {
  const quote = text[0];
  const isQuoted = text.length > 1 && (quote === '"' || quote === "'") && text.endsWith(quote);
  return isQuoted ? text.slice(1, -1) : text;
}
