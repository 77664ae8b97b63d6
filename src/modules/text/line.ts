/** `lineinfile`: makes sure that one line is there, or that lines are not. On bytes (see bytes.ts). */
import { expandReplacement, pythonRegex } from '../../values/python-regex.js';
import { linesWithEnds, toBytes, withoutEnd } from './bytes.js';

export interface LinePresent {
  readonly line: string;
  readonly regexp?: string | undefined;
  readonly searchString?: string | undefined;
  /** `EOF`, `BOF` or a pattern. */
  readonly insertAfter?: string | undefined;
  readonly insertBefore?: string | undefined;
  readonly backrefs: boolean;
  readonly firstMatch: boolean;
}

export interface LineAbsent {
  readonly line?: string | undefined;
  readonly regexp?: string | undefined;
  readonly searchString?: string | undefined;
}

export interface Edited {
  readonly text: string;
  /** What was done; empty when nothing was. */
  readonly msg: string;
}

/** Patterns see the line with its newline, as Python's modules do it: `$` matches before it. */
function pattern(text: string): RegExp {
  return pythonRegex(toBytes(text), { ascii: true });
}

interface Found {
  readonly index: number;
  readonly match?: RegExpExecArray;
}

/** The last line that matches, or the first when that is asked for. */
function findLine(lines: readonly string[], wanted: LinePresent): Found | undefined {
  const regex = wanted.regexp === undefined ? undefined : pattern(wanted.regexp);
  const part = wanted.searchString === undefined ? undefined : toBytes(wanted.searchString);
  let found: Found | undefined;
  for (const [index, line] of lines.entries()) {
    const match = regex?.exec(line) ?? undefined;
    if (match === undefined && !(part !== undefined && line.includes(part))) continue;
    found = match === undefined ? { index } : { index, match };
    if (wanted.firstMatch) break;
  }
  return found;
}

/** Where a pattern of insertafter or insertbefore matches: the index at which the line goes in. */
function findPlace(lines: readonly string[], wanted: LinePresent): number | undefined {
  const before = wanted.insertBefore !== undefined;
  const where = wanted.insertBefore ?? wanted.insertAfter ?? 'EOF';
  if (where === (before ? 'BOF' : 'EOF') || where === 'BOF') return undefined;
  const regex = pattern(where);
  const hits = lines.flatMap((line, index) => (regex.test(line) ? [index] : []));
  const hit = wanted.firstMatch ? hits[0] : hits.at(-1);
  if (hit === undefined) return undefined;
  return before ? hit : hit + 1;
}

function ended(line: string): string {
  return line.endsWith('\n') ? line : `${line}\n`;
}

function replaceLine(lines: readonly string[], index: number, line: string): Edited {
  if (lines[index] === line) return { text: lines.join(''), msg: '' };
  return { text: lines.with(index, line).join(''), msg: 'line replaced' };
}

/** Puts a line in at an index; the line before it gets the newline that it may lack. */
function insertLine(lines: readonly string[], index: number, line: string): Edited {
  const before = lines.slice(0, index);
  const last = before.at(-1);
  if (last !== undefined && !/[\r\n]$/.test(last)) before[before.length - 1] = `${last}\n`;
  return { text: [...before, line, ...lines.slice(index)].join(''), msg: 'line added' };
}

/** Throws PythonRegexError for a faulty pattern or replacement. */
export function ensureLine(text: string, wanted: LinePresent): Edited {
  const lines = linesWithEnds(text);
  const line = toBytes(wanted.line);
  const found = findLine(lines, wanted);
  if (found !== undefined) {
    const replacement =
      wanted.backrefs && found.match !== undefined ? expandReplacement(line, found.match) : line;
    return replaceLine(lines, found.index, ended(replacement));
  }
  const exact = lines.findLastIndex(
    (item) => withoutEnd(item) === withoutEnd(line) || withoutEnd(item) === line,
  );
  if (exact !== -1) return wanted.backrefs ? { text, msg: '' } : replaceLine(lines, exact, ended(line));
  if (wanted.backrefs) return { text, msg: '' };
  if (wanted.insertBefore === 'BOF' || wanted.insertAfter === 'BOF') return insertLine(lines, 0, ended(line));
  return insertLine(lines, findPlace(lines, wanted) ?? lines.length, ended(line));
}

/** Removes every line that matches the pattern, holds the text, or is the line. Throws PythonRegexError. */
export function removeLines(text: string, wanted: LineAbsent): Edited & { readonly found: number } {
  const lines = linesWithEnds(text);
  const regex = wanted.regexp === undefined ? undefined : pattern(wanted.regexp);
  const part = wanted.searchString === undefined ? undefined : toBytes(wanted.searchString);
  const line = wanted.line === undefined ? undefined : toBytes(wanted.line);
  const matches = (item: string): boolean => {
    if (regex !== undefined) return regex.test(item);
    if (part !== undefined) return item.includes(part);
    return withoutEnd(item) === line;
  };
  const kept = lines.filter((item) => !matches(item));
  const found = lines.length - kept.length;
  return { text: kept.join(''), msg: found === 0 ? '' : `${found} line(s) removed`, found };
}
