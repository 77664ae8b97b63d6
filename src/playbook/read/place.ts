/**
 * Where a character of a scalar's text is in the file. A scalar may be quoted, folded or indented, so the text and its
 * source are walked side by side.
 */
import type { SourceRange } from '../../diagnostics/diagnostic.js';
import type { ScalarNode } from '../../yaml/node.js';
import { SourceText } from '../../yaml/source.js';
import { readTextFile } from '../../yaml/text-file.js';

/** The texts of the files that were read, for diagnostics. */
export class Sources {
  private readonly byFile = new Map<string, SourceText>();

  private textOf(file: string): SourceText {
    let text = this.byFile.get(file);
    if (text === undefined) {
      text = new SourceText(readText(file), file);
      this.byFile.set(file, text);
    }
    return text;
  }

  lines(file: string): readonly string[] {
    return this.textOf(file).lines;
  }

  /** The range of a line and column (from 1), with the line's text unless that has no_log. */
  range(file: string, line: number, column: number, length = 0): SourceRange {
    const source = this.textOf(file);
    const text = source.lines[line - 1];
    if (text === undefined) return { file, line, column };
    const end = Math.min(column + length, text.length + 1);
    return source.at(line - 1, column - 1, end > column ? end - 1 : undefined);
  }
}

function readText(file: string): string {
  try {
    return readTextFile(file).replace(/^\uFEFF/, '');
  } catch {
    return '';
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
      // A line break that was folded to a space, or indentation that was removed.
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
