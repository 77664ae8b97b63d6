/** A diagnostic as text for a person: what, where with the source line and a caret, why, and how to repair it. */
import { visible } from './printable.js';
import { detailOf, type Diagnostic, type SourceRange } from './diagnostic.js';

/** Adds colours; picocolors has all of these. Without it the text is plain. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly dim: (text: string) => string;
}

export interface FormatOptions {
  readonly paint?: Paint;
  /** Paths below this folder are shown relative to it. */
  readonly baseDir?: string;
  /** Lines that are longer are cut around the fault. Default 120. */
  readonly width?: number;
}

const PLAIN: Paint = {
  bold: String,
  red: String,
  yellow: String,
  cyan: String,
  dim: String,
};

/** The path relative to a folder above or beside it; as it is when that would not be shorter. */
export function relativePath(file: string, baseDir: string | undefined): string {
  if (baseDir === undefined || !file.startsWith('/')) return file;
  const from = baseDir.split('/').filter((part) => part !== '');
  const to = file.split('/').filter((part) => part !== '');
  let same = 0;
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same += 1;
  const found = [...from.slice(same).map(() => '..'), ...to.slice(same)].join('/');
  return found.length < file.length ? found : file;
}

interface Cut {
  readonly text: string;
  readonly from: number;
  readonly length: number;
}

/** The part of a long line that holds the fault. Tabs become spaces of the same count, so that the caret is in the right place. */
function cutLine(range: SourceRange, text: string, width: number): Cut {
  const line = text.replaceAll('\t', ' ');
  const length = Math.max((range.endColumn ?? range.column + 1) - range.column, 1);
  const at = Math.min(range.column - 1, line.length);
  if (line.length <= width) return { text: line, from: at, length };
  const start = Math.max(0, Math.min(at - Math.floor(width / 3), line.length - width));
  const before = start > 0 ? '…' : '';
  const after = start + width < line.length ? '…' : '';
  const shown = before + line.slice(start, start + width) + after;
  const from = at - start + before.length;
  return { text: shown, from, length: Math.max(Math.min(length, shown.length - from), 1) };
}

function excerpt(
  range: SourceRange,
  paint: Paint,
  width: number,
  severity: Diagnostic['severity'],
): readonly string[] {
  if (range.text === undefined) return [];
  const cut = cutLine(range, range.text, width);
  const number = String(range.line);
  const margin = ' '.repeat(number.length);
  const mark = '^'.repeat(cut.length);
  return [
    paint.dim(`${margin} |`),
    `${paint.dim(`${number} |`)} ${cut.text}`,
    `${paint.dim(`${margin} |`)} ${' '.repeat(cut.from)}${severity === 'error' ? paint.red(mark) : paint.yellow(mark)}`,
  ];
}

/** One character stands for each of a source line that cannot be printed, so that the mark below is in the right place. */
function printable(diagnostic: Diagnostic): Diagnostic {
  const { summary, detail, hint, range } = diagnostic;
  return {
    ...diagnostic,
    summary: visible(summary),
    detail: visible(detail),
    ...(hint === undefined ? {} : { hint: visible(hint) }),
    ...(range === undefined
      ? {}
      : {
          range: {
            ...range,
            file: visible(range.file),
            ...(range.text === undefined
              ? {}
              : { text: range.text.replace(/[^\t]/gu, (one) => (visible(one) === one ? one : '\ufffd')) }),
          },
        }),
  };
}

/** Several lines without a line end after the last. */
export function formatDiagnostic(diagnostic: Diagnostic, options: FormatOptions = {}): string {
  const { paint = PLAIN, baseDir, width = 120 } = options;
  const shown = printable(diagnostic);
  const { severity, code, summary, range } = shown;
  const { detail, hint } = detailOf(shown);
  const colour = severity === 'error' ? paint.red : paint.yellow;
  const head = `${colour(paint.bold(severity === 'error' ? 'Error' : 'Warning'))}: ${paint.bold(summary)} ${paint.dim(`[${code}]`)}`;
  const where =
    range === undefined
      ? []
      : [`  ${paint.cyan(`${relativePath(range.file, baseDir)}:${range.line}:${range.column}`)}`];
  const source = range === undefined ? [] : excerpt(range, paint, width, severity).map((line) => `  ${line}`);
  return [
    head,
    ...where,
    ...source,
    `  ${detail}`,
    ...(hint === undefined ? [] : [`  ${paint.bold('Hint')}: ${hint}`]),
  ].join('\n');
}

/** All diagnostics, errors first, with their number at the end. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], options: FormatOptions = {}): string {
  const errors = diagnostics.filter((item) => item.severity === 'error');
  const warnings = diagnostics.filter((item) => item.severity === 'warning');
  const texts = [...errors, ...warnings].map((item) => formatDiagnostic(item, options));
  const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;
  const counts = [
    ...(errors.length === 0 ? [] : [count(errors.length, 'error')]),
    ...(warnings.length === 0 ? [] : [count(warnings.length, 'warning')]),
  ];
  return counts.length === 0 ? '' : [...texts, counts.join(', ')].join('\n\n');
}
