/**
 * Text that came from a host or a file, made safe to print: a machine that is being set up must not be able to
 * move the cursor, hide lines or change the title of the terminal that watches it.
 */

// C0 but for newline and tab, DEL and C1; marks that reorder or hide text (https://trojansource.codes), separators of lines that
// are no newline, the byte order mark, and halves of surrogate pairs, which are no characters.
const dangerous =
  // eslint-disable-next-line no-control-regex
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function escaped(character: string): string {
  if (character === '\r') return '\\r';
  const code = character.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Every control character is shown as an escape. Newlines and tabs stay. */
export function visible(text: string): string {
  return text.replace(dangerous, escaped);
}

/** JSON text in which every such character is an escape of JSON, so that the value stays what it is. */
export function visibleJson(json: string): string {
  return json.replace(dangerous, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
