/** Diffs as a person reads them: unified for texts, before and after for everything else. */
import { createTwoFilesPatch } from 'diff';
import type { StateDiff } from '../resources/resource.js';
import type { Paint } from './paint.js';

/** Longer diffs are cut, and say so. */
const maxLines = 400;

function paintLine(line: string, paint: Paint): string {
  if (line.startsWith('+++') || line.startsWith('---')) return paint.bold(line);
  if (line.startsWith('+')) return paint.green(line);
  if (line.startsWith('-')) return paint.red(line);
  if (line.startsWith('@@')) return paint.cyan(line);
  return line;
}

/** Lines of one resource's diff, without a trailing newline. */
export function diffLines(resource: string, diff: StateDiff, paint: Paint): readonly string[] {
  const lines: string[] = [];
  if (diff.type === 'text' && diff.before !== diff.after) {
    const patch = createTwoFilesPatch(diff.header.before, diff.header.after, diff.before ?? '', diff.after ?? '', undefined, undefined, { context: 3 });
    const body = patch.split('\n').filter((line) => !line.startsWith('===') && line !== '');
    lines.push(...body.slice(0, maxLines).map((line) => paintLine(line, paint)));
    if (body.length > maxLines) lines.push(paint.dim(`... ${body.length - maxLines} more lines`));
  } else {
    lines.push(paint.bold(resource));
  }
  for (const field of diff.fields) {
    if (field.before !== undefined) lines.push(paint.red(`- ${field.field}: ${field.before}`));
    if (field.after !== undefined) lines.push(paint.green(`+ ${field.field}: ${field.after}`));
  }
  return lines;
}
