/** Diffs as a person reads them: unified for texts, before and after for everything else. */
import { structuredPatch } from 'diff';
import type { FieldChange, StateDiff } from '../resources/resource.js';
import type { Paint } from './paint.js';
import { visible } from '../diagnostics/printable.js';
import { textWidth } from './width.js';

/** Longer diffs are cut, and say so; -vv shows all. */
export const mostDiffLines = 200;
/** Texts of which more lines come and go are not compared: the search takes time quadratic in their number. */
const mostEdits = 1500;
/** Two values that take no more columns together are on one line. */
const shortPair = 64;

function paintLine(line: string, paint: Paint): string {
  if (line.startsWith('+')) return paint.green(line);
  if (line.startsWith('-')) return paint.red(line);
  return line.startsWith('\\') ? paint.dim(line) : line;
}

function lineCount(text: string | undefined): number {
  return text === undefined || text === '' ? 0 : text.replace(/\n$/, '').split('\n').length;
}

/** A hunk's place as diff(1) writes it. */
function span(start: number, lines: number): string {
  if (lines === 1) return String(start);
  return lines === 0 ? `${start - 1},0` : `${start},${lines}`;
}

function patchLines(
  diff: Extract<StateDiff, { type: 'text' }>,
  paint: Paint,
  most: number,
): readonly string[] {
  const { header, before, after } = diff;
  const head = [paint.bold(`--- ${visible(header.before)}`), paint.bold(`+++ ${visible(header.after)}`)];
  const patch = structuredPatch(
    header.before,
    header.after,
    before ?? '',
    after ?? '',
    undefined,
    undefined,
    {
      context: 3,
      // A text that comes or goes as a whole takes no search.
      maxEditLength: (before ?? '') === '' || (after ?? '') === '' ? Infinity : mostEdits,
    },
  );
  if (patch === undefined) {
    return [
      ...head,
      paint.dim(`(${lineCount(before)} lines become ${lineCount(after)}, too many differ to list them)`),
    ];
  }
  const body = patch.hunks.flatMap((hunk) => [
    paint.cyan(`@@ -${span(hunk.oldStart, hunk.oldLines)} +${span(hunk.newStart, hunk.newLines)} @@`),
    ...hunk.lines.map((line) => paintLine(visible(line), paint)),
  ]);
  if (body.length <= most) return [...head, ...body];
  return [...head, ...body.slice(0, most), paint.dim(`… ${body.length - most} more lines (-vv shows all)`)];
}

/** A digest by its beginning, everything else as it is. */
function shown(value: string): string {
  return /^[0-9a-f]{64}$/.test(value) ? `${value.slice(0, 12)}…` : visible(value);
}

/** `~ mode: 0644 -> 0600`; long and many-lined values below each other. */
function fieldLines({ field, before, after }: FieldChange, paint: Paint): readonly string[] {
  const name = `${paint.yellow('~')} ${visible(field)}:`;
  const old = before === undefined ? '(none)' : shown(before);
  const now = after === undefined ? '(none)' : shown(after);
  if (old === now) return [`${name} ${old}`];
  const isLong = textWidth(old) + textWidth(now) > shortPair || `${old}${now}`.includes('\n');
  if (!isLong) return [`${name} ${paint.red(old)} -> ${paint.green(now)}`];
  const side = (sign: string, value: string, colour: (text: string) => string): readonly string[] =>
    value.split('\n').map((line) => colour(`  ${sign} ${line}`));
  return [name, ...side('-', old, paint.red), ...side('+', now, paint.green)];
}

/** Lines of one resource's diff. `most` limits the lines of a text. */
export function diffLines(
  resource: string,
  diff: StateDiff,
  paint: Paint,
  most = mostDiffLines,
): readonly string[] {
  const isText = diff.type === 'text' && diff.before !== diff.after;
  return [
    ...(isText ? patchLines(diff, paint, most) : [paint.bold(visible(resource))]),
    ...diff.fields.flatMap((field) => fieldLines(field, paint)),
  ];
}
