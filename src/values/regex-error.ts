/** Faults of regular expressions. */
import { shortened } from './shortened.js';
import { RtprovError } from '../diagnostics/diagnostic.js';

function shown(pattern: string): string {
  return JSON.stringify(shortened(pattern, 200));
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
