/**
 * Text that came from a host or a playbook, made safe to print: a machine that is being set up must not be able to
 * move the cursor, hide lines or change the title of the terminal that watches it.
 */
import { stripVTControlCharacters } from 'node:util';

// C0 but for newline and tab, DEL and C1; marks that reorder text (https://trojansource.codes).
// eslint-disable-next-line no-control-regex
const dangerous = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

function escaped(character: string): string {
  if (character === '\r') return '\\r';
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
}

/** Every control character is shown as an escape: for diffs, where it is part of what changes. */
export function visible(text: string): string {
  return text.replace(dangerous, escaped);
}

/** Colours are taken out and progress bars come to their last state: for messages and the output of commands. */
export function cleanLines(text: string): readonly string[] {
  return stripVTControlCharacters(text)
    .replace(/\s+$/, '')
    .split('\n')
    .map((line) => visible(line.replace(/\r+$/, '').replace(/^.*\r/, '')));
}

/** A name or label on one line. */
export function oneLine(text: string): string {
  return visible(stripVTControlCharacters(text).replace(/\s*\n\s*/g, ' ')).trim();
}
