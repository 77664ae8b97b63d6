/** The `mode` argument: octal text, a symbolic mode, or an octal integer that YAML 1.1 read. */
import type { Value } from '../../values/value.js';
import { isSymbolicMode } from '../files/symbolic-mode.js';
import { ArgFault, argument } from './types.js';

/**
 * Modes as people write them. A decimal number that looks like one of these was meant octal: `mode: 644` is
 * the number 644, which is 01204 in octal. (`mode: 0644` is 420 by YAML 1.1, and right.)
 */
const USUAL = new Set(
  '400 440 444 500 550 555 600 640 644 660 664 666 700 710 711 750 755 770 775 777'
    .split(' ')
    .flatMap((mode) => [mode, `1${mode}`, `2${mode}`, `4${mode}`, `6${mode}`]),
);

/** Four octal digits. */
export function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}

function readMode(value: Value, words: readonly string[]): string | ArgFault {
  const expected = `an octal mode in quotes ('0644') or a symbolic one ('u=rw,g=r,o=')`;
  if (typeof value === 'number') {
    if (USUAL.has(String(value))) {
      const meant = String(value).padStart(4, '0');
      return new ArgFault(
        expected,
        `Write mode: '${meant}'. Without quotes and a leading 0 it is a decimal number.`,
      );
    }
    return Number.isInteger(value) && value >= 0 && value <= 0o7777 ? octal(value) : new ArgFault(expected);
  }
  if (typeof value !== 'string') return new ArgFault(expected);
  const text = value.trim();
  if (words.includes(text)) return text;
  if (/^(?:0o)?[0-7]{1,5}$/.test(text)) {
    const number = Number.parseInt(text.replace(/^0o/, ''), 8);
    return number <= 0o7777 ? octal(number) : new ArgFault(expected);
  }
  return isSymbolicMode(text) ? text : new ArgFault(expected);
}

/** Gives four octal digits, or the symbolic text as written. */
export const modeArg = () => argument<string>({ type: 'mode' }, (value) => readMode(value, []));

/** Also takes `preserve`: the mode that the source file has on the controller. */
export const modeOrPreserve = () =>
  argument<string>({ type: 'mode' }, (value) => readMode(value, ['preserve']));
