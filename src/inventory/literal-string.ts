/** Python string literals: prefixes, triple quotes and escapes. */

const SIMPLE: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Decodes the escapes that Python knows; others keep their backslash. */
export function decodeEscapes(text: string): string {
  return text.replace(
    /\\(?:([\\'"abfnrtv])|([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/g,
    (all, ...groups: (string | undefined)[]) => {
      const [simple, octal, ...hex] = groups;
      if (simple !== undefined) return SIMPLE[simple] ?? all;
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      const code = Number.parseInt(hex[0] ?? hex[1] ?? hex[2] ?? '', 16);
      return code > 0x10ffff ? all : String.fromCodePoint(code);
    },
  );
}

/** Reads the string literal that starts at the offset; undefined when none does. */
export function readString(text: string, offset: number): { value: string; end: number } | undefined {
  const start = /^([rRuUbB]{0,2})("""|'''|"|')/.exec(text.slice(offset));
  const quote = start?.[2];
  if (start === null || quote === undefined) return undefined;
  const from = offset + start[0].length;
  let at = from;
  while (at < text.length && !text.startsWith(quote, at)) at += text[at] === '\\' ? 2 : 1;
  if (at >= text.length) return undefined;
  const body = text.slice(from, at);
  return { value: /r/i.test(start[1] ?? '') ? body : decodeEscapes(body), end: at + quote.length };
}
