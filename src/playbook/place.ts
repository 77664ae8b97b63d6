/**
 * Where a character of a scalar's text stands in the file. A scalar may be quoted, folded or indented, so the text and its
 * source are walked side by side.
 */
import type { SourceRange } from '../diagnostics/diagnostic.js';
import type { ScalarNode } from '../yaml/node.js';
import { readTextFile } from '../yaml/text-file.js';

/** The lines of the files that were read, for diagnostics. */
export class Sources {
  private readonly byFile = new Map<string, readonly string[]>();

  lines(file: string): readonly string[] {
    let lines = this.byFile.get(file);
    if (lines === undefined) {
      lines = readLines(file);
      this.byFile.set(file, lines);
    }
    return lines;
  }

  /** The range of a line and column (from 1) with the line's text. */
  range(file: string, line: number, column: number, length = 0): SourceRange {
    const text = this.lines(file)[line - 1];
    const place = { file, line, column };
    if (text === undefined) return place;
    const end = Math.min(column + length, text.length + 1);
    return { ...place, ...(end > column ? { endColumn: end } : {}), text };
  }
}

function readLines(file: string): readonly string[] {
  try {
    return readTextFile(file)
      .replace(/^\uFEFF/, '')
      .split(/\r\n|\n|\r/);
  } catch {
    return [];
  }
}

function contentStart(source: string): number {
  if (source.startsWith('|') || source.startsWith('>')) return source.indexOf('\n') + 1;
  return source.startsWith('"') || source.startsWith("'") ? 1 : 0;
}

const SPACE = /\s/;

/** The offset in the source of the character at `wanted` of the text. */
function align(text: string, source: string, wanted: number): number {
  let at = contentStart(source);
  for (let index = 0; index <= wanted && index < text.length; index += 1) {
    const char = text[index] ?? '';
    if (SPACE.test(char) && source[at] !== char) {
      // A line break that was folded to a space, or indentation that was taken away.
      while (at < source.length && !SPACE.test(source[at] ?? '')) at += 1;
    } else if (!SPACE.test(char)) {
      const found = source.indexOf(char, at);
      if (found !== -1) at = found;
    }
    if (index === wanted) return at;
    at += 1;
  }
  return Math.min(at, source.length);
}

/** The range of `length` characters of a scalar's text from an offset on. */
export function placeInScalar(
  node: ScalarNode,
  offset: number,
  length: number,
  sources: Sources,
): SourceRange {
  const { range, source } = node;
  const text = typeof node.value === 'string' ? node.value : source;
  const at = align(text, source, offset);
  const before = source.slice(0, at);
  const breaks = before.split('\n');
  const line = range.line + breaks.length - 1;
  const column = breaks.length === 1 ? range.column + at : (breaks.at(-1) ?? '').length + 1;
  return sources.range(range.file, line, column, length);
}
