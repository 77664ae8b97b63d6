/**
 * A connection that was lost while a script changed the target. The script goes on without it; so whoever lost it looks over
 * a new connection, and says what became of the script (journal/busy.ts) together with the error.
 */
import { RtprovError } from '../../diagnostics/diagnostic.js';

/** Nothing of the script lives any more. */
export function hasEnded(error: RtprovError): RtprovError {
  return new RtprovError(error.code, `${error.message}; the script there has ended or was stopped`, {
    cause: error.cause,
    hint: 'The journal has everything that was started: a rollback undoes it, and a new run continues from there.',
  });
}

/** The target cannot be reached again, or the script cannot be stopped. */
export function mayStillRun(error: RtprovError, again: unknown): RtprovError {
  const why = again instanceof RtprovError && again.code !== error.code ? `: ${again.message}` : '';
  return new RtprovError(
    error.code,
    `${error.message}; the script there may still be running, and it could not be checked again${why}`,
    {
      cause: error.cause,
      hint: 'The lock stays held until it has ended. Then a rollback undoes what was done, and a new run continues from there.',
    },
  );
}
