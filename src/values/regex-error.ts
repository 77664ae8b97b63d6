/** Faults of regular expressions. */
import { RtprovError } from '../diagnostics/diagnostic.js';

function shown(pattern: string): string {
  const text = JSON.stringify(pattern);
  return text.length <= 200 ? text : `${text.slice(0, 197)}..."`;
}

/** The pattern is not one of Python's, or uses what JavaScript cannot do, or took too long. Code BAD_REGEX. */
export class PythonRegexError extends RtprovError {
  constructor(message: string, pattern: string, position?: number) {
    super(
      'BAD_REGEX',
      position === undefined
        ? `the regular expression ${shown(pattern)} ${message}`
        : `${message} at position ${position} of the regular expression ${shown(pattern)}`,
    );
  }
}
