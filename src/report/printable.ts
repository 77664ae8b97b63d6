/**
 * Text that came from a host or a playbook, made safe to print: a machine that is being set up must not be able to
 * move the cursor, hide lines or change the title of the terminal that watches it.
 */
import { stripVTControlCharacters } from 'node:util';
import { visible } from '../diagnostics/printable.js';

/** Colours are taken out and progress bars keep their last state: for messages and the output of commands. */
export function cleanLines(text: string): readonly string[] {
  return stripVTControlCharacters(text)
    .trimEnd()
    .split('\n')
    .map((line) => visible(lastState(line)));
}

/** What a terminal shows of a line that goes back to its beginning. */
function lastState(line: string): string {
  let to = line.length;
  while (to > 0 && line[to - 1] === '\r') to -= 1;
  return line.slice(line.lastIndexOf('\r', to - 1) + 1, to);
}

/** A name or label on one line. */
export function oneLine(text: string): string {
  const lines = stripVTControlCharacters(text).split('\n');
  return visible(lines.map((line) => line.trim()).join(' ')).trim();
}
