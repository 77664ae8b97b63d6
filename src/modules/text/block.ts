/** `blockinfile`: a block of lines between two marker lines. On bytes (see bytes.ts). */
import { isMultilinePattern, pythonRegex } from '../../values/python-regex.js';
import { linesWithEnds, toBytes, withoutEnd } from './bytes.js';
import type { Edited } from './line.js';

export interface Block {
  /** Empty: the block and its markers go. */
  readonly block: string;
  /** The whole first and last line, without newlines. */
  readonly begin: string;
  readonly end: string;
  readonly insertAfter?: string | undefined;
  readonly insertBefore?: string | undefined;
  readonly appendNewline: boolean;
  readonly prependNewline: boolean;
}

/** The newlines in a text. */
function newlines(text: string): number {
  return text.split('\n').length - 1;
}

/**
 * Where a new block goes: after or before the last line that the pattern matches, else at the end. A pattern with `(?m)` is looked
 * for in the whole text, and its first match counts.
 */
function findPlace(text: string, lines: readonly string[], wanted: Block): number {
  if (wanted.insertBefore === 'BOF') return 0;
  const where = wanted.insertBefore ?? wanted.insertAfter;
  if (where === undefined || where === 'EOF') return lines.length;
  const regex = pythonRegex(toBytes(where), { ascii: true });
  if (isMultilinePattern(where)) {
    const match = regex.exec(text);
    if (match === null) return lines.length;
    const before = text.slice(0, match.index);
    return wanted.insertBefore === undefined ? newlines(before + match[0]) + 1 : newlines(before);
  }
  const hit = lines.findLastIndex((line) => regex.test(line));
  if (hit === -1) return lines.length;
  return wanted.insertBefore === undefined ? hit + 1 : hit;
}

function isMarker(marker: string) {
  const bytes = toBytes(marker);
  return (line: string): boolean => withoutEnd(line) === bytes;
}

function messageFor(before: string, after: string, removed: boolean): string {
  if (before === after) return '';
  return removed ? 'Block removed' : 'Block inserted';
}

/** Throws PythonRegexError for a faulty insertafter or insertbefore. */
export function ensureBlock(text: string, wanted: Block): Edited {
  const lines = linesWithEnds(text);
  const begin = lines.findLastIndex(isMarker(wanted.begin));
  const end = lines.findLastIndex(isMarker(wanted.end));
  const there = begin !== -1 && end !== -1;
  const place = there ? Math.min(begin, end) : findPlace(text, lines, wanted);
  const before = lines.slice(0, place);
  const after = there ? lines.slice(Math.max(begin, end) + 1) : lines.slice(place);
  const last = before.at(-1);
  if (last !== undefined && !last.endsWith('\n')) before[before.length - 1] = `${last}\n`;
  const removed = wanted.block === '';
  const inner = toBytes(wanted.block);
  const body = removed
    ? []
    : [`${toBytes(wanted.begin)}\n`, inner.endsWith('\n') ? inner : `${inner}\n`, `${toBytes(wanted.end)}\n`];
  if (!removed && wanted.prependNewline && before.length > 0 && before.at(-1) !== '\n') before.push('\n');
  if (!removed && wanted.appendNewline && after.length > 0 && after[0] !== '\n') body.push('\n');
  // With nothing to remove the text stays as it is. Ansible adds the newline that the last line may lack.
  const result = removed && !there ? text : [...before, ...body, ...after].join('');
  return { text: result, msg: messageFor(text, result, removed) };
}
