/** A text file with the positions of its lines: turns offsets into the ranges that diagnostics carry. */

import type { SourceRange } from '../diagnostics/diagnostic.js';
import { givesPassword, noLogLines } from './no-log-lines.js';

/** Does the key of a block mapping begin there, which looks like a name? In a flow mapping it may be a part of a value. */
function startsKey(line: string, at: number): boolean {
  return (
    /^[\s-]*["']?$/.test(line.slice(0, at)) && /^["']?[A-Za-z_][\w.]*["']?\s*:(?:\s|$)/.test(line.slice(at))
  );
}

export class SourceText {
  readonly lines: readonly string[];
  private readonly starts: readonly number[];
  /** Lines of what has no_log: ranges in them have no text. */
  private readonly hidden: ReadonlySet<number>;

  constructor(
    readonly text: string,
    readonly file: string,
  ) {
    const lines: string[] = [];
    const starts: number[] = [];
    for (const match of text.matchAll(/(.*?)(\r\n|\n|\r|$)/gsu)) {
      if (match[2] === '' && match[1] === '' && lines.length > 0) break;
      starts.push(match.index);
      lines.push(match[1] ?? '');
      if (match[2] === '') break;
    }
    this.lines = lines;
    this.starts = starts;
    this.hidden = noLogLines(lines);
  }

  /** Zero-based number of the line that holds the offset. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The range from one offset to another; `endColumn` is given when both are on one line. */
  range(from: number, to?: number): SourceRange {
    const index = this.lineAt(from);
    const start = this.starts[index] ?? 0;
    const line = this.lines[index] ?? '';
    const column = Math.min(from - start, line.length) + 1;
    const end = to === undefined ? undefined : to - start + 1;
    const onLine = end !== undefined && end > column && end <= line.length + 1;
    return {
      file: this.file,
      line: index + 1,
      column,
      ...(onLine ? { endColumn: end } : {}),
      ...this.shown(index, column - 1),
    };
  }

  /** The range of columns (from 0) of one line (from 0). */
  at(line: number, from: number, to?: number): SourceRange {
    return {
      file: this.file,
      line: line + 1,
      column: from + 1,
      ...(to === undefined ? {} : { endColumn: to + 1 }),
      ...this.shown(line, from),
    };
  }

  private shown(line: number, from: number): Pick<SourceRange, 'text' | 'hidden'> {
    const text = this.lines[line] ?? '';
    if (this.hidden.has(line)) return { hidden: startsKey(text, from) ? 'name' : true };
    return givesPassword(text) ? {} : { text };
  }
}
