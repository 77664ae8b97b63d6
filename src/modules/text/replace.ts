/** `replace`: every match of a pattern, in all of the text or in a part of it. On characters. */
import { pythonRegex, pythonSub } from '../../values/python-regex.js';
import type { Edited } from './line.js';

export interface Replacement {
  readonly regexp: string;
  readonly replace: string;
  /** Patterns that are before and after the part in which to replace. */
  readonly after?: string | undefined;
  readonly before?: string | undefined;
}

/** The pattern whose group `subsection` is the part in which to replace. */
export function partPattern({ after, before }: Replacement): string {
  const lazy = after !== undefined && before !== undefined;
  return `${after ?? ''}(?P<subsection>.*${lazy ? '?' : ''})${before ?? ''}`;
}

/** The part between `after` and `before`, as offsets; undefined when they do not match. */
function findPart(text: string, wanted: Replacement): readonly [number, number] | undefined {
  if (wanted.after === undefined && wanted.before === undefined) return [0, text.length];
  const match = pythonRegex(partPattern(wanted), { dotAll: true }, 'd').exec(text);
  return match?.indices?.groups?.['subsection'];
}

/** Undefined when `after` or `before` match nowhere. Throws PythonRegexError. */
export function replaceAll(text: string, wanted: Replacement): Edited | undefined {
  const part = findPart(text, wanted);
  if (part === undefined) return undefined;
  const [start, end] = part;
  const inner = text.slice(start, end);
  const { text: replaced, count } = pythonSub(wanted.regexp, wanted.replace, inner, { multiline: true });
  if (replaced === inner) return { text, msg: '' };
  return { text: text.slice(0, start) + replaced + text.slice(end), msg: `${count} replacements made` };
}
