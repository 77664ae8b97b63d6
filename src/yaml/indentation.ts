/** Where a line that is in a wrong column belongs: what the lines above it begin in their columns. */
import type { SourceText } from './source.js';

export interface Begun {
  readonly column: number;
  /** A dash, or a key. */
  readonly text: string;
  /** From 0. */
  readonly line: number;
}

/** Keywords that people indent as if they were arguments of the task's module. */
const beside =
  /^(?:when|become|become_user|register|notify|loop|with_\w+|tags|vars|args|ignore_errors|changed_when|failed_when|delegate_to|until|retries|delay|no_log|environment|check_mode|run_once)$/;

/** Keywords of a play, which people indent as its tasks. */
const ofPlay = /^(?:hosts|roles|tasks|handlers|pre_tasks|post_tasks)$/;

const indentOf = (line: string): number => /^ */.exec(line)?.[0].length ?? 0;

/** `- name: x` begins a dash and a key. */
function begunOn(text: string, line: number): readonly Begun[] {
  const dashes = /^ *(?:- +)*/.exec(text)?.[0] ?? '';
  const key = /^["']?([\w.-]+)["']?\s*:(?:\s|$)/.exec(text.slice(dashes.length))?.[1];
  return [
    ...[...dashes.matchAll(/-/g)].map(({ index }) => ({ column: index, text: '-', line })),
    ...(key === undefined ? [] : [{ column: dashes.length, text: key, line }]),
  ];
}

/** What is open above a line, innermost first. */
function openAbove(source: SourceText, line: number): readonly Begun[] {
  const open: Begun[] = [];
  for (let at = line - 1, limit = Infinity; at >= 0 && limit > 0; at -= 1)
    for (const begun of [...begunOn(source.lines[at] ?? '', at)].reverse()) {
      if (begun.column >= limit) continue;
      open.push(begun);
      limit = begun.column;
    }
  return open;
}

function nearestOf(open: readonly Begun[], column: number): Begun | undefined {
  let best: Begun | undefined;
  for (const begun of open)
    if (best === undefined || Math.abs(begun.column - column) < Math.abs(best.column - column)) best = begun;
  return best;
}

/** Detail and hint for a line (from 0) in a column in which nothing is open; undefined where it begins neither a key nor an entry of a list. */
export function whereItBelongs(source: SourceText, line: number): readonly [string, string] | undefined {
  const text = source.lines[line] ?? '';
  const [own] = begunOn(text, line);
  if (own === undefined) return undefined;
  const open = openAbove(source, line);
  const isEntry = own.text === '-';
  const isTask = !isEntry && beside.test(own.text);
  const isPlay = !isEntry && ofPlay.test(own.text);
  const fits = open.filter((one, at) => {
    if (isEntry || one.text === '-') return isEntry && one.text === '-';
    return !(isTask || isPlay) || open[at + 1]?.text === '-';
  });
  const target = isPlay ? fits.at(-1) : nearestOf(fits, indentOf(text));
  if (target === undefined) return undefined;
  const like = target.text === '-' ? 'the "-"' : `"${target.text}"`;
  return [
    isTask
      ? `"${own.text}" is a keyword and not an argument: write it in the same column as the other keywords, which in a task is the column of the module's name.`
      : `${isEntry ? 'This "-"' : `"${own.text}"`} is not in the same column as the entries that it may belong to.`,
    `${target.column === 0 ? 'Do not indent it' : `Indent it by ${target.column} space${target.column === 1 ? '' : 's'}`}, like ${like} of line ${target.line + 1}.`,
  ];
}

/** The first line (from 0) after one that is neither empty nor a comment. */
export function nextLine(source: SourceText, line: number): number {
  let next = line + 1;
  while (next < source.lines.length && /^\s*(?:#|$)/.test(source.lines[next] ?? '')) next += 1;
  return next;
}

/** Whether a key of a line has a plain value that the next line, deeper and with a key of its own, would go on with. */
export function goesOnBelow(source: SourceText, line: number): boolean {
  const text = source.lines[line] ?? '';
  const key = begunOn(text, line).at(-1);
  if (key === undefined || key.text === '-') return false;
  const value = text.slice(key.column).replace(/^["']?[\w.-]+["']?\s*:\s*/, '');
  if (value === '' || /:(?:\s|$)/.test(value)) return false;
  const below = source.lines[nextLine(source, line)] ?? '';
  return indentOf(below) > key.column && begunOn(below, 0).length > 0;
}

/** A key that begins with a dash, on a line (from 0) or open above it: the dash was to begin an entry. */
export function dashWithoutSpace(source: SourceText, line: number): Begun | undefined {
  const own = begunOn(source.lines[line] ?? '', line);
  return [...own, ...openAbove(source, line)].find(({ text }) => /^-[^-]/.test(text));
}
