/**
 * Texts that are cut off in messages. Half of a secret is not found any more by who masks the message, so what is cut is masked first.
 */
import { currentMasker } from './masker.js';

/** The first characters (UTF-16 units) of a text, at most so many, with `end` where there are more. Where it is cut off, its secrets are masked. */
export function shortened(text: string, most: number, end = '...'): string {
  if (text.length <= most) return text;
  const masker = currentMasker();
  const { reach } = masker;
  const whole = text.length <= most + reach;
  const shown = masker.text(whole ? text : text.slice(0, most + reach));
  const kept = whole ? shown : shown.slice(0, Math.max(0, shown.length - reach));
  return whole && kept.length <= most ? kept : `${kept.slice(0, most)}${end}`;
}
