/**
 * A connection that was lost while a script changed the target. The script goes on without it; so whoever lost it looks over
 * a new connection, and says what became of the script (journal/busy.ts) together with the error.
 */
import { RtprovError } from '../../diagnostics/diagnostic.js';

/** Nothing of the script lives any more. */
export function hasEnded(error: RtprovError): RtprovError {
  return new RtprovError(
    error.code,
    `${error.message}; what it was doing has come to its end or was stopped`,
    {
      cause: error.cause,
      hint: 'The journal has all that was begun: a rollback takes it back, a further run goes on from there.',
    },
  );
}

/** The target cannot be reached again, or the script cannot be stopped. */
export function mayStillRun(error: RtprovError, again: unknown): RtprovError {
  const why = again instanceof RtprovError && again.code !== error.code ? `: ${again.message}` : '';
  return new RtprovError(
    error.code,
    `${error.message}; what it was doing may go on there, and it could not be looked at again${why}`,
    {
      cause: error.cause,
      hint: 'The lock stays held until it has ended. Then a rollback takes back what was done, and a further run goes on from there.',
    },
  );
}
