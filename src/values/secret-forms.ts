/** The forms in which a secret may appear in a text: as it is, encoded, escaped and quoted. Pure. */

/** Encoded forms that are shorter than this are not looked for: they would match by chance. */
const shortestForm = 4;
/** Longer secrets are looked for as they are and line by line, not in their encodings: those are rebuilt for each secret. */
const longestEncoded = 64 * 1024;

export interface SecretForms {
  /** Found anywhere. */
  readonly plain: readonly string[];
  /** Found also where line breaks are between their characters, as `base64` and `b64encode` of long values give. */
  readonly base64: readonly string[];
}

/**
 * The characters of base64 (RFC 4648) that depend on these bytes alone, for the three places that the first byte may have in a
 * group of three. The characters at both ends hold bits of the neighbours as well.
 */
function base64Cores(bytes: Buffer): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
}

/** RFC 3986; Python's quote() leaves slashes, quote_plus() makes spaces plus signs. */
function urlForms(value: string): readonly string[] {
  const whole = Buffer.from(value, 'utf8')
    .toString('latin1')
    .replace(
      /[^A-Za-z0-9_.~-]/g,
      (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    );
  const slashes = whole.replaceAll('%2F', '/');
  const lenient = whole.replace(/%(?:21|27|28|29|2A)/g, (code) => decodeURIComponent(code));
  return [whole, slashes, lenient, whole.replaceAll('%20', '+')].flatMap((form) => [
    form,
    form.toLowerCase(),
  ]);
}

function jsonForms(value: string): readonly string[] {
  const inner = JSON.stringify(value).slice(1, -1);
  const ascii = inner.replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  // A JSON text as a value of another one.
  return [inner, ascii, JSON.stringify(inner).slice(1, -1), inner.replaceAll('/', '\\/')];
}

/** As it stands between single quotes of a POSIX shell. shlex.quote() writes the second. */
function inQuotes(text: string): readonly string[] {
  return [text.replaceAll("'", String.raw`'\''`), text.replaceAll("'", `'"'"'`)];
}

function quotedForms(value: string): readonly string[] {
  return [
    // POSIX shell, in single quotes, in double quotes, and without quotes.
    ...inQuotes(value),
    value.replace(/["$`\\]/g, String.raw`\$&`),
    value.replace(/[^A-Za-z0-9_./:=@%+,\u0080-\uffff-]/g, String.raw`\$&`),
    // YAML in single quotes, Python's repr(), regular expressions.
    value.replaceAll("'", "''"),
    value.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`),
    value.replace(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`),
    ...['&#39;', '&#x27;', '&apos;'].flatMap((apostrophe) =>
      ['&#34;', '&quot;'].map((quote) =>
        value
          .replaceAll('&', '&amp;')
          .replaceAll('<', '&lt;')
          .replaceAll('>', '&gt;')
          .replaceAll("'", apostrophe)
          .replaceAll('"', quote),
      ),
    ),
  ];
}

function spread(hex: string, between: string): string {
  return hex.replace(/..(?=.)/g, `$&${between}`);
}

/** All forms of one secret of at least four characters. */
export function secretForms(value: string): SecretForms {
  const bytes = Buffer.from(value, 'utf8');
  if (bytes.length > longestEncoded) return { plain: [value], base64: [] };
  const hex = bytes.toString('hex');
  const written = [
    value,
    ...urlForms(value),
    ...jsonForms(value),
    ...quotedForms(value),
    // Together, or a pair a byte as `od` and `xxd` write them.
    ...[hex, spread(hex, ' '), spread(hex, ':')].flatMap((form) => [form, form.toUpperCase()]),
  ];
  // A script for a target has any of them as a word, and words that are scripts themselves.
  const plain = [...written, ...written.flatMap(inQuotes)];
  // Also base64 of base64, as a Secret of Kubernetes in another text.
  const cores = [...base64Cores(bytes), ...base64Cores(Buffer.from(bytes.toString('base64')))];
  const base64 = [...cores, ...cores.map((core) => core.replaceAll('+', '-').replaceAll('/', '_'))];
  const long = (form: string): boolean => form.length >= shortestForm;
  return { plain: [...new Set(plain)].filter(long), base64: [...new Set(base64)].filter(long) };
}
