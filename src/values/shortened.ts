/**
 * Texts that are cut off in messages. Half of a secret is not found any more by who masks the message, so what is cut is masked first.
 */

export interface Masker {
  text(text: string): string;
  /** So many of the last characters of a text that is cut off may be the beginning of a secret. */
  readonly reach: number;
}

let masker: Masker = { text: (text) => text, reach: 0 };

/** A process has one set of secrets; whoever makes a run says which. */
export function maskBeforeShortening(secrets: Masker): void {
  masker = secrets;
}

/** The first characters (UTF-16 units) of a text, at most so many, with `end` where there are more. Where it is cut off, its secrets are masked. */
export function shortened(text: string, most: number, end = '...'): string {
  if (text.length <= most) return text;
  const { reach } = masker;
  const whole = text.length <= most + reach;
  const shown = masker.text(whole ? text : text.slice(0, most + reach));
  const kept = whole ? shown : shown.slice(0, Math.max(0, shown.length - reach));
  return whole && kept.length <= most ? kept : `${kept.slice(0, most)}${end}`;
}
