/**
 * Text that came from a host or a file, made safe to print: a machine that is being set up must not be able to
 * move the cursor, hide lines or change the title of the terminal that watches it.
 */

// Scripts whose letters are joined, or kept from joining, by a mark between them (The Unicode Standard, 23.2).
const joining =
  '[\\p{sc=Arab}\\p{sc=Syrc}\\p{sc=Mong}\\p{sc=Deva}\\p{sc=Beng}\\p{sc=Guru}\\p{sc=Gujr}\\p{sc=Orya}\\p{sc=Taml}\\p{sc=Telu}\\p{sc=Knda}\\p{sc=Mlym}\\p{sc=Sinh}]';
// Marks in places where they show: between the parts of an emoji, after what is text or emoji by them, between such letters.
const sensible = [
  '(?<=\\p{ExtPict}[\\ufe0f\\p{EMod}]?)\\u200d(?=\\p{ExtPict})',
  '(?<=\\p{ExtPict})[\\ufe0e\\ufe0f]',
  '(?<=[0-9#*])\\ufe0f(?=\\u20e3)',
  `(?<=${joining})[\\u200c\\u200d](?=${joining})`,
].join('|');

// C0 but for newline and tab, DEL and C1; halves of surrogate pairs, which are not characters; separators of lines that are no
// newline; and what reorders or hides text (https://trojansource.codes) or is not seen at all: tags, fillers, variation selectors,
// formats. Of the formats (Cf) the signs around Arabic and Kaithi numbers and Syriac abbreviations can be seen.
const dangerous = new RegExp(
  `(?:[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029\\p{Cs}\\p{DI}]|(?![\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u{110bd}\\u{110cd}])\\p{Cf})(?<!${sensible})`,
  'gu',
);

function escaped(character: string): string {
  if (character === '\r') return '\\r';
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code < 0x100) return `\\x${digits.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`;
}

/** Every character that controls, or that nobody sees, is shown as an escape. Newlines and tabs stay. */
export function visible(text: string): string {
  return text.replace(dangerous, escaped);
}

/** JSON text in which every such character is an escape of JSON, so that the value stays what it is. */
export function visibleJson(json: string): string {
  return json.replace(dangerous, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
