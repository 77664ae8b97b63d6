/** Faults of white space in YAML: where a line is indented, what stands for a space, and dashes without one. */
import type { ErrorCode } from 'yaml';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { dashWithoutSpace, goesOnBelow, nextLine, whereItBelongs } from './indentation.js';
import type { SourceText } from './source.js';

/** Of the `yaml` package. */
export interface YamlError {
  readonly code: ErrorCode;
  readonly pos: readonly [number, number];
  readonly message: string;
}

/** The first character after an offset that is neither white space nor in a comment. */
export function nextText(offset: number, source: SourceText): number {
  const skipped = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*/.exec(source.text.slice(offset))?.[0] ?? '';
  return offset + skipped.length;
}

/** Whether only white space is before the offset on its line. */
export function startsLine(offset: number, source: SourceText): boolean {
  const line = source.lines[source.lineAt(offset)] ?? '';
  return /^\s*$/.test(line.slice(0, source.range(offset).column - 1));
}

/** The line (from 0) that is in a wrong column; undefined for another fault. */
function misplacedLine(error: YamlError, source: SourceText): number | undefined {
  const { code, message, pos } = error;
  const line = source.lineAt(pos[0]);
  if (code === 'BAD_INDENT') return source.lineAt(nextText(pos[0], source));
  if (message.startsWith('Sequence item without - indicator')) return line;
  if (message.startsWith('A block sequence may not be')) return line;
  if (message.startsWith('Nested mappings') && goesOnBelow(source, line)) return nextLine(source, line);
  return message.endsWith('at node end') && startsLine(pos[0], source) ? line : undefined;
}

/** A fault that is a matter of white space: where a line is indented, or after a dash. */
export function reportWhiteSpace(error: YamlError, source: SourceText, diagnostics: Diagnostics): boolean {
  const line = misplacedLine(error, source) ?? source.lineAt(error.pos[0]);
  const text = source.lines[line] ?? '';
  const noBreak = /^[ \t]*(?:-[ \t]*)*(?=[\u00a0\u2007\u202f\u3000])/.exec(text)?.[0].length;
  if (noBreak !== undefined) {
    diagnostics.error(
      'YAML_CHARACTER',
      'Character that YAML does not allow',
      'This looks like a space, but it is another character, which does not indent in YAML.',
      source.at(line, noBreak, noBreak + 1),
      'Replace it with a normal space.',
    );
    return true;
  }
  const dash = dashWithoutSpace(source, line);
  if (dash !== undefined) {
    diagnostics.error(
      'YAML_DASH',
      'Dash without a space',
      'A dash begins an entry of a list only when a space follows it.',
      source.at(dash.line, dash.column, dash.column + 1),
      `Write "- ${dash.text.slice(1)}: ...".`,
    );
    return true;
  }
  const belongs = misplacedLine(error, source) === undefined ? undefined : whereItBelongs(source, line);
  if (belongs === undefined) return false;
  const at = text.length - text.trimStart().length;
  diagnostics.error('YAML_INDENT', 'Wrong indentation', belongs[0], source.at(line, at), belongs[1]);
  return true;
}
