/**
 * Text as one character a byte, for modules that work on bytes as Ansible's do: a file that is not UTF-8 is
 * edited without harm, and patterns see bytes.
 */

/** The UTF-8 bytes of a text, one character each. */
export function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

export function bytesOf(content: Buffer): string {
  return content.toString('latin1');
}

export function fromBytes(bytes: string): Buffer {
  return Buffer.from(bytes, 'latin1');
}

/** Lines with their newlines; only `\n` ends a line. */
export function linesWithEnds(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** A line without what ends it. */
export function withoutEnd(line: string): string {
  return line.replace(/[\r\n]+$/, '');
}
